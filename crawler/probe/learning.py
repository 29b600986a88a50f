"""Wrapper induction: where listings' pages show what, learned from a handful of them.

A site makes its pages from a template, so a field stands in the same place of each. Which place is
told by what other pages say of the same listing: the card that leads to it names its title and its
price. A place is an element's CSS selector: by its class or id, by the label before it, or by its
position. It is written into the draft only where the general reader was right less often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from conf.platform import Platform, Shows
from crawler.frontier.address import kind_of
from crawler.items import Observation
from crawler.pages.syntax import prices, selected
from crawler.pages.syntax.text import brief
from crawler.probe import trial
from crawler.probe.chart import Chart, Said
from crawler.probe.places import COUNTED, label_of, places
from crawler.probe.shapes import Shape
from crawler.probe.sight import MONEY, Sight, amounts

_FEWEST = 3  # pages to learn from
_TEACHERS = 3  # pages whose elements are tried as places
_MOST_NODES = 12  # elements of one page that show what is looked for
_ENOUGH = 0.8
_BETTER = 0.05
_NUMBER = re.compile(r"\d[\d.,\s]*")
_LONGEST = 300
_LONGEST_NAME = 80
_SHORTEST = 4
_SELLER_NAMED = re.compile(
    r"seller|vendor|merchant|dealer|sold-?by|verk(?:ae|ä)ufer|anbieter|h(?:ae|ä)ndler|vendeur|"
    r"vendedor|venditore|verkoper|maijia|shopname",
    re.IGNORECASE,
)


class Lesson(NamedTuple):
    """One listing's page, what is read of it as it is, and what the cards that lead to it say."""

    sight: Sight
    shown: Observation | None
    said: Said


Right = Callable[[Lesson, str], bool]


def shows(chart: Chart, listing: Shape, one: Platform) -> Shows:
    """Give where listings show the fields that a crawl by the draft would read wrong or miss."""
    lessons = _lessons(chart, listing, one)
    if len(lessons) < _FEWEST:
        return Shows()
    return Shows(
        title_text=_learned("title_text", lessons, _is_title),
        price_text=_learned("price_text", lessons, _is_price),
        seller_name_text=_seller(lessons),
    )


def _lessons(chart: Chart, listing: Shape, one: Platform) -> list[Lesson]:
    return [
        Lesson(sight, trial.listing(one, sight), chart.said_of(sight))
        for sight in chart.read(listing)
        if not sight.is_answer and kind_of(one, sight.url) == "listing"
    ]


def _learned(field: str, lessons: Sequence[Lesson], is_right: Right) -> str | None:
    """Give the best place of a field; None if no place is right more often than what is read."""
    told = [one for one in lessons if one.said.amounts or field == "title_text"]
    if len(told) < _FEWEST:
        return None
    before = _share(told, [getattr(one.shown, field, None) for one in told], is_right)
    ranked = []
    for place in _candidates(told, field, is_right):
        texts = [selected.field(one.sight.page, field, place) for one in told]
        ranked.append((_share(told, texts, is_right), place))
    # A price that was found by looks alone would be another's on a page that names none.
    is_guessed = field == "price_text" and all(_is_seen(one, field) for one in told)
    return _best(ranked, max(_ENOUGH, before if is_guessed else before + _BETTER))


def _is_seen(lesson: Lesson, field: str) -> bool:
    return lesson.shown is None or lesson.shown.provenance.get(field) == "selector"


def _best(ranked: Sequence[tuple[float, str]], lowest: float) -> str | None:
    """Give the first of the places that do best, if that is well enough."""
    # Among equals a name or a label, which a site keeps longer than the order of its elements.
    best, place = max(ranked, key=lambda one: (one[0], COUNTED not in one[1]), default=(0.0, ""))
    return place if place and best >= lowest else None


def _share(lessons: Sequence[Lesson], texts: Sequence[str | None], is_right: Right) -> float:
    """Give the share of pages on which a text is right; what is the same everywhere is nowhere."""
    varied = len(set(texts)) > 1
    rights = sum(
        text is not None and is_right(lesson, text)
        for lesson, text in zip(lessons, texts, strict=True)
    )
    return varied * rights / len(lessons)


def _candidates(lessons: Sequence[Lesson], field: str, is_right: Right) -> list[str]:
    """Give places to try, the simplest first, by elements of some pages that show the field."""
    found: dict[str, None] = {}
    for lesson in lessons[:_TEACHERS]:
        count = 0
        for node in _elements(lesson.sight):
            text = selected.value(field, brief(node, _LONGEST))
            if text is None or not is_right(lesson, text):
                continue
            found |= dict.fromkeys(places(node))
            count += 1
            if count >= _MOST_NODES:
                break
    return list(found)


def _elements(sight: Sight) -> Iterator[LexborNode]:
    """Give the elements with a text of their own; those of linked cards stand for others."""
    body = sight.page.tree.body
    for node in body.css("*") if body is not None else ():
        if node.tag in {"script", "style", "noscript", "option", "a", "label"}:
            continue
        if any(
            one.tag == "-text" and (one.text_content or "").strip()
            for one in node.iter(include_text=True)
        ):
            yield node


def _is_title(lesson: Lesson, text: str) -> bool:
    """Say whether a text is the name on the listing's cards; without cards, the window's."""
    if lesson.said.names:
        return lesson.said.names_it(text)
    low, window = text.casefold(), (lesson.sight.page.words("title") or "").casefold()
    return len(low) >= _SHORTEST and window.startswith(low)


def _is_price(lesson: Lesson, text: str) -> bool:
    told = amounts(text)
    if not told and _NUMBER.fullmatch(text):
        return prices.amount(text) in lesson.said.amounts
    return len(told) == 1 and told[0] in lesson.said.amounts


def _seller(lessons: Sequence[Lesson]) -> str | None:
    """Give where a seller is named behind a label or under a telling class, if none is read yet."""
    known = [one.shown.seller_name_text for one in lessons if one.shown is not None]
    if sum(text is not None for text in known) >= _ENOUGH * len(lessons):
        return None
    titles = {one.shown.title_text for one in lessons if one.shown is not None}
    found: dict[str, None] = {}
    for lesson in lessons[:_TEACHERS]:
        for node in _elements(lesson.sight):
            if _names_seller(node):
                found |= dict.fromkeys(places(node))
    ranked = []
    for place in found:
        texts = [selected.field(one.sight.page, "seller_name_text", place) for one in lessons]
        good = [text for text in texts if text and _may_be_name(text)]
        if len(set(good)) > 1 and titles.isdisjoint(good):
            ranked.append((len(good) / len(lessons), place))
    return _best(ranked, _ENOUGH)


def _may_be_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and not MONEY.search(text)


def _names_seller(node: LexborNode) -> bool:
    """Say whether an element stands behind a seller's label, begins with one, or is called so."""
    text = brief(node, _LONGEST_NAME)
    if not text:
        return False
    called = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return (
        selected.is_seller_label(label_of(node))
        or selected.seller_name(text) != text
        or _SELLER_NAMED.search(called) is not None
    )
