"""One marketplace of the world: its accounts, places and days, found by id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.dice import Places, key, mix, mixed
from infra.sandbox.world.entries import Account, Entry
from infra.sandbox.world.goods import goods
from infra.sandbox.world.ids import MOST_PLACES, Ids, PictureIds, Spot
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.lives import LIVE_SHARE, Lives
from infra.sandbox.world.markets import Market
from infra.sandbox.world.plan import plan
from infra.sandbox.world.subjects import Subjects, subject, subjects
from infra.sandbox.world.tactics import presented
from infra.sandbox.world.vendors import Manner

_DAYS_KEPT = 4
_FARTHEST_GENERATION = 2000  # either way; decades


class Live(msgspec.Struct, frozen=True):
    """Places that hold a listing on a day, in the order that lists show them, and which."""

    places: NDArray[np.int64]
    generations: NDArray[np.int64]

    def part(self, wanted: NDArray[np.bool_] | slice) -> Live:
        """Give a part of them."""
        return Live(self.places[wanted], self.generations[wanted])


class Listed(Sequence[str]):
    """Ids of listings, written when they are asked for."""

    def __init__(self, ids: Ids, live: Live) -> None:
        """Write the ids of what is live."""
        self._ids, self._live = ids, live

    def __len__(self) -> int:
        """Count them."""
        return len(self._live.places)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """Give one id, or those of a part."""
        if isinstance(at, slice):
            return Listed(self._ids, self._live.part(at))
        return self._ids.write(int(self._live.places[at]), int(self._live.generations[at]))

    def __iter__(self) -> Iterator[str]:
        """Give all ids in order."""
        rows = zip(self._live.places.tolist(), self._live.generations.tolist(), strict=True)
        return (self._ids.write(place, generation) for place, generation in rows)

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence holds the same ids in the same order."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it is compared by what it holds


class Stage:
    """A marketplace behind its pages: who is there and what stands where on which day."""

    def __init__(self, market: Market, seed: int, listing_count: int, vendor_count: int) -> None:
        """Set up a marketplace of about `listing_count` listings a day."""
        self.market = market
        self.world_key = key("world", seed)
        self.key = key("market", seed, market.name)
        places = min(MOST_PLACES, max(1, round(listing_count / LIVE_SHARE)))
        self.plan = plan(market, mix(self.key, 1), self.world_key, places, vendor_count)
        self.lives = Lives(self.plan, mix(self.key, 2), self.world_key)
        self._order_key, self._subject_key = mix(self.key, 3), mix(self.key, 4)
        self.picture_ids = PictureIds(mix(self.world_key, 9))
        self.listing_ids = Ids(mix(self.key, 5), market.listing_form)
        self._seller_ids = Ids(mix(self.key, 6), market.seller_form)
        self._named = {text: at for at, text in enumerate(self.plan.named)}
        self.live = lru_cache(_DAYS_KEPT)(self._live)
        self.at = lru_cache(4096)(self._at)
        self.account_at = lru_cache(4096)(self._account_at)

    def entry(self, listing_id: str) -> Entry | None:
        """Give the listing of an id; None if there never is one."""
        spot = self.listing_ids.read(listing_id)
        return self.standing_at(spot) if spot else None

    def standing_at(self, spot: Spot) -> Entry | None:
        """Give the listing of a place and generation; None if there is no such place."""
        return self.at(spot) if self._is_place(spot) else None

    def account(self, seller_id: str) -> Account | None:
        """Give the account of an id; None if there never is one."""
        if seller_id in self._named:
            return self.account_at(self._named[seller_id], 0)
        spot = self._seller_ids.read(seller_id)
        if spot is None or not len(self.plan.named) <= spot.place < len(self.plan.trades):
            return None
        is_relisting = self.plan.manners[spot.place] == Manner.RELISTING
        if not is_relisting and spot.generation:
            return None
        return self.account_at(spot.place, spot.generation) if _is_near(spot) else None

    def is_open(self, account: Account, day: int) -> bool:
        """Tell whether an account is there on a day."""
        if account.opened_on is None or account.closed_on is None:
            return True
        return account.opened_on <= day < account.closed_on

    def places_of(self, account: Account) -> Places:
        """Give the places of an account."""
        return np.arange(self.plan.starts[account.at], self.plan.starts[account.at + 1])

    def oldest(self, account: Account) -> int:
        """Give the first day of the oldest of an account's listings on day 1."""
        places = self.places_of(account)
        return int(self.lives.spans(places, self.lives.generations(places, 1)).start.min())

    def standing(self, places: Places, day: int) -> Live:
        """Give what of some places is there on a day, in the order that lists show it."""
        generations = self.lives.generations(places, day)
        is_there = self.lives.spans(places, generations).holds(day)
        places, generations = places[is_there], generations[is_there]
        order = np.argsort(mixed(self._order_key, places), kind="stable")
        return Live(places[order], generations[order])

    def listed(self, live: Live) -> Listed:
        """Give ids of listings."""
        return Listed(self.listing_ids, live)

    def subjects(self, live: Live) -> Subjects:
        """Give what listings offer."""
        span = self.lives.spans(live.places, live.generations)
        is_late = span.start >= self.lives.turned_on(self.plan.accounts_of(live.places))
        return subjects(self.plan, self._subject_key, live.places, live.generations, is_late)

    def _is_place(self, spot: Spot) -> bool:
        return spot.place < self.plan.place_count and _is_near(spot)

    def _live(self, day: int) -> Live:
        return self.standing(np.arange(self.plan.place_count), day)

    def _at(self, spot: Spot) -> Entry:
        place, generation = spot.place, spot.generation
        at = self.plan.account_of(place)
        is_relisting = self.plan.manners[at] == Manner.RELISTING
        account = self.account_at(at, generation if is_relisting else 0)
        days = self.lives.days(place, at, generation)
        is_late = account.turned_on is None or days.start >= account.turned_on
        kind, number = subject(self.plan, self._subject_key, place, at, generation, is_late=is_late)
        known = goods()
        product = known.products[number] if number < len(known.products) else None
        chance = mix(self.key, 7, place, generation)
        is_bad = kind is Kind.COUNTERFEIT
        tactic, guise = presented(self.world_key, account, chance) if is_bad else ("", "")
        return Entry(
            account=account,
            listing_id=self.listing_ids.write(place, generation),
            place=place,
            generation=generation,
            start=days.start,
            end=days.end,
            pause=days.pause,
            back=days.back,
            kind=kind,
            tactic=tactic,
            guise=guise,
            product=product,
            good=None if product else known.goods[number - len(known.products)],
            key=chance,
        )

    def _account_at(self, at: int, generation: int) -> Account:
        one = np.array([at])
        owner, manner = int(self.plan.vendors[at]), Manner(int(self.plan.manners[at]))
        opened = closed = None
        if manner is Manner.RELISTING:
            opened, closed = self.lives.reign(at, generation)
        named = self.plan.named
        return Account(
            market=self.market,
            seller_id=named[at] if at < len(named) else self._seller_ids.write(at, generation),
            at=at,
            generation=generation,
            trade=Trade(int(self.plan.trades[at])),
            size=int(self.plan.starts[at + 1] - self.plan.starts[at]),
            manner=manner,
            vendor=None if owner < 0 else owner,
            turned_on=int(self.lives.turned_on(one)[0]) if manner is Manner.HIJACKED else None,
            opened_on=opened,
            closed_on=closed,
            key=mix(self.key, 8, at, generation),
        )


def _is_near(spot: Spot) -> bool:
    return abs(spot.generation) < _FARTHEST_GENERATION
