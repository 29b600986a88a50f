"""What is known of a shop while it is probed: pages, refusals, sitemaps, and what may be asked."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

import msgspec

from crawler.frontier.address import canonical
from crawler.probe.chart import Chart
from crawler.probe.looking import NOT_ASKED, OUT_OF_TIME, Answer, Answers, Batch
from crawler.probe.shapes import Shape, address, fits
from crawler.probe.sight import Sight, mounted
from crawler.probe.ways import Paging


class Wish(msgspec.Struct, frozen=True):
    """What the caller wants of a probe."""

    url: str
    name: str
    sample: int = 20
    is_loopback_allowed: bool = False
    mount: str | None = None  # a browser reads the pages, and waits for this
    sitemaps: tuple[str, ...] = ()
    requests_per_second: float | None = None
    most_requests: int = 150
    words: tuple[str, ...] = ()  # to search for, where nothing else leads in
    longest_s: float = 1_200.0


class Site:
    """What is known of a shop so far."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.home = canonical(wish.url)
        self.sights: dict[str, Sight] = {}
        self.listed: dict[str, list[str]] = {}  # pages by the sitemap that lists them
        self.refused: dict[str, Answer] = {}
        self.robots = ""
        self.token_url: str | None = None
        self.paging: Paging | None = None
        self.search: str | None = None  # one that was tried and leads to listings
        self.requests = 0
        self.is_late = False  # the time was over before everything wanted was asked
        self._chart: tuple[int, Chart] | None = None

    @property
    def front(self) -> Sight:
        """The front page."""
        return self.sights[self.home]

    @property
    def left(self) -> int:
        """How many more requests the probe may make."""
        return max(0, self.wish.most_requests - self.requests)

    @property
    def chart(self) -> Chart:
        """The chart of all that is known by now."""
        size = len(self.sights) + sum(map(len, self.listed.values()))
        if self._chart is None or self._chart[0] != size:
            listed = [url for pages in self.listed.values() for url in pages]
            self._chart = (size, Chart(self.sights, listed))
        return self._chart[1]

    def take(self, answers: Answers) -> list[Sight]:
        """Keep what came; gives the pages."""
        found = []
        for url, one in answers.items():
            if one.page is not None and one.is_page:
                found.append(self.sights.setdefault(url, Sight(one.page)))
            else:
                self.refused[url] = one
        return found

    def ask(self, urls: Iterable[str], why: str) -> Generator[Batch, Answers, Answers]:
        """Ask for pages, as far as the bounds of the probe go; gives what came for each."""
        wanted = tuple(dict.fromkeys(urls))[: self.left]
        if not wanted:
            return {}
        answers = yield Batch(wanted, self.token_url, why)
        self.requests += sum(one.reason not in NOT_ASKED for one in answers.values())
        self.is_late = self.is_late or any(OUT_OF_TIME in one.detail for one in answers.values())
        return answers

    def fetch(self, urls: Iterable[str], why: str) -> Generator[Batch, Answers, list[Sight]]:
        """Ask for pages and keep them; gives those that came."""
        answers = yield from self.ask(urls, why)
        return self.take(answers)

    def new(self, urls: Iterable[str]) -> list[str]:
        """Give those addresses that were not asked."""
        return [url for url in urls if url not in self.sights and url not in self.refused]

    def grown(self, shape: Shape) -> Shape:
        """Give a shape as all that is known by now has it."""
        example = shape.members[0]
        return next((one for one in self.chart.every if fits(one, example)), shape)

    def priced_first(self, shape: Shape) -> list[str]:
        """Give addresses of a shape not read yet: beside a price first, the site's frame last."""
        known = {one.url for one in shape.members}
        carded = [url for one in self.sights.values() for url in one.cards if url in known]
        others = spread([one.url for one in shape.members], len(shape.members))
        frame = self.chart.frame
        ranked = sorted(dict.fromkeys([*carded, *others]), key=lambda url: url in frame)
        return self.new(ranked)

    def own(self, url: str) -> str | None:
        """Give an address of this site in its one spelling; None for any other."""
        try:
            clean = canonical(url)
        except ValueError:
            return None
        return clean if mounted(clean) == mounted(self.home) else None


def is_of(shape: Shape, *urls: str) -> bool:
    """Say whether one of some addresses has a shape."""
    return any(fits(shape, address(url)) for url in urls)


def spread(urls: Sequence[str], count: int) -> list[str]:
    """Give some of many, from all over."""
    every = list(dict.fromkeys(urls))
    step = max(1, len(every) // max(1, count))
    return (every[::step] + every)[:count] if len(every) > count else every
