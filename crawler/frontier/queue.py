"""What waits to be asked, of which platform and host, in which order."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from conf.platform import Platform
from crawler.frontier.address import place
from crawler.frontier.store import Acks, Found, Store, Target
from crawler.frontier.told import Told
from crawler.items import Kind, Link

_FEED = 100  # with fewer listings at hand, indexes go first
_BUFFER = 64  # targets taken from the file at once
_PAGES: tuple[Kind, ...] = ("index", "listing", "seller")


class Queue:
    """The targets of all platforms: those in the file, and a few of them at hand."""

    def __init__(self, store: Store, platforms: Iterable[str], limit: int | None = None) -> None:
        """Count what the file holds of some platforms; `limit` is in listings a platform."""
        self._store = store
        self._platforms = frozenset(platforms)
        self._limit = limit
        self._at_hand: dict[tuple[str, str, Kind], deque[Target]] = {}
        self._closed = set(store.closed())
        self._told = Told()
        self._recount()

    def add(self, source: Target | None, platform: Platform, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages were new."""
        links_to = [
            one
            for one in new_to(self._told, source, platform, links)
            if one.place.host not in self._closed
        ]
        if self._limit is not None:
            links_to = self._within(platform.name, links_to, self._limit)
        new = self._store.add(links_to)
        for one in new:
            self._count(one)
        if self._limit is not None and self._room(platform.name, self._limit) <= 0:
            self._end_indexes(platform.name)
        return len(new)

    def pick(self, platform: str, host: str) -> Target | None:
        """Give the next target of a platform on a host; it is out until it is acknowledged."""
        for kind in self._order(platform, host):
            key = (platform, host, kind)
            at_hand = self._at_hand.setdefault(key, deque())
            if not at_hand and self._waiting[key]:
                taken = self._store.take(platform, host, kind, _BUFFER)
                self._waiting[key] -= len(taken)
                at_hand.extend(taken)
            if at_hand:
                return at_hand.popleft()
        return None

    def has_work(self, platform: str, host: str) -> bool:
        """Say whether a platform has a target on a host that could be asked now."""
        return any(
            self._waiting[platform, host, kind] or self._at_hand.get((platform, host, kind))
            for kind in self._order(platform, host)
        )

    def make_durable(self) -> None:
        """Force what was added to the disk."""
        self._store.make_durable()

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake, and queue the pictures it wants."""
        self._closed.update(acks.closed)
        ended = self._store.acknowledge(acks)
        for done in ended.done:
            self._open[done.platform, done.host, done.kind] -= 1
            self._pages[done.platform] -= done.kind != "image"
        for picture in ended.pictures:
            self._count(picture)
        if self._closed:
            self._drop_closed()

    def waiting(self, platform: str) -> int:
        """Count the targets of a platform that are not acknowledged."""
        return sum(number for (name, _, _), number in self._open.items() if name == platform)

    @property
    def out(self) -> int:
        """Count the targets that went out and are not acknowledged."""
        at_hand = sum(map(len, self._at_hand.values()))
        return self._open.total() - self._waiting.total() - at_hand

    def is_empty(self, silent: Collection[str], stalled: Collection[str] = ()) -> bool:
        """Say whether everything was asked and acknowledged that could be."""
        return is_empty(self._open, silent, stalled)

    def _order(self, platform: str, host: str) -> Sequence[Kind]:
        """Give the kinds in the order they are asked: enough indexes to feed, pictures last.

        A picture is asked for when all pages of its platform are in the lake, so that the listings
        that show it are known, whichever page came first.
        """
        if not self._pages[platform]:
            return ("image",)
        at_hand = self._at_hand.get((platform, host, "listing"), ())
        listings = self._waiting[platform, host, "listing"] + len(at_hand)
        return _PAGES if listings < _FEED else ("listing", "seller", "index")

    def _within(self, platform: str, found: list[Found], limit: int) -> list[Found]:
        """Keep what the limit of listings leaves room for."""
        room = self._room(platform, limit)
        kept = []
        for one in found:
            if one.place.kind != "listing" or self._store.knows(one):
                kept.append(one)
            elif room > 0:
                room -= 1
                kept.append(one)
        return kept

    def _room(self, platform: str, limit: int) -> int:
        return limit - self._store.count(platform, "listing")

    def _end_indexes(self, platform: str) -> None:
        """Ask for no more indexes: all that they could show is over the limit."""
        self._store.drop(platform, "index")
        for key in [key for key in self._at_hand if key[0] == platform and key[2] == "index"]:
            del self._at_hand[key]
        self._recount()

    def _drop_closed(self) -> None:
        self._store.acknowledge(Acks(closed=tuple(self._closed)))
        for key in [key for key in self._at_hand if key[1] in self._closed]:
            del self._at_hand[key]
        self._recount()

    def _count(self, found: Found) -> None:
        kind = found.place.kind
        self._waiting[found.platform, found.place.host, kind] += 1
        self._open[found.platform, found.place.host, kind] += 1
        self._pages[found.platform] += kind != "image"

    def _recount(self) -> None:
        self._open: Counter[tuple[str, str, Kind]] = Counter()
        self._waiting: Counter[tuple[str, str, Kind]] = Counter()
        self._pages: Counter[str] = Counter()  # not acknowledged, by platform
        for platform, host, kind, number, waiting in self._store.open_counts():
            if platform in self._platforms:
                self._open[platform, host, kind] += number
                self._pages[platform] += number * (kind != "image")
                self._waiting[platform, host, kind] += waiting


def new_to(
    told: Told, source: Target | None, platform: Platform, links: Iterable[Link]
) -> Iterator[Found]:
    """Give the targets that links stand for, but those of links that were looked at lately."""
    for link in links:
        if told.is_known(platform.name, link):
            continue
        one = found(source, platform, link)
        if one is not None:
            yield one
        if one is not None or link.kind != "index":  # an index may be nearer to another page
            told.remember(platform.name, link)


def found(source: Target | None, platform: Platform, link: Link) -> Found | None:
    """Give the target that a link stands for; None if this platform's crawl does not ask for it."""
    where = place(platform, link.url, link.kind)
    if where is None or (where.kind == "image") != (link.kind == "image"):
        return None
    depth = source.depth + 1 if source and where.kind == "index" else 0
    if depth > platform.discovery.deepest_page:
        return None
    return Found(platform.name, where, link.hint, depth)


def is_empty(
    still_open: Mapping[tuple[str, str, Kind], int],
    silent: Collection[str],
    stalled: Collection[str] = (),
) -> bool:
    """Say whether nothing that is open, by platform, host and kind, could be asked.

    Nothing of a silent host can be, nor of a stalled platform. Pictures wait for all pages of
    their platform, so also for those on a silent host.
    """
    left = {
        (platform, host, kind)
        for (platform, host, kind), number in still_open.items()
        if number and platform not in stalled
    }
    held = {platform for platform, host, kind in left if host in silent and kind != "image"}
    return not any(
        host not in silent and not (kind == "image" and platform in held)
        for platform, host, kind in left
    )
