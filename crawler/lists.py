"""Lists: which list an index address is a page of, how it was come by, and where it stands.

The address alone tells, by the platform's own templates first and by common habits else: so a page
that is asked again after a kill says the same of itself, whoever led to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import msgspec

from conf.platform import Platform
from crawler.frontier.address import canonical, host_of, is_sitemap, place

Way = Literal["search", "category", "sitemap", "feed", "seller", "related", "text"]

_PAGES = re.compile(
    r"page|p|pg|pn|page_?no|page_?num(?:ber)?|paged|current_?page|seite|pagina|str|sayfa",
    re.IGNORECASE,
)
_OFFSETS = re.compile(r"offset|start|skip|from", re.IGNORECASE)
_SIZES = re.compile(r"limit|per_?page|page_?size|size|rows|count", re.IGNORECASE)
_CURSORS = re.compile(r"cursor|after|page_?token|continuation|next", re.IGNORECASE)
_WORDS = re.compile(
    r"q|query|search|search_?(?:query|text|term)|keywords?|kw|wd|term|_nkw|field-keywords",
    re.IGNORECASE,
)
_SESSIONS = re.compile(
    r"(?:php|jsp?|asp)?sess(?:ion)?(?:_?id)?|sid|oscsid|zenid|cfid|cftoken|aspsessionid\w*",
    re.IGNORECASE,
)
_PAGE_SEGMENT = re.compile(r"^(?:p|page|seite|pagina)?[-_]?(\d{1,4})$", re.IGNORECASE)
_PAGE_WORD = re.compile(r"^(?:page|seite|pagina|p)$", re.IGNORECASE)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What an address of an index, or a seller's page, is as a page of a list.

    `key` is the list: all its pages have the same. `family` are the lists of one make, such as all
    months of a calendar; None where the platform's own templates name the list. `filters` are what
    the address asks for beyond that: facets, orders.
    """

    way: Way
    key: str
    word: str | None = None  # as typed
    page_number: int | None = 1  # None: the address holds a cursor, which tells no number
    offset: int | None = None  # listings before this page, where the address says so
    family: str | None = None
    path: str = ""
    filters: frozenset[tuple[str, str]] = frozenset()


@lru_cache(4_096)
def _parsed(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    return parts.path, tuple(parse_qsl(parts.query, keep_blank_values=True))


def listed(platform: Platform, url: str) -> Listed:
    """Give what a canonical address is as a page of a list."""
    if is_sitemap(url):
        return Listed(way="sitemap", key=url)
    discovery = platform.discovery
    for template in discovery.searches:
        found = _of_template(template, url, "search")
        if found is not None:
            return found
    for template in discovery.categories:
        found = _of_template(template, url, "category")
        if found is not None:
            return found
    return _by_habit(platform, url)


def next_page(platform: Platform, url: str) -> str | None:
    """Give the next page of a list whose template counts its pages; None for any other."""
    for template in (*platform.discovery.searches, *platform.discovery.categories):
        found = _of_template(template, url, "category") if "{page}" in template else None
        if found is not None and found.page_number is not None:
            named = template.replace("{page}", str(found.page_number + 1))
            return named.replace("{word}", quote_plus(found.word or ""))
    return None


def _of_template(template: str, url: str, way: Way) -> Listed | None:
    """Match an address with a template of the platform's; what else it asks for makes it none."""
    matched = _matched(template, url)
    if matched is None:
        return None
    values, given = matched
    place_in, number = _Place.of(given), values.get("page")
    is_wordless = "{word}" in template and values.get("word") is None
    if is_wordless or place_in.others or not (number is None or _is_number(number)):
        return None
    return Listed(
        way=way,
        key=f"{template} {values.get('word') or ''}".rstrip(),
        word=values.get("word"),
        page_number=int(number) if number else place_in.page,
        offset=place_in.offset if number is None else place_in.from_size(int(number)),
        path=_parsed(url)[0],
    )


def _matched(template: str, url: str) -> tuple[dict[str, str | None], dict[str, str]] | None:
    """Give what stands for a template's page and word, and the parameters that it does not name."""
    path, wanted = _parsed(template)
    own_path, own_pairs = _parsed(url)
    match = _path_of(path or "/").fullmatch(own_path)
    if match is None or host_of(url) != host_of(template):
        return None
    given = dict(own_pairs)
    values: dict[str, str | None] = match.groupdict()
    for name, value in wanted:
        if value in {"{page}", "{word}"}:
            values[value.strip("{}")] = given.pop(name, None)
        elif given.pop(name, None) != value:
            return None
    return values, given


@lru_cache(256)
def _path_of(path: str) -> re.Pattern[str]:
    made = re.escape(path).replace(r"\{page\}", r"(?P<page>\d{1,6})")
    return re.compile(made.replace(r"\{word\}", r"(?P<word>[^/]+)"))


class _Place(msgspec.Struct, frozen=True):
    """What the parameters of an address say of where in its list it stands."""

    page: int | None
    offset: int | None
    size: int | None
    word: str | None
    others: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, given: dict[str, str]) -> _Place:
        """Sort the parameters by what their names mean."""
        page: int | None = 1
        offset = size = word = None
        others = []
        for name, value in given.items():
            if _PAGES.fullmatch(name) and _is_number(value):
                page = int(value)
            elif _OFFSETS.fullmatch(name) and _is_number(value):
                offset, page = int(value), None
            elif _CURSORS.fullmatch(name):
                page = None
            elif _SIZES.fullmatch(name) and _is_number(value):
                size = int(value)
            elif _WORDS.fullmatch(name):
                word = value
            elif not _SESSIONS.fullmatch(name):
                others.append((name, value))
        return cls(page, offset, size, word, tuple(others))

    def from_size(self, page: int | None) -> int | None:
        """Give how many listings stand before a page, where the address says how many it holds."""
        return (page - 1) * self.size if page and self.size else None


