"""Ways into a shop: sitemaps that robots.txt names or that are usual, and how its lists go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from crawler.pages.page import Page
from crawler.pages.syntax.sitemap import sitemap
from crawler.probe.sight import Sight

USUAL = ("/sitemap.xml", "/sitemap_index.xml")
MOST_PARTS = 6  # sitemaps of an index that are read
_MOST_ADDRESSES = 3_000  # of one sitemap
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_GOODS = re.compile(r"prod|item|list|offer|goods|artic|artik|ware|ad", re.IGNORECASE)
_NUMBER = re.compile(r"([A-Za-z]{0,12}[-_]?)(\d{1,4})")
_PARAMETERS = ("page", "p", "pg", "paged", "pagina", "seite", "pagenumber", "pageno", "sida")
_WORDS = frozenset(word for word in ("", "p", "page", "pagina", "seite", "pg", "s", "strona"))
_OFFSETS = ("offset", "start", "skip", "from")
_USUAL_NAMES = ("page", "p")  # where no link tells how a list goes on
_OWN_NAMES = {
    "de": "seite",
    "es": "pagina",
    "it": "pagina",
    "pt": "pagina",
    "sv": "sida",
    "pl": "strona",
}


class Paging(msgspec.Struct, frozen=True):
    """How the number of a list's page stands in its address."""

    parameter: str = ""  # in the query; or
    before: tuple[str, ...] = ()  # segments before the number: ("page",), and a letter before it
    prefix: str = ""
    is_closed: bool = False
    is_offset: bool = False  # the number counts listings: only a page's own links lead on

    @property
    def expression(self) -> str:
        """What follows a list's path."""
        if self.parameter:
            return rf"(?:\?{re.escape(self.parameter)}=\d+)?"
        path = "".join("/" + re.escape(name) for name in (*self.before, "")) + self.prefix
        return rf"(?:{path}\d+)?/?"

    def template(self, url: str) -> str:
        """Give a list's address with {page} where the number goes; without it if none goes in."""
        parts = urlsplit(url)
        if self.is_offset:
            pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != self.parameter]
            return urlunsplit(parts._replace(query=urlencode(pairs)))
        if self.parameter:
            pairs = [pair for pair in parse_qsl(parts.query) if pair[0] != self.parameter]
            query = urlencode(pairs)
            query += ("&" if query else "") + f"{self.parameter}={{page}}"
            return urlunsplit(parts._replace(query=query))
        names = [name for name in parts.path.split("/") if name]
        if names and _numbered(names[-1]) == self.prefix:
            names = names[: -1 - len(self.before)]
        path = "/" + "/".join((*names, *self.before, f"{self.prefix}{{page}}"))
        return urlunsplit(parts._replace(path=path + ("/" if self.is_closed else "")))


def named(robots: str) -> list[str]:
    """Give the sitemaps that a robots.txt names."""
    return _SITEMAP.findall(robots)


def parts_of(page: Page) -> tuple[list[str], list[str]]:
    """Give the sitemaps and the pages that a sitemap lists, neither more than enough."""
    inner: list[str] = []
    pages: list[str] = []
    for link in sitemap(page):
        (inner if link.kind == "index" else pages).append(link.url)
        if len(pages) >= _MOST_ADDRESSES:
            break
    return best(inner), pages


def best(urls: Iterable[str]) -> list[str]:
    """Give the parts of an index to read: of goods first, then some of every other name."""
    by_name: dict[str, list[str]] = {}
    for url in urls:
        by_name.setdefault(re.sub(r"\d+", "#", url), []).append(url)
    names = sorted(by_name, key=lambda name: _GOODS.search(urlsplit(name).path) is None)
    return [by_name[name][0] for name in names][:MOST_PARTS]


def tried(language: str | None) -> tuple[Paging, ...]:
    """Give how lists usually go on, for one whose links do not tell."""
    own = _OWN_NAMES.get((language or "")[:2].lower())
    names = (*_USUAL_NAMES, *((own,) if own else ()))
    return (*(Paging(name) for name in names), Paging(before=("page",)))


def paging(sight: Sight) -> Paging | None:
    """Give how a list's further pages are numbered, by its links to them; None if none shows it."""
    for url in (*sight.nexts, *sight.links):
        found = _difference(sight.url, url)
        if found is not None:
            return found
    return None


def following(sight: Sight) -> list[str]:
    """Give the links of a list to its further pages."""
    return [url for url in sight.links if _difference(sight.url, url) is not None]


def _difference(here: str, there: str) -> Paging | None:
    one, other = urlsplit(here), urlsplit(there)
    if one.path == other.path:
        old, new = dict(parse_qsl(one.query)), dict(parse_qsl(other.query))
        changed = {name for name in old | new if old.get(name) != new.get(name)}
        name = changed.pop() if len(changed) == 1 else ""
        is_number = new.get(name, "").isdecimal()
        if is_number and name.lower() in _OFFSETS:
            return Paging(name, is_offset=True)
        return Paging(name) if is_number and name.lower() in _PARAMETERS else None
    if one.query != other.query:
        return None
    return _in_path(_names(one.path), _names(other.path), is_closed=other.path.endswith("/"))


def _in_path(old: Sequence[str], new: Sequence[str], *, is_closed: bool) -> Paging | None:
    if not new or (prefix := _numbered(new[-1])) is None:
        return None
    if len(old) == len(new) and old[:-1] == new[:-1] and _numbered(old[-1]) == prefix:
        before = new[-2:-1] if len(new) > 1 and not prefix and new[-2].lower() in _WORDS else ()
        known = bool(prefix or before)
        return Paging("", tuple(before), prefix, is_closed) if known else None
    added = new[len(old) :]
    if list(new[: len(old)]) != list(old) or not 1 <= len(added) <= 2:  # noqa: PLR2004
        return None
    if len(added) == 2 and added[0].lower() not in _WORDS:  # noqa: PLR2004
        return None
    return Paging("", tuple(added[:-1]), prefix, is_closed) if len(added) == 2 or prefix else None  # noqa: PLR2004


def _numbered(name: str) -> str | None:
    """Give the letters before a page's number; None if it is none."""
    match = _NUMBER.fullmatch(name)
    return match[1] if match and match[1].lower().rstrip("-_") in _WORDS else None


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]
