"""The chart of a site as far as it was read: shapes of addresses, and which page shows which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from crawler.probe.shapes import Shape, address, fits, matching, shapes
from crawler.probe.sight import Sight

_COMMON = 0.6  # links on so many pages are the site's frame, not a page's own
FEW = 2  # cards of one shape that make a page one that lists it


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
