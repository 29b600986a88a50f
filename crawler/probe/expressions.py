"""Regular expressions for `kinds`, from addresses of one shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from crawler.probe.shapes import Address, Shape
from crawler.probe.ways import Paging

HOST = r"^https?://[^/]+"
_NUMBERED = (
    re.compile(r"^(?P<before>.*[-_.])(?P<id>\d{3,})$"),  # name-of-a-thing-12345
    re.compile(r"^(?P<id>\d{3,})(?P<after>[-_.].*)$"),  # 12345-name-of-a-thing
)
_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp|json|xml)$", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}[-_+][^\W\d_]{2,}")
_ENOUGH = 0.9


class Identity(msgspec.Struct, frozen=True):
    """Where the id stands in addresses of a shape: in the path, or in a parameter."""

    place: int | None  # of the path; None: in a parameter
    parameter: str = ""
    before: str = ""  # what stands around the id in its place, as an expression
    after: str = ""
    is_number: bool = False


def identity(shape: Shape) -> Identity | None:
    """Say where the id stands; None if the shape holds none."""
    places = [at for at, part in enumerate(shape.parts) if part is None]
    if places:
        best = max(places, key=lambda at: (_likeness(shape.members, at), -at))
        return _within([_bare(one.names[best]) for one in shape.members], best)
    open_ = [name for name, text in shape.query if text is None]
    if not open_:
        return None
    by_name = {name: [dict(one.query)[name] for one in shape.members] for name in open_}
    best_name = max(open_, key=lambda name: (len(set(by_name[name])), "id" in name.lower()))
    return Identity(None, parameter=best_name)


def expression(
    shape: Shape, found: Identity, *, is_any_case: bool = False, takes_query: bool = False
) -> str:
    """Give the expression that takes the id from addresses of a shape, and from no others."""
    if found.place is None:
        return _of_parameter(shape, found)
    parts = []
    for at, part in enumerate(shape.parts):
        if at == found.place:
            parts.append("/" + found.before + _group(found) + found.after + _suffix(shape, at))
        elif part is not None:
            parts.append("/" + _literal(part))
        elif at == found.place + 1 == len(shape.parts) - 1:
            parts.append("(?:/[^/?]*)?")  # the title in the address: another one is the same
        else:
            parts.append("/[^/?]+")
    end = r"/?" if shape.is_closed else ""
    flag = "(?i)" if is_any_case else ""
    return flag + HOST + "".join(parts) + end + (r"(?:\?|$)" if takes_query else "$")


def path_expression(shape: Shape) -> str:
    """Give the expression of a shape's addresses, without an end and without a group."""
    parts = [
        "/" + (_literal(part) if part is not None else "[^/?]+" + _suffix(shape, at))
        for at, part in enumerate(shape.parts)
    ]
    return HOST + ("".join(parts) or "/") + ("/" if shape.is_closed else "")


def list_expression(shape: Shape, paging: Paging | None) -> str:
    """Give the expression of a list's pages: no facet is among them, the number of a page is."""
    path = path_expression(shape)
    number = paging.parameter if paging is not None else ""
    chosen = [(name, text) for name, text in shape.query if name != number]
    if not chosen:
        more = paging.expression if paging is not None else ""
        return path.removesuffix("/") + "/?" * (shape.is_closed or not shape.parts) + more + "$"
    wanted = "".join(
        rf"(?=(?:[^#]*&)?{re.escape(name)}={'[^&]+' if text is None else re.escape(text)}(?:&|$))"
        for name, text in chosen
    )
    names = "|".join(re.escape(name) for name in (*(name for name, _ in chosen), number) if name)
    return rf"{path}\?{wanted}(?:(?:{names})=[^&]*(?:&|$))+$"


