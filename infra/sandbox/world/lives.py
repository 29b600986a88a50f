"""When what stands at a place appears, pauses, ends, and makes room for the next."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.dice import Places, mix, mixed, part
from infra.sandbox.world.kinds import HABITS, Trade
from infra.sandbox.world.plan import Plan
from infra.sandbox.world.vendors import Manner

LIVE_SHARE = 0.8  # of the places, on any day
_RELISTING_DAYS = (24, 70)
_HIJACKED_DAYS = (40, 150)
_RELISTING = int(Manner.RELISTING)
_PAUSES = 12  # of 100 listings go away for a while and come back
_TURNS = (-120, 10)  # days on which accounts are hijacked


class Span(msgspec.Struct, frozen=True):
    """Days of some listings: first, first of no more, first and end of a pause."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    pause: NDArray[np.int64]
    back: NDArray[np.int64]

    def holds(self, day: int) -> NDArray[np.bool_]:
        """Tell which of them are there on a day."""
        is_away = (self.pause <= day) & (day < self.back)
        return (self.start <= day) & (day < self.end) & ~is_away


class Days(msgspec.Struct, frozen=True):
    """What a span tells, of one listing."""

    start: int
    end: int
    pause: int
    back: int


class Lives:
    """The lives of all listings of a marketplace, in whole days.

    What is told of many places at once and of one alone is the same; one alone is far quicker.
    """

    def __init__(self, plan: Plan, of: int, world: int) -> None:
        """Live by a plan, a key and the key that all marketplaces share."""
        self._plan = plan
        self._period_key, self._life_key, self._turn_key = (mix(of, at) for at in (21, 22, 23))
        self._week_key = mix(world, 24)
        self._lows, self._widths = _pace()
        self._paces = list(zip(self._lows.tolist(), self._widths.tolist(), strict=True))

    def generations(self, places: Places, day: int) -> Places:
        """Give the how-manyeth listing stands (or stood last, or will stand next) at each place."""
        accounts = self._plan.accounts_of(places)
        period, phase = self._rhythms(accounts, self._beats(places, accounts))
        return (day + phase) // period

    def spans(self, places: Places, generations: Places) -> Span:
        """Give the days of listings."""
        accounts = self._plan.accounts_of(places)
        beats = self._beats(places, accounts)
        period, phase = self._rhythms(accounts, beats)
        chance = mixed(mixed(self._life_key, beats), generations)
        start = generations * period - phase
        life = np.maximum(2, period * (60 + part(chance, 0, 40)) // 100)
        end = start + life
        own = mixed(mixed(self._life_key, places), generations)
        vendors = self._plan.vendors[accounts]
        late = (self._weekdays(vendors) + 3 * part(own, 8, 2) - start) % 7
        start = np.minimum(start + np.where(vendors >= 0, late, 0), end - 1)
        pause = start + 1 + part(own, 16, 2**16) % life
        length = np.where(part(own, 32, 100) < _PAUSES, 1 + part(own, 40, 4), 0)
        return Span(start, end, pause, pause + length)

    def days(self, place: int, account: int, generation: int) -> Days:
        """Give the days of one listing, as `spans` does."""
        beat = self._beat(place, account)
        period, phase = self._rhythm(account, beat)
        start = generation * period - phase
        life = max(2, period * (60 + mix(self._life_key, beat, generation) % 40) // 100)
        end = start + life
        own = mix(self._life_key, place, generation)
        vendor = int(self._plan.vendors[account])
        if vendor >= 0:
            weekday = mix(self._week_key, vendor) % 7
            start = min(start + (weekday + 3 * ((own >> 8) % 2) - start) % 7, end - 1)
        pause = start + 1 + (own >> 16) % 2**16 % life
        length = 1 + (own >> 40) % 4 if (own >> 32) % 100 < _PAUSES else 0
        return Days(start, end, pause, pause + length)

    def reign(self, account: int, generation: int) -> tuple[int, int]:
        """Give first day and first of no more of an account whose owner begins anew."""
        period, phase = self._rhythm(account, -1 - account)
        opened = generation * period - phase - 1  # the day before the first listing
        return opened, opened + period

    def _weekdays(self, vendors: Places) -> Places:
        """Give the day of the week on which vendors put up listings; three days later they do too.

        All accounts of a vendor keep to it, on whichever marketplace.
        """
        return part(mixed(self._week_key, vendors), 0, 7)

    def turned_on(self, accounts: Places) -> Places:
        """Give the day on which accounts are hijacked, if they are."""
        low, high = _TURNS
        return low + part(mixed(self._turn_key, accounts), 0, high - low)

    def _beats(self, places: Places, accounts: Places) -> Places:
        """Give what a place's rhythm follows: its own number, or its account's, below zero."""
        is_relisting = self._plan.manners[accounts] == _RELISTING
        return np.where(is_relisting, -1 - accounts, places)

    def _beat(self, place: int, account: int) -> int:
        return -1 - account if self._plan.manners[account] == _RELISTING else place

    def _rhythms(self, accounts: Places, beats: Places) -> tuple[Places, Places]:
        """Give how many days pass from one listing to the next, and how many have on day 0."""
        manner = self._plan.manners[accounts]
        pace = np.where(manner == 0, self._plan.trades[accounts], len(Trade) - 1 + manner)
        chance = mixed(self._period_key, beats)
        period = self._lows[pace] + (chance % self._widths[pace].astype(np.uint64)).astype(np.int64)
        return period, part(chance, 20, 2**40) % period

    def _rhythm(self, account: int, beat: int) -> tuple[int, int]:
        manner = int(self._plan.manners[account])
        low, wide = self._paces[
            len(Trade) - 1 + manner if manner else int(self._plan.trades[account])
        ]
        chance = mix(self._period_key, beat)
        period = low + chance % wide
        return period, (chance >> 20) % 2**40 % period


def _pace() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give fewest days and range of days by kind of account, then of the two odd manners."""
    days = [(HABITS[trade].shortest_days, HABITS[trade].longest_days) for trade in Trade]
    table = np.array([*days, _RELISTING_DAYS, _HIJACKED_DAYS])
    return table[:, 0], table[:, 1] - table[:, 0]
