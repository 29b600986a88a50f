"""A probe from address to findings: what the shell starts, in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import urlsplit

import msgspec

from conf.errors import CrawlError
from conf.platform import Kinds, Platform, Politeness
from crawler import browser
from crawler.frontier.address import canonical, host_of, is_private
from crawler.probe.course import Wish, course
from crawler.probe.findings import Findings
from crawler.probe.looking import look

_NOTHING = "(?!)(?P<id>)"  # while nothing is known every address is an index
_LONGEST_S = 3_600
_COMMON = frozenset({"www", "shop", "store", "m"})


def probe(wish: Wish) -> Findings:
    """Give what a shop is, and a draft of its YAML; a browser is used if its pages need one.

    Raises:
        CrawlError: the address is none, may not be asked, does not answer, or is no shop's.

    """
    _check(wish)
    found = _apart(wish)
    if found.needs_browser and found.draft is None and found.failure is None:
        if browser.chromium() is None:
            raise CrawlError(
                f"{wish.url} shows nothing before its scripts have run, and this machine has no "
                "Chromium; install the package chromium and run it again"
            )
        again = msgspec.structs.replace(wish, mount=found.mount, sitemaps=found.sitemaps)
        found = _apart(again)
    if found.failure is not None:
        raise CrawlError(f"{wish.url} cannot be probed: {found.failure}")
    return found


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


def _apart(wish: Wish) -> Findings:
    """Run the course in a process of its own: one process has one reactor, started once."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler.probe.probing"],
        input=msgspec.json.encode(wish),
        capture_output=True,
        check=False,
        timeout=_LONGEST_S,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise CrawlError(f"{wish.url} cannot be probed: {said[-1][:300] if said else 'it stopped'}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Findings)


def _main() -> None:
    wish = msgspec.json.decode(sys.stdin.buffer.read(), type=Wish)
    found = look(explored(wish), course(wish))
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")


if __name__ == "__main__":
    _main()