def search_expression(template: str, paging: Paging | None) -> str:
    """Give the expression of a search's pages, from its template."""
    path, _, query = template.partition("?")
    names = [pair.partition("=")[0] for pair in query.split("&")]
    if paging is not None and paging.parameter:
        names.append(paging.parameter)
    told = "|".join(dict.fromkeys(re.escape(name) for name in names))
    return rf"{HOST}{re.escape(urlsplit(path).path)}\?(?:(?:{told})=[^&]*(?:&|$))+$"


def excepting(pattern: str, names: Sequence[str]) -> str:
    """Give an expression that takes some names for no ids: they are lists among the listings."""
    if not names:
        return pattern
    told = "|".join(re.escape(name) for name in names)
    return pattern.replace("(?P<id>", rf"(?!(?:{told})(?:[./?#]|$))(?P<id>", 1)


def id_of(pattern: str, url: str) -> str | None:
    """Give the id that an expression takes from an address."""
    match = re.search(pattern, url)
    return match["id"] if match else None


def template(canonical_urls: Sequence[tuple[str, str]]) -> str | None:
    """Give the address that all listings are asked at, from pairs of id and address; None if none.

    It holds {id} where the id stands, and everything else is the same for all.
    """
    made = set()
    for name, url in canonical_urls:
        if url.count(name) != 1:
            return None
        made.add(url.replace(name, "{id}"))
    return made.pop() if len(made) == 1 and len(canonical_urls) > 1 else None


def _literal(part: str) -> str:
    return re.escape(part[:-1]) + r"\d+" if part.endswith("#") else re.escape(part)


def _group(found: Identity) -> str:
    return r"(?P<id>\d+)" if found.is_number else "(?P<id>[^/?]+?)"


def paged_by(pattern: str, paging: Paging | None) -> str:
    """Give an expression that leaves further pages to the lists', if a parameter numbers them."""
    if paging is None or not paging.parameter or r"\?" not in pattern:
        return pattern
    return pattern.replace(r"\?", rf"\?(?![^#]*\b{re.escape(paging.parameter)}=\d)", 1)


def _of_parameter(shape: Shape, found: Identity) -> str:
    path = path_expression(shape)
    wanted = "".join(
        rf"(?=[^#]*[?&]{re.escape(name)}={re.escape(text)}(?:&|$))"
        for name, text in shape.query
        if text is not None
    )
    return rf"{path}{wanted}\?(?:[^#]*&)?{re.escape(found.parameter)}=(?P<id>[^&]+)"


def _likeness(members: Sequence[Address], at: int) -> tuple[float, float, float]:
    """Say how like an id the words in one place are: all different, with digits, not a title."""
    words = [_bare(one.names[at]) for one in members]
    count = len(words)
    different = len(set(words)) / len({one.names for one in members})
    digits = sum(any(letter.isdigit() for letter in word) for word in words) / count
    titles = sum(_WORDS.search(word) is not None for word in words) / count
    return (round(min(1.0, different), 1), round(digits - titles, 1), -len(max(words, key=len)))


def _within(words: Sequence[str], place: int) -> Identity:
    """Say whether only a number within the word is the id."""
    titles = sum(_WORDS.search(word) is not None for word in words)
    if titles >= _ENOUGH * len(words):
        for at, pattern in enumerate(_NUMBERED):
            numbers = [match["id"] for word in words if (match := pattern.match(word))]
            if len(numbers) >= _ENOUGH * len(words) and len(set(numbers)) == len(set(words)):
                edges = ("[^/?]*[-_.]", "") if at == 0 else ("", "[-_.][^/?]*")
                return Identity(place, before=edges[0], after=edges[1], is_number=True)
    return Identity(place)


def _suffix(shape: Shape, at: int) -> str:
    """Give the ending that all words in a place have: `.html`."""
    ends = {match[0] if (match := _SUFFIX.search(one.names[at])) else "" for one in shape.members}
    return re.escape(ends.pop()) if len(ends) == 1 else ""


def _bare(word: str) -> str:
    return _SUFFIX.sub("", word)