def _by_habit(platform: Platform, url: str) -> Listed:
    """Read an address that no template of the platform knows by what addresses usually mean."""
    path, pairs = _parsed(url)
    found = _Place.of(dict(pairs))
    segments, number = _without_page(path)
    page = number if number is not None else found.page
    filtered = urlencode(found.others)
    bare = "/".join(segments)
    word = f" {found.word}" if found.word else ""
    way: Way = "search" if found.word else "category"
    if url in {one for feed in platform.discovery.feeds for one in _canonical(feed)}:
        way = "feed"
    elif _is_seller(platform, url, bare, filtered):
        way = "seller"
    return Listed(
        way=way,
        key=f"{bare}?{filtered}{word}",
        word=found.word,
        page_number=page,
        offset=found.offset if found.offset is not None else found.from_size(page),
        family=_family(segments, found.others),
        path=bare,
        filters=frozenset(found.others),
    )


def _without_page(path: str) -> tuple[list[str], int | None]:
    """Give the segments of a path without those at its end that count pages, and their number."""
    segments = path.split("/")
    is_closed = segments[-1] == ""
    own = segments[:-1] if is_closed else segments
    match = _PAGE_SEGMENT.match(own[-1]) if len(own) > 2 else None  # noqa: PLR2004 - not the first
    if match is None:
        return segments, None
    is_named = _PAGE_WORD.match(own[-2]) is not None
    if own[-1].isdecimal() and not is_named:
        return segments, None
    kept = own[:-2] if is_named else own[:-1]
    return [*kept, *([""] if is_closed else [])], int(match[1])


def _is_seller(platform: Platform, url: str, path: str, filtered: str) -> bool:
    parts = urlsplit(url)
    own = urlunsplit((parts.scheme, parts.netloc, path, filtered, ""))
    found = place(platform, own, "seller") if platform.kinds.seller else None
    return found is not None and found.kind == "seller"


def _family(segments: list[str], filters: Iterable[tuple[str, str]]) -> str:
    """Give what lists of one make have in common: how their path begins, and what they filter."""
    named = [one for one in segments if one]
    names = ",".join(sorted({name for name, _ in filters}))
    return f"/{'/'.join([*named[:1], *('*' for _ in named[1:])])}{f'?{names}' if names else ''}"


def _canonical(url: str) -> Iterator[str]:
    try:
        yield canonical(url)
    except ValueError:
        return


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6  # noqa: PLR2004 - a page, no id
