"""Discovery: what a page led to, how it was come by, and what of it is followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from conf.platform import Platform
from crawler import finds, lists
from crawler.capture import Fetched
from crawler.finds import Source
from crawler.frontier.address import Place, canonical
from crawler.frontier.contract import Wants
from crawler.frontier.store import Target
from crawler.guard import Guard, is_refined
from crawler.items import Link, Refused
from crawler.lists import Listed, listed
from crawler.mentions import Mentions
from crawler.outcome import Crawl
from crawler.pages.syntax.text import addresses
from crawler.rows import Row
from crawler.spiders.reading import Read

_LIST_KINDS = {"index", "seller"}
_HOOKS = (b'href="#', b"href='#", b"javascript:", b"data-page")  # paging without addresses
_SAID = {
    "list_exhausted": "its last pages showed only what the list had shown before",
    "trap": "the last pages of this make showed nothing new",
}


class Facts(Protocol):
    """What outlives a crawl that is killed."""

    def fact(self, name: str) -> str | None:
        """Give what was noted."""
        ...

    def note(self, name: str, value: str) -> None:
        """Note something for good."""
        ...


class Kept(Facts, Wants, Protocol):
    """What the frontier keeps for those who write pages down."""


class Discovery:
    """Looks at what each page of a crawl led to."""

    def __init__(self, crawl: Crawl, platforms: Mapping[str, Platform], facts: Facts) -> None:
        """Take the crawl's platforms, and where it keeps facts."""
        self._crawl, self._platforms, self._facts = crawl, platforms, facts
        self._mentions = Mentions(platforms)
        self.forget()

    def forget(self) -> None:
        """Forget which pages were looked at: lists are fetched anew, and all of them is new."""
        self._guards = {name: Guard() for name in self._platforms}
        self._sizes: dict[str, int | None] = {}

    def look(
        self, target: Target, fetched: Fetched, found: Read
    ) -> tuple[Read, tuple[Refused, ...]]:
        """Give what a page gave with its finds, and without links that lead to nothing new."""
        if target.kind == "listing":
            return self._of_listing(target, fetched, found), ()
        if target.kind in _LIST_KINDS:
            return self._of_list(target, fetched, found)
        return found, ()

    def _of_listing(self, target: Target, fetched: Fetched, found: Read) -> Read:
        platform = self._platforms[target.platform]
        others = [one for one in finds.listings(platform, found.links) if one.key != target.key]
        rows = list(
            finds.of_listing(
                self._crawl, platform, target.url, "related", others[: finds.MOST_RELATED]
            )
        )
        elsewhere: list[tuple[str, Link]] = []
        named = self._mentions.of(target.platform, fetched.body, _said(found.rows))
        for name, places in named.items():
            known = {target.key, *(one.key for one in others)} if name == target.platform else set()
            new = [one for one in places if one.key not in known]
            mentioned = finds.of_listing(
                self._crawl, self._platforms[name], target.url, "text", new
            )
            rows.extend(mentioned)
            elsewhere.extend((name, Link(one.url, "listing")) for one in new)
        return _with(found, rows)._replace(elsewhere=tuple(elsewhere))

    def _of_list(
        self, target: Target, fetched: Fetched, found: Read
    ) -> tuple[Read, tuple[Refused, ...]]:
        platform, guard = self._platforms[target.platform], self._guards[target.platform]
        own = listed(platform, target.url)
        shown = finds.listings(platform, found.links)
        if own.way == "sitemap":
            rows = finds.of_list(self._crawl, platform, Source(target.url, own), shown)
            return _with(found, rows), ()
        is_back = _is_back(platform, target, fetched, own)
        is_new = guard.look(own, (one.key for one in shown), is_back=is_back)
        if not is_back:
            source = Source(target.url, own, self._size(target.platform, own, shown))
            found = _with(found, finds.of_list(self._crawl, platform, source, shown))
        links = [
            *found.links,
            *_unwritten(platform, target, fetched, found.links, is_shown=bool(shown)),
        ]
        kept = tuple(
            link for link in links if _is_followed(platform, guard, own, link, is_new=is_new)
        )
        return found._replace(links=kept), tuple(_ends(guard, own, target))

    def _size(self, platform: str, own: Listed, shown: list[Place]) -> int | None:
        """Give how many listings the first page of a list shows: by it, later ranks are counted."""
        name = f"list_size:{platform}:{own.key}"
        if own.page_number == 1 and shown:
            if self._sizes.get(name) != len(shown):
                self._facts.note(name, str(len(shown)))
            self._sizes[name] = len(shown)
        elif name not in self._sizes:
            known = self._facts.fact(name)
            self._sizes[name] = int(known) if known else None
        return self._sizes[name]


def _is_back(platform: Platform, target: Target, fetched: Fetched, own: Listed) -> bool:
    """Say whether the server led from a later page of a list to another page: it has no such."""
    try:
        final = canonical(fetched.url)
    except ValueError:
        return False
    if final == target.url or own.page_number in {None, 1}:
        return False
    return listed(platform, final).page_number != own.page_number


def _is_followed(
    platform: Platform, guard: Guard, own: Listed, link: Link, *, is_new: bool
) -> bool:
    if link.kind != "index":
        return True
    try:
        other = listed(platform, canonical(link.url))
    except ValueError:
        return False
    if other.way == "sitemap":
        return True
    if not is_new and is_refined(own, other):
        return False
    return guard.ended(other) is None


def _unwritten(
    platform: Platform, target: Target, fetched: Fetched, links: Iterable[Link], *, is_shown: bool
) -> Iterator[Link]:
    """Give the next page of a list that shows listings and hides where it goes on behind "#"."""
    if not is_shown or not any(hook in fetched.body for hook in _HOOKS):
        return
    own = listed(platform, target.url).key
    onward = (link.url for link in links if link.kind == "index")
    if any(_key(platform, url) == own for url in onward):
        return
    address = lists.next_page(platform, target.url)
    if address is not None:
        yield Link(address, "index")


def _key(platform: Platform, url: str) -> str | None:
    try:
        return listed(platform, canonical(url)).key
    except ValueError:
        return None


def _ends(guard: Guard, own: Listed, target: Target) -> Iterator[Refused]:
    why = guard.ended(own)
    if why is not None and guard.tell(own, why):
        yield Refused(stage="fetch", place=target.url, reason=why, detail=_SAID[why])


def _said(rows: Iterable[tuple[str, Row]]) -> Iterator[str]:
    """Give the addresses that a listing's text names."""
    for table, row in rows:
        if table == "observations":
            yield from row.get("outgoing_urls") or ()
            yield from addresses(row.get("description_text"))


def _with(found: Read, rows: Iterable[Row]) -> Read:
    return found._replace(rows=(*found.rows, *(("finds", row) for row in rows)))
