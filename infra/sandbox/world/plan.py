"""Which accounts a marketplace has and which of its places are theirs."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.alliance.sheet import Member, Reseller, sheet, shop_id
from infra.sandbox.world.dice import Dice, Places, mix, mixed
from infra.sandbox.world.kinds import HABITS, Trade
from infra.sandbox.world.markets import Market
from infra.sandbox.world.vendors import MOST_BRANDS, brands_of, line_table, manners, owners

_SHOP_PLACES = 4  # a brand shop or an authorised one has that many at least
_ANY = 0  # number of brands of an account that deals in all


class Plan(msgspec.Struct, frozen=True):
    """Accounts in rows; the places of account `n` are starts[n] to starts[n + 1] - 1."""

    trades: NDArray[np.int64]
    starts: NDArray[np.int64]
    vendors: NDArray[np.int64]  # -1: none
    manners: NDArray[np.int64]
    brands: NDArray[np.int64]  # numbers, the first `brand_counts` of a row; 0 of them: all brands
    brand_counts: NDArray[np.int64]
    named: tuple[str, ...]  # seller ids of the first accounts, known to everyone

    @property
    def place_count(self) -> int:
        """How many places the marketplace has."""
        return int(self.starts[-1])

    def account_of(self, place: int) -> int:
        """Give whose a place is."""
        return int(self.starts.searchsorted(place, side="right")) - 1

    def accounts_of(self, places: Places) -> Places:
        """Give whose each place is."""
        return np.searchsorted(self.starts, places, side="right") - 1


def plan(market: Market, of: int, world: int, place_count: int, vendor_count: int) -> Plan:
    """Plan a marketplace: `of` is its own key, `world` the key that all marketplaces share."""
    quotas = _quotas(place_count)
    brands, resellers = _known(market, of, quotas)
    sizes = [_even(quotas[Trade.BRAND_SHOP], len(brands))]
    sizes.append(_even(quotas[Trade.AUTHORISED], len(resellers)))
    sizes += [_sizes(trade, mix(of, 11, trade), quotas[trade]) for trade in list(Trade)[2:]]
    trades = np.repeat(np.arange(len(sizes)), [len(one) for one in sizes])
    accounts = np.arange(len(trades))
    is_bad = trades == Trade.COUNTERFEITER
    vendors = np.where(is_bad, owners(mix(of, 12), accounts, vendor_count), -1)
    table, counts = _brands(trades, vendors, of, world)
    for at, member in enumerate(brands):
        table[at], counts[at] = _row([member.key])
    for at, reseller in enumerate(resellers, start=len(brands)):
        table[at], counts[at] = _row(reseller.brands)
    return Plan(
        trades=trades,
        starts=np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64),
        vendors=vendors,
        manners=np.where(is_bad, manners(mix(of, 13), accounts), 0),
        brands=table,
        brand_counts=counts,
        named=(
            *(shop_id(member.key, market.name) for member in brands),
            *(reseller.key for reseller in resellers),
        ),
    )


def _quotas(place_count: int) -> dict[Trade, int]:
    """Share the places out among the kinds of account, to the last one."""
    ends = np.cumsum([HABITS[trade].share for trade in Trade])
    ends = np.round(ends / ends[-1] * place_count).astype(int)
    return {trade: int(ends[trade] - (ends[trade - 1] if trade else 0)) for trade in Trade}


def _known(
    market: Market, of: int, quotas: dict[Trade, int]
) -> tuple[list[Member], list[Reseller]]:
    """Choose brands and resellers that have a shop here: few on a small marketplace."""
    dice = Dice(of, 14)
    resellers = [one for one in sheet().resellers if market.name in one.platforms]
    shops = -(-quotas[Trade.BRAND_SHOP] // _SHOP_PLACES)
    stores = -(-quotas[Trade.AUTHORISED] // _SHOP_PLACES)
    return dice.some(sheet().brands, shops), dice.some(resellers, stores)


def _even(total: int, count: int) -> NDArray[np.int64]:
    """Share places out among shops as evenly as can be."""
    ends = np.round(np.linspace(0, total, count + 1)).astype(np.int64)
    return np.diff(ends)


def _sizes(trade: Trade, of: int, quota: int) -> NDArray[np.int64]:
    """Draw sizes of accounts, small ones more often, that come to the quota."""
    habits = HABITS[trade]
    most = quota // habits.least + 1
    share = (mixed(of, np.arange(most)) >> np.uint64(11)).astype(np.float64) / 2**53
    drawn = (habits.least * ((habits.most + 1) / habits.least) ** share).astype(np.int64)
    ends = np.minimum(np.cumsum(drawn), quota)
    sizes = np.diff(ends, prepend=0)
    return sizes[sizes > 0]


def _brands(
    trades: NDArray[np.int64], vendors: NDArray[np.int64], of: int, world: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the brands that accounts deal in: of one line, or any."""
    lines, lengths = line_table()
    chance = mixed(mix(of, 15), np.arange(len(trades)))
    line = (chance % np.uint64(len(lines))).astype(np.int64)
    table = lines[line]
    is_wide = np.isin(trades, (Trade.PRIVATE, Trade.GENERAL_SHOP))
    counts = np.where(is_wide, _ANY, np.minimum(lengths[line], 1 + line % 3))
    is_bad = vendors >= 0
    bad_table, bad_counts = brands_of(mix(world, 16), np.maximum(vendors, 0))
    table = np.where(is_bad[:, None], bad_table, table)
    return table, np.where(is_bad, bad_counts, counts)


def _row(keys: list[str] | tuple[str, ...]) -> tuple[list[int], int]:
    order = [member.key for member in sheet().brands]
    numbers = [order.index(key) for key in keys]
    return [numbers[at % len(numbers)] for at in range(MOST_BRANDS)], len(numbers)
