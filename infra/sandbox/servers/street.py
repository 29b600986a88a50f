"""All marketplaces side by side: which one is asked, in what mood it is, what was counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from hashlib import blake2b

import msgspec

from infra.sandbox.servers.chance import CALM, Mood, mood
from infra.sandbox.servers.exchange import TEXT, Answer, Ask, packed
from infra.sandbox.servers.marketplaces import MARKETS
from infra.sandbox.servers.shop import Shop, answer
from infra.sandbox.servers.wording import http_date
from infra.sandbox.world import World

HOST = "127.0.0.1"
_STEADY = ("/robots.txt", "/img/", "/oauth/", "/assets/", "/_data/")


class Place(msgspec.Struct, frozen=True):
    """One marketplace as the outside may know it."""

    name: str
    title: str
    address: str
    requests: int
    refused: int  # 429
    failed: int  # 5xx
    trapped: int  # pages that robots.txt closes or that lead on for ever


class Street:
    """Every marketplace of one world on the present day."""

    def __init__(self, seed: int, world: World, day: int, first_port: int) -> None:
        """Open the marketplaces on the ports from `first_port` on."""
        self.seed, self.world = seed, world
        self.ports = {market.name: first_port + at for at, market in enumerate(MARKETS)}
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.open(day)

    def open(self, day: int) -> None:
        """Move to a day (from 1); what failed before may fail again."""
        self.day = day
        self._tries: Counter[tuple[str, str]] = Counter()
        self._shops = {
            self.ports[market.name]: Shop(
                market, self.world, day, f"http://{HOST}:{self.ports[market.name]}"
            )
            for market in MARKETS
        }
        self.date = http_date(self.today)

    @property
    def today(self) -> date:
        """The world's date."""
        return next(iter(self._shops.values())).today

    def answer(self, port: int, ask: Ask) -> tuple[Answer, Mood]:
        """Answer one request, and say how long to wait before sending."""
        shop = self._shops[port]
        temper = self._mood(shop, ask)
        given = self._bad_day(shop, ask, temper) or _dressed(shop, ask, answer(shop, ask))
        self._count(shop.market.name, given)
        return given, temper

    def places(self) -> list[Place]:
        """Tell of each marketplace where it is and what it was asked."""
        return [
            Place(
                market.name,
                market.title,
                f"http://{HOST}:{self.ports[market.name]}/",
                **{kind: counts[kind] for kind in ("requests", "refused", "failed", "trapped")},
            )
            for market in MARKETS
            for counts in [self._counts[market.name]]
        ]

    def _mood(self, shop: Shop, ask: Ask) -> Mood:
        if ask.path.startswith(_STEADY):
            return CALM
        return mood(self.seed, shop.market.name, self.day, ask.target)

    def _bad_day(self, shop: Shop, ask: Ask, temper: Mood) -> Answer | None:
        key = (shop.market.name, ask.target)
        if not temper.failures or self._tries[key] >= temper.failures:
            return None
        self._tries[key] += 1
        if temper.status == 429:
            return Answer(b"too many requests", 429, TEXT, (("retry-after", "1"),))
        return Answer(b"the server had a fault; try again", temper.status, TEXT)

    def _count(self, name: str, given: Answer) -> None:
        counts = self._counts[name]
        counts["requests"] += 1
        counts["refused"] += given.status == 429
        counts["failed"] += given.status >= 500
        counts["trapped"] += given.is_trap


def _dressed(shop: Shop, ask: Ask, given: Answer) -> Answer:
    """Add what the marketplace's server adds to every page: a tag, compression."""
    if given.status != 200 or given.stream:
        return given
    if shop.market.has_tags:
        tag = f'"{blake2b(given.body, digest_size=12).hexdigest()}"'
        given = msgspec.structs.replace(given, headers=(*given.headers, ("etag", tag)))
        if ask.headers.get("if-none-match") == tag:
            return Answer(b"", 304, given.kind, given.headers)
    return packed(given, ask) if shop.market.is_packed else given
