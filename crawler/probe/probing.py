"""A probe from address to findings: what the shell starts, in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from tempfile import TemporaryFile
from threading import Timer
from urllib.parse import urlsplit

import msgspec

from conf.errors import CrawlError
from conf.platform import Kinds, Platform, Politeness
from crawler import browser
from crawler.frontier.address import canonical, host_of, is_private
from crawler.probe.course import course
from crawler.probe.findings import Failure, Findings
from crawler.probe.looking import Batch, look
from crawler.probe.site import Wish

_NOTHING = "(?!)(?P<id>)"  # while nothing is known every address is an index
_GRACE_S = 60.0
_STEP = b"step "
_COMMON = frozenset({"www", "shop", "store", "m"})


class Step(msgspec.Struct, frozen=True):
    """How far a probe is: what it does now, and the requests that it made of those it may make."""

    doing: str
    requests: int
    most: int


Tell = Callable[[Step], None]


def probe(wish: Wish, tell: Tell = lambda _: None) -> Findings:
    """Give what a shop is, and a draft of its YAML; a browser is used if its pages need one.

    Findings without a draft say in `failure` why there is none. `tell` hears of each step.

    Raises:
        CrawlError: the address is none, or may not be asked.

    """
    _check(wish)
    found = _apart(wish, tell)
    if not found.needs_browser or found.draft is not None or found.failure is not None:
        return found
    if browser.chromium() is None:
        failure = Failure(
            "needs_browser",
            "it shows nothing before its scripts have run, and this machine has no Chromium; "
            "install the package chromium and run it again",
        )
        return msgspec.structs.replace(found, failure=failure)
    before = found.requests
    again = msgspec.structs.replace(wish, mount=found.mount, sitemaps=found.sitemaps)
    found = _apart(again, tell)
    return msgspec.structs.replace(found, requests=found.requests + before)


def name_of(url: str) -> str:
    """Give the name that a shop's YAML may have, from its host."""
    host = urlsplit(url).hostname or ""
    words = [word for word in host.split(".") if word not in _COMMON]
    main = host if is_private(host) else (words[0] if words else host)
    made = re.sub(r"[^a-z0-9]+", "_", main.lower()).strip("_")
    port = urlsplit(url).port
    made = f"{made}_{port}" if is_private(host) and port else made
    return made if made[:1].isalpha() else f"shop_{made}"


def explored(wish: Wish) -> Platform:
    """Give what the shop is while nothing is known of it: one host, every page a list."""
    host = host_of(canonical(wish.url))
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    is_named = not is_private(urlsplit(wish.url).hostname or "")
    rate = wish.requests_per_second or (50.0 if wish.is_loopback_allowed else 1.0)
    return Platform(
        name=wish.name,
        title=wish.name,
        pages="market",
        home=wish.url,
        hosts=(host, other) if is_named else (host,),
        kinds=Kinds(listing=_NOTHING),
        verified="documented",
        politeness=Politeness(
            requests_per_second=rate,
            concurrency=8 if wish.is_loopback_allowed else 2,
            retries=2,
            timeout_s=15,
        ),
        is_loopback_allowed=wish.is_loopback_allowed,
        needs_browser=wish.mount is not None,
        ready_selector=wish.mount,
    )


def _check(wish: Wish) -> None:
    try:
        clean = canonical(wish.url)
        parts = urlsplit(clean)
    except ValueError:
        raise CrawlError(f"{wish.url} is no address; write it as https://shop.example/") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CrawlError(f"{wish.url} is no address; write it as https://shop.example/")
    if is_private(parts.hostname) and not wish.is_loopback_allowed:
        raise CrawlError(
            f"{wish.url} is a private address; add --loopback if it is a shop of your own machine"
        )


def _apart(wish: Wish, tell: Tell) -> Findings:
    """Run the course in a process of its own: one process has one reactor, started once."""
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.probe.probing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        watchdog = Timer(wish.longest_s + _GRACE_S, process.kill)
        watchdog.start()
        last = b""
        with process:
            assert process.stdin is not None  # noqa: S101 - piped above
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(msgspec.json.encode(wish))
            process.stdin.close()
            for last in process.stdout:
                if last.startswith(_STEP):
                    tell(msgspec.json.decode(last.removeprefix(_STEP), type=Step))
        watchdog.cancel()
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            why = said[-1][:300] if said else "it stopped"
            raise CrawlError(f"{wish.url} cannot be probed: {why}")
    return msgspec.json.decode(last, type=Findings)


def _main() -> None:
    wish = msgspec.json.decode(sys.stdin.buffer.read(), type=Wish)
    asked = 0

    def tell(batch: Batch) -> None:
        nonlocal asked
        asked += len(batch.urls)
        step = Step(batch.why, asked, wish.most_requests)
        sys.stdout.buffer.write(_STEP + msgspec.json.encode(step) + b"\n")
        sys.stdout.buffer.flush()

    found = look(explored(wish), course(wish), tell, wish.longest_s)
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")


if __name__ == "__main__":
    _main()
