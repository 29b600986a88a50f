"""What each place of a marketplace offers: of which kind, of which brand, or which other thing."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.dice import Numbers, Places, mix, mixed, part
from infra.sandbox.world.goods import goods
from infra.sandbox.world.kinds import HABITS, Kind, Trade
from infra.sandbox.world.plan import Plan
from infra.sandbox.world.vendors import Manner

_PRODUCTS_EACH = 4
_GENERIC = int(Kind.GENERIC)
_RELISTING, _HIJACKED = int(Manner.RELISTING), int(Manner.HIJACKED)


class Subjects(msgspec.Struct, frozen=True):
    """Kinds, and numbers of what is offered: the alliance's products first, then other goods."""

    kinds: NDArray[np.int64]
    numbers: NDArray[np.int64]


def subjects(
    plan: Plan, of: int, places: Places, generations: Places, is_late: NDArray[np.bool_]
) -> Subjects:
    """Give what the listings of some places and generations offer.

    `is_late` tells which of them appear when their account, if it is one, has been hijacked.
    """
    accounts = plan.accounts_of(places)
    manner = plan.manners[accounts]
    # An owner who begins anew has the same goods still.
    stable = np.where(manner == _RELISTING, 0, generations)
    chance = mixed(mixed(mix(of, 31), places), stable)
    kinds = _kinds(plan.trades[accounts], (chance % np.uint64(1000)).astype(np.int64))
    kinds = np.where((manner == _HIJACKED) & ~is_late, _GENERIC, kinds)
    known = goods()
    products = _brands(plan, accounts, chance) * _PRODUCTS_EACH + part(chance, 24, _PRODUCTS_EACH)
    others = len(known.products) + part(chance, 32, len(known.goods))
    return Subjects(kinds, np.where(kinds == _GENERIC, others, products))


def subject(
    plan: Plan, of: int, place: int, account: int, generation: int, *, is_late: bool
) -> tuple[Kind, int]:
    """Give what one listing offers, as `subjects` does; quicker for one alone."""
    manner = plan.manners[account]
    chance = mix(of, 31, place, 0 if manner == _RELISTING else generation)
    kind = _kind(Trade(int(plan.trades[account])), chance % 1000)
    known = goods()
    if kind is Kind.GENERIC or (manner == _HIJACKED and not is_late):
        return Kind.GENERIC, len(known.products) + (chance >> 32) % len(known.goods)
    count = int(plan.brand_counts[account])
    every = len(known.products) // _PRODUCTS_EACH
    brand = (chance >> 40) % every
    if count:
        brand = int(plan.brands[account, (chance >> 10) % 2**14 % count])
    return kind, brand * _PRODUCTS_EACH + (chance >> 24) % _PRODUCTS_EACH


def _brands(plan: Plan, accounts: Places, chance: Numbers) -> Places:
    """Choose a brand among those that each account deals in."""
    count = plan.brand_counts[accounts]
    every = len(goods().products) // _PRODUCTS_EACH
    column = part(chance, 10, 2**14) % np.maximum(count, 1)
    return np.where(count > 0, plan.brands[accounts, column], part(chance, 40, every))


def _kinds(trades: Places, roll: Places) -> Places:
    """Read off what each account lists at a roll of 0 to 999."""
    ends, kinds = _table()
    column = (roll[:, None] >= ends[trades]).sum(axis=1)
    found: Places = kinds[trades, column]
    return found


def _kind(trade: Trade, roll: int) -> Kind:
    for kind, width in HABITS[trade].lists.items():
        roll -= width
        if roll < 0:
            return kind
    raise AssertionError(f"what {trade.name} lists does not come to 1000")


@cache
def _table() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give for each kind of account where its kinds of listing end, and which they are."""
    wide = max(len(HABITS[trade].lists) for trade in Trade)
    ends = np.full((len(Trade), wide), 1000, dtype=np.int64)
    kinds = np.zeros((len(Trade), wide), dtype=np.int64)
    for trade in Trade:
        listed = HABITS[trade].lists
        ends[trade, : len(listed)] = np.cumsum(list(listed.values()))
        kinds[trade, : len(listed)] = list(listed)
    return ends, kinds
