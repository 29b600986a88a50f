"""The chart of a site as far as it was read: shapes of addresses, and which page shows which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from crawler.probe.shapes import Shape, address, fits, matching, shapes
from crawler.probe.sight import MONEY, Sight, amounts

_COMMON = 0.6  # links on so many pages are the site's frame, not a page's own
_CUT = 10  # letters of a title that a card leaves standing
FEW = 2  # cards of one shape that make a page one that lists it


class Said(NamedTuple):
    """What the cards that lead to a page say of it: texts in small letters, and amounts."""

    names: frozenset[str]
    amounts: frozenset[str]

    def names_it(self, text: str) -> bool:
        """Say whether a text is one of the names; a card may cut it short."""
        low = text.casefold()
        return low in self.names or any(
            len(name) > _CUT and name.endswith(("…", "...")) and low.startswith(name.rstrip(".… "))
            for name in self.names
        )


class Chart:
    """Pages by the address that was asked, and the shapes of all addresses that are known."""

    def __init__(self, sights: Mapping[str, Sight], listed: Iterable[str] = ()) -> None:
        self.sights = sights
        self.pages = list({id(one): one for one in sights.values()}.values())
        urls = [url for url, one in sights.items() for url in (url, *one.links, *one.cards)]
        self.every: Sequence[Shape] = shapes([*urls, *listed])
        self._shape_of = {one.url: shape for shape in self.every for one in shape.members}

    def shape_of(self, url: str) -> Shape | None:
        """Give the shape of an address."""
        return self._shape_of.get(url) or matching(self.every, url)

    def read(self, shape: Shape) -> list[Sight]:
        """Give the pages that were read of a shape, each once."""
        found = [
            one
            for asked, one in self.sights.items()
            if fits(shape, address(asked)) or fits(shape, address(one.url))
        ]
        return list({id(one): one for one in found}.values())

    def cards(self, sight: Sight, shape: Shape) -> list[str]:
        """Give the addresses of a shape that stand beside a price on a page, its own left out."""
        return [url for url in sight.cards if url != sight.url and self.shape_of(url) == shape]

    def shown(self, sight: Sight) -> list[Shape]:
        """Give the shapes that a page lists: several of their addresses beside a price each."""
        return list(self._shown[id(sight)])

    def leads_to(self, shape: Shape) -> list[Shape]:
        """Give the shapes that at least half of the pages read of a shape list."""
        pages = self.read(shape)
        counts = Counter(one.key for sight in pages for one in self._shown[id(sight)])
        return [one for one in self.every if counts[one.key] * 2 >= max(1, len(pages))]

    def said_of(self, sight: Sight) -> Said:
        """Give what cards on other pages say of a page."""
        urls = {sight.url, sight.own or sight.url}
        cards = [texts for url in urls for page, texts in self._said[url] if page is not sight]
        pieces = [text for texts in cards for text in texts]
        told = {one for text in pieces for one in amounts(text)}
        told = told or {one for texts in cards for one in amounts(" ".join(texts))}
        names = {text.casefold() for text in pieces if not MONEY.search(text)}
        return Said(frozenset(names), frozenset(told))

    @cached_property
    def carded(self) -> Counter[str]:
        """On how many pages each address stands beside a price, among others of its shape."""
        return Counter(url for one in self.pages for url in self._listed(one))

    @cached_property
    def frame(self) -> set[str]:
        """The links that most pages of the site show."""
        counts = Counter(url for one in self.pages for url in one.links)
        return {url for url, count in counts.items() if count >= max(3, _COMMON * len(self.pages))}

    @cached_property
    def _said(self) -> dict[str, list[tuple[Sight, tuple[str, ...]]]]:
        found = defaultdict[str, list[tuple[Sight, tuple[str, ...]]]](list)
        for page in self.pages:
            if not page.is_answer:
                for url, texts in page.pieces.items():
                    found[url].append((page, texts))
        return found

    @cached_property
    def _shown(self) -> dict[int, list[Shape]]:
        return {id(one): list(self._shapes_shown(one)) for one in self.pages}

    def _shapes_shown(self, sight: Sight) -> Iterator[Shape]:
        found: dict[int, tuple[Shape, int]] = {}
        for url in sight.cards:
            shape = self.shape_of(url) if url != sight.url else None
            if shape is not None:
                found[id(shape)] = (shape, found.get(id(shape), (shape, 0))[1] + 1)
        yield from (shape for shape, count in found.values() if count >= FEW)

    def _listed(self, sight: Sight) -> Iterator[str]:
        for shape in self._shown[id(sight)]:
            yield from self.cards(sight, shape)
