"""Mentions: listings that a page names in its text, in hidden elements or in others' links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

from ahocorasick_rs import BytesAhoCorasick

from conf.platform import Platform
from crawler.frontier.address import Place, host_of, place

_MOST = 500  # mentions of one page that are looked at
_TAIL = re.compile(rb"""[^\s"'<>`]{1,500}""")
_ENDS = b".,;:!?)]}*"
_SLASHES = (b"//", rb"\/\/", b"%2f%2f")


class Mentions:
    """Finds the platforms' hosts in a page's bytes, whoever's page it is."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        """Take the platforms whose listings are wanted."""
        self._owner = {host: one for one in platforms.values() for host in one.hosts}
        pairs = [(text, one) for host, one in self._owner.items() for text in _written(host)]
        self._owners = [one for _, one in pairs]
        self._hosts = BytesAhoCorasick([host.encode() for host, _ in pairs]) if pairs else None

    def of(self, own: str, body: bytes, said: Iterable[str]) -> dict[str, list[Place]]:
        """Give the listings that a page of a platform names, by platform, in the page's order.

        Those of other platforms wherever they stand: what is hidden from a reader stands in the
        bytes too. Those of its own only where its text says them, in `said`: all else of its own
        are links like any other.
        """
        found: dict[str, list[Place]] = {}
        for url in (*self._elsewhere(own, body), *said):
            for address in (url, *_carried(url)):
                one = self._owner.get(_host(address))
                where = place(one, address, "listing") if one is not None else None
                if one is not None and where is not None and where.kind == "listing":
                    found.setdefault(one.name, []).append(where)
        return {name: list(dict.fromkeys(some)) for name, some in found.items()}

    def _elsewhere(self, own: str, body: bytes) -> Iterator[str]:
        if self._hosts is None:
            return
        count = 0
        for index, start, _ in self._hosts.find_matches_as_indexes(body):
            if self._owners[index].name == own:
                continue
            url = _address(body, start)
            if url is not None:
                yield url
            count += 1
            if count >= _MOST:
                return


def _address(body: bytes, start: int) -> str | None:
    """Give the address whose host begins at a place in a page; None if it is none.

    It may stand in JSON, with its slashes escaped, or in another address's parameter.
    """
    before = body[max(0, start - 16) : start].lower()
    slashes = next((one for one in _SLASHES if before.endswith(one)), None)
    tail = _TAIL.match(body, start)
    if slashes is None or tail is None:
        return None
    text = tail[0]
    if slashes == _SLASHES[1]:
        text = text.replace(rb"\/", b"/")
    elif slashes == _SLASHES[2]:
        text = unquote_to_bytes(text.partition(b"&")[0])
    text = text.partition(b"\\")[0].replace(b"&amp;", b"&").rstrip(_ENDS)
    scheme = "http" if re.search(rb"\bhttp(?::|%3a)$", before[: -len(slashes)]) else "https"
    return f"{scheme}://{text.decode('utf-8', 'replace')}"


def _written(host: str) -> set[str]:
    """Give a host as it stands in an address, and in another address's parameter."""
    return {host, quote(host, safe=""), quote(host, safe="").lower()}


def _carried(url: str) -> list[str]:
    """Give the addresses that an address carries in its parameters."""
    try:
        pairs = parse_qsl(urlsplit(url).query)
    except ValueError:
        return []
    return [value for _, value in pairs if value.startswith(("http://", "https://"))]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""
