"""A page as Chromium shows it, loaded by the rules of a crawl: its HTML then, and its picture."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, Response, Route, sync_playwright

from conf.errors import CrawlError
from conf.platform import Platform
from crawler.frontier.address import fault, host_of
from crawler.frontier.robots import Rules
from crawler.spiders.fetching import USER_AGENT

WIDTH, HEIGHT = 1280, 900
TALLEST = 12_000  # pixels; what is below is cut off
LARGEST_BYTES = 32_000_000  # of a picture or a page
LONGEST_S = 90.0
MOST_REQUESTS = 200
_NEVER = frozenset({"media", "websocket", "manifest", "eventsource"})


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What Chromium showed of one address, and how it came."""

    url: str  # where it ended
    status: int
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    redirects: tuple[tuple[int, str], ...]
    ip_address: str | None
    html: bytes
    picture: bytes  # PNG
    loaded: int  # requests that were let through
    stopped: int  # requests that were not


class Gate:
    """Says of each request of a page whether it may go, and lets those that may go one by one."""

    def __init__(self, platform: Platform, rules: Mapping[str, Rules]) -> None:
        """Take the platform, and the rules of those of its hosts that told them."""
        self._platform, self._rules = platform, rules
        self._next_at: dict[str, float] = {}
        self._ends_at = time.monotonic() + LONGEST_S
        self.loaded = self.stopped = 0

    @property
    def left_s(self) -> float:
        """Seconds that are left for the page."""
        return max(0.0, self._ends_at - time.monotonic())

    def may(self, url: str, kind: str) -> bool:
        """Say whether a request is of the platform's own, and its host allows it."""
        if not url.startswith(("http://", "https://")) or kind in _NEVER:
            return False
        if fault(self._platform, url) is not None or self.loaded >= MOST_REQUESTS:
            return False
        found = self._rules.get(host_of(url))
        return found is not None and found.allows(url)

    def wait_s(self, url: str, now: float) -> float:
        """Take a host's next turn; gives the seconds until then."""
        host = host_of(url)
        at = max(now, self._next_at.get(host, 0.0))
        pause_s = 1 / self._platform.politeness.requests_per_second
        self._next_at[host] = at + max(pause_s, self._rules[host].delay_s)
        return at - now

    def take(self, route: Route) -> None:
        """Let one request go in its turn, or stop it."""
        request = route.request
        is_in_time = False
        if self.may(request.url, request.resource_type):
            wait_s = self.wait_s(request.url, time.monotonic())
            is_in_time = wait_s < self.left_s
            if is_in_time:
                time.sleep(wait_s)
        if is_in_time:
            self.loaded += 1
            route.continue_()
        else:
            self.stopped += 1
            route.abort()


def view(
    chromium: str, platform: Platform, url: str, gate: Gate, addresses: Mapping[str, str]
) -> View:
    """Show a page and give what was seen.

    Args:
        chromium: path of the browser.
        platform: of the page.
        url: its address.
        gate: what may be loaded.
        addresses: names of hosts and where they are; no other name is looked up.

    Raises:
        CrawlError: the page cannot be shown, or is larger than any real one.

    """
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=arguments(addresses), timeout=30_000
            )
            try:
                context = browser.new_context(
                    user_agent=USER_AGENT,
                    locale=platform.language or "en",
                    viewport={"width": WIDTH, "height": HEIGHT},
                    service_workers="block",
                    accept_downloads=False,
                )
                context.route("**/*", gate.take)
                context.route_web_socket("**/*", lambda socket: socket.close())
                return _seen(context.new_page(), platform, url, gate)
            finally:
                browser.close()
    except BrowserError as error:
        why = error.message.partition("\n")[0]
        raise CrawlError(f"{url} cannot be shown: {why}; try again later") from None


def arguments(addresses: Mapping[str, str]) -> list[str]:
    """Give Chromium's arguments: names lead where they led when they were judged, or nowhere."""
    maps = [f"MAP {name} {address}" for name, address in addresses.items() if name != address]
    kept = [f"EXCLUDE {name}" for name, address in addresses.items() if name == address]
    rules = ", ".join([*maps, "MAP * ~NOTFOUND", *kept])
    found = [
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        f"--host-resolver-rules={rules}",
    ]
    # Chromium's own sandbox does not start as root.
    return [*found, "--no-sandbox"] if os.geteuid() == 0 else found


def _seen(page: Page, platform: Platform, url: str, gate: Gate) -> View:
    answer = page.goto(url, wait_until="domcontentloaded", timeout=LONGEST_S * 1000)
    if answer is None:
        raise CrawlError(f"{url} gave nothing to show; see it with `countermark crawl show {url}`")
    with contextlib.suppress(BrowserError):  # what came in time is what is seen
        if platform.ready_selector:
            page.wait_for_selector(platform.ready_selector, timeout=_ms(gate))
        page.wait_for_load_state("load", timeout=_ms(gate))
    if (wrong := fault(platform, page.url)) is not None:
        raise CrawlError(f"{url} led to {page.url}, which may not be shown ({wrong})")
    html, picture = page.content().encode(), _picture(page)
    if max(len(html), len(picture)) > LARGEST_BYTES:
        raise CrawlError(f"{url} is larger than {LARGEST_BYTES:,} bytes when shown; it is not kept")
    where: Any = answer.server_addr() or {}
    return View(
        url=page.url,
        status=answer.status,
        request_headers=_pairs(answer.request.headers_array()),
        response_headers=_pairs(answer.headers_array()),
        redirects=_redirects(answer),
        ip_address=where.get("ipAddress"),
        html=html,
        picture=picture,
        loaded=gate.loaded,
        stopped=gate.stopped,
    )


def _picture(page: Page) -> bytes:
    """Give the whole page as PNG, to a height that no honest page exceeds."""
    told = page.evaluate("Math.ceil(document.documentElement.scrollHeight)")
    height = min(max(int(told), 1), TALLEST) if isinstance(told, int | float) else HEIGHT
    area: Any = {"x": 0, "y": 0, "width": WIDTH, "height": height}
    return page.screenshot(
        type="png", full_page=True, clip=area, animations="disabled", timeout=30_000
    )


def _redirects(answer: Response) -> tuple[tuple[int, str], ...]:
    found, request = [], answer.request.redirected_from
    while request is not None:
        before = request.response()
        found.append((before.status if before else 0, request.url))
        request = request.redirected_from
    return tuple(reversed(found))


def _pairs(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple((one["name"], one["value"]) for one in headers)


def _ms(gate: Gate) -> float:
    return max(1.0, gate.left_s * 1000)  # 0 would mean without end
