"""When what stands at a place appears, pauses, ends, and makes room for the next."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.dice import Places, mix, mixed
from infra.sandbox.world.kinds import HABITS, Trade
from infra.sandbox.world.plan import Plan
from infra.sandbox.world.vendors import Manner

LIVE_SHARE = 0.8  # of the places, on any day
_RELISTING_DAYS = (24, 70)
_HIJACKED_DAYS = (150, 420)  # an honest shop's listings stay long
_PAUSES = 12  # of 100 listings go away for a while and come back
_TURNS = (-80, 20)  # days on which accounts are hijacked


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


class Lives:
    """The lives of all listings of a marketplace, in whole days."""

    def __init__(self, plan: Plan, of: int) -> None:
        """Live by a plan and a key."""
        self._plan = plan
        self._period_key, self._life_key, self._turn_key = (mix(of, at) for at in (21, 22, 23))
        self._lows, self._widths = _pace()

    def generations(self, places: Places, day: int) -> Places:
        """Give the how-manyeth listing stands (or stood last, or will stand next) at each place."""
        period, phase = self._rhythm(places)
        return (day + phase) // period

    def spans(self, places: Places, generations: Places) -> Span:
        """Give the days of listings."""
        period, phase = self._rhythm(places)
        beats = self._beats(places)
        chance = mixed(mixed(self._life_key, beats), generations)
        start = generations * period - phase
        life = np.maximum(2, period * (60 + _part(chance, 0, 40)) // 100)
        end = start + life
        # What an owner who begins anew lists does not all come on the first day.
        own = mixed(mixed(self._life_key, places), generations)
        late = np.where(beats < 0, _part(own, 8, 5), 0)
        start = np.minimum(start + late, end - 1)
        pause = start + 1 + _part(own, 16, 2**16) % life
        length = np.where(_part(own, 32, 100) < _PAUSES, 1 + _part(own, 40, 4), 0)
        return Span(start, end, pause, pause + length)

    def turned_on(self, accounts: Places) -> Places:
        """Give the day on which accounts are hijacked, if they are."""
        low, high = _TURNS
        return low + _part(mixed(self._turn_key, accounts), 0, high - low)

    def _beats(self, places: Places) -> Places:
        """Give what a place's rhythm follows: its own number, or its account's, below zero."""
        accounts = self._plan.accounts_of(places)
        is_relisting = self._plan.manners[accounts] == Manner.RELISTING
        return np.where(is_relisting, -1 - accounts, places)

    def _rhythm(self, places: Places) -> tuple[Places, Places]:
        """Give how many days pass from one listing to the next, and how many have on day 0."""
        accounts = self._plan.accounts_of(places)
        pace = _pace_of(self._plan, accounts)
        chance = mixed(self._period_key, self._beats(places))
        period = self._lows[pace] + (chance % self._widths[pace].astype(np.uint64)).astype(np.int64)
        return period, _part(chance, 20, 2**40) % period


def _pace_of(plan: Plan, accounts: Places) -> Places:
    manner = plan.manners[accounts]
    return np.where(manner == Manner.STEADY, plan.trades[accounts], len(Trade) - 1 + manner)


def _pace() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give fewest days and range of days by kind of account, then of the two odd manners."""
    days = [(HABITS[trade].shortest_days, HABITS[trade].longest_days) for trade in Trade]
    table = np.array([*days, _RELISTING_DAYS, _HIJACKED_DAYS])
    return table[:, 0], table[:, 1] - table[:, 0]


def _part(chance: NDArray[np.uint64], shift: int, width: int) -> NDArray[np.int64]:
    """Give a number below `width` from the bits above `shift`."""
    return ((chance >> np.uint64(shift)) % np.uint64(width)).astype(np.int64)
