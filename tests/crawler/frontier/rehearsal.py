"""A crawl whose workers, clock and store a test commands."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from conf.platform import Discovery, Kinds, Platform, Politeness
from crawler.frontier.address import place
from crawler.frontier.contract import Frontier
from crawler.frontier.frontier import Frontier as OwnFrontier
from crawler.frontier.host import Ask
from crawler.frontier.ledger import Ledger
from crawler.frontier.remote import Remote
from crawler.frontier.robots import Open
from crawler.frontier.rounds import Terms
from crawler.frontier.shared import SharedFrontier
from crawler.frontier.store import Acks, Done, Store, done
from crawler.items import Link

HOST = "shop.example"


def platform(name: str = "shop", host: str = HOST, **politeness: object) -> Platform:
    """Give a shop."""
    return Platform(
        name=name,
        title=name,
        pages=name,
        home=f"https://{host}/",
        hosts=(host,),
        kinds=Kinds(listing=r"/item/(?P<id>\w+)", seller=r"/by/(?P<id>\w+)", index=r"/c"),
        discovery=Discovery(deepest_page=5),
        politeness=Politeness(**{"requests_per_second": 0.0, "concurrency": 100} | politeness),  # type: ignore[arg-type]
        verified="sandbox",
    )


def links(*paths: str, hint: str = "") -> list[Link]:
    """Give links of the kinds that their paths begin with."""
    kinds = {"i": "listing", "b": "seller", "c": "index", "p": "image"}
    return [Link(f"https://{HOST}{path}", kinds[path[1]], hint) for path in paths]  # type: ignore[arg-type]


class Rehearsal:
    """One crawl, its workers, and a clock that can be set ahead."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.url, self.folder = url, folder
        self.ahead_s = self.set_s = 0.0  # of all clocks, and of the store's beyond that
        self.crawl_id = f"crawl-{time.time_ns()}"
        self.refused: list[tuple[str, str, str | None]] = []
        self.remotes: list[Remote] = []

    def clock(self) -> float:
        """Give this process' clock, set ahead."""
        return time.monotonic() + self.ahead_s

    def refuse(  # noqa: D102 - see the contract
        self, ask: Ask, reason: str, detail: str, closed: str | None = None
    ) -> None:
        assert detail
        self.refused.append((ask.url.removeprefix(f"https://{HOST}"), reason, closed))

    def worker(
        self,
        *platforms: Platform,
        limit: int | None = None,
        rules: bool = True,
        name: str = "worker",
    ) -> Frontier:
        """Join the crawl, with rules that allow everything."""
        given = platforms or (platform(),)
        made: Frontier
        if self.url is None:
            own = OwnFrontier(Store(self.folder / "crawl.sqlite"), given, self.refuse, limit)
            own.epoch_s = time.time() - time.monotonic()
            made = own
        else:
            remote = Remote(self.url, self.crawl_id)
            self.remotes.append(remote)
            remote.ahead_s = self.ahead_s + self.set_s
            terms = Terms(name=name, clock=self.clock)
            made = SharedFrontier(remote, given, self.refuse, limit, terms=terms)
        if rules:
            for one in given:
                for host in one.hosts:
                    made.learn(host, Open(), self.clock())
        return made

    def ledger(self) -> Ledger:
        """Give what the store keeps for good."""
        return Ledger(Remote(self.url or "", self.crawl_id))

    def later(self, seconds: float) -> None:
        """Set all clocks ahead."""
        self.ahead_s += seconds
        for remote in self.remotes:
            remote.ahead_s = self.ahead_s + self.set_s

    def set_store_clock(self, seconds: float) -> None:
        """Have somebody set the clock of the store's machine, and of no other."""
        self.set_s += seconds
        self.later(0.0)

    def sync(self, *frontiers: Frontier) -> None:
        """Have some workers make a round, one after the other."""
        for one in frontiers:
            asyncio.run(one.sync())

    def outlive(self, heir: Frontier) -> None:
        """Let the leases of all others end."""
        for _ in range(5):
            self.later(10)
            self.sync(heir)

    def one(self, frontier: Frontier) -> Ask | None:
        """What goes out at this moment."""
        ask = frontier.next(self.clock())
        if ask is None:
            self.sync(frontier)
            ask = frontier.next(self.clock())
        return ask

    def drain(self, frontier: Frontier, most: int = 10_000) -> list[Ask]:
        """All that goes out at this moment."""
        asks: list[Ask] = []
        while len(asks) < most and (ask := self.one(frontier)) is not None:
            asks.append(ask)
        return asks

    def end(self, frontier: Frontier, *asks: Ask, pictures: tuple[str, ...] = ()) -> None:
        """Answer and acknowledge."""
        for ask in asks:
            frontier.answered(ask, self.clock())
            frontier.acknowledge(Acks((ended(ask, *pictures),)))
        self.sync(frontier)


def ended(ask: Ask, *pictures: str) -> Done:
    """Give what ends a request's lease, with the pictures that its listing wants."""
    assert ask.target is not None
    places = [place(platform(), f"https://{HOST}{path}", "image") for path in pictures]
    key = f"shop:{ask.target.own_id}" if ask.target.kind == "listing" else None
    return done(ask.target, key, tuple(one for one in places if one is not None))


def paths(asks: list[Ask]) -> list[str]:
    """Give what was asked for."""
    return [ask.url.removeprefix(f"https://{HOST}") for ask in asks]
