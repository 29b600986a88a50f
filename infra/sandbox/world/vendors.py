"""Who is behind counterfeiters' accounts: people with brands, places, phones and habits."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.dice import Dice, Places, mix, mixed
from infra.sandbox.world.goods import LINES, goods

ACCOUNTS_EACH = 2.8  # accounts of one vendor, on average
MOST_BRANDS = 6
_MANNERS = (56, 80)  # of 100 accounts: steady below the first, relisting below the second


class Manner(IntEnum):
    """How an account of a counterfeiter lives."""

    STEADY = 0
    RELISTING = 1  # taken down time and again, back under another name
    HIJACKED = 2  # an honest shop until somebody took it over


# How often each guise is chosen by vendors who have it in their repertoire.
GUISES = {
    "disguised_spelling": 20.0,
    "wholesale_words": 13.0,
    "official_photo": 15.0,
    "hidden_link": 9.0,
    "price_dumping": 17.0,
    "price_matching": 10.0,
    "posing_as_used": 9.0,
    "brand_stuffing": 7.0,
}


class Vendor(msgspec.Struct, frozen=True):
    """One actor behind one or more accounts."""

    at: int
    key: int
    country: str
    city: str
    guises: dict[str, float]
    phone: str
    wechat: str
    mail: str
    backdrop: int  # where the photos are taken
    has_album: bool  # sends buyers to an album of pictures elsewhere


_HOMES = (
    ("CN", "莆田", 24),
    ("CN", "广州", 26),
    ("CN", "深圳", 12),
    ("CN", "义乌", 12),
    ("HK", "Hong Kong", 6),
    ("TR", "İstanbul", 8),
    ("PL", "Łódź", 4),
    ("VN", "Hà Nội", 4),
    ("", "", 22),  # wherever the marketplace is
)


def vendor_count(listing_count: int, share: float, account_size: float) -> int:
    """Give how many vendors a world of a size has."""
    return max(8, round(listing_count * share / account_size / ACCOUNTS_EACH))


@lru_cache(2048)
def vendor(world: int, at: int) -> Vendor:
    """Give one vendor of a world by number."""
    dice = Dice(world, 71, at)
    country, city, _ = dice.weighed({home: float(home[2]) for home in _HOMES})
    order = list(GUISES)
    first = order[(3 * at + world) % len(order)]  # neighbours differ, so that none is missing
    repertoire = {first: 2.0} | dict.fromkeys(dice.some(order, 1 + dice.below(3)), 1.0)
    number = f"{dice.below(10**7):07}"
    handle = "".join(dice.pick("abcdefghjklmnpqrstuwxyz") for _ in range(3))
    return Vendor(
        at=at,
        key=mix(world, 72, at),
        country=country,
        city=city,
        guises={guise: GUISES[guise] * times for guise, times in repertoire.items()},
        # No network gives out numbers that begin like these.
        phone=f"+86 100 {number[:4]} {number[3:]}"
        if country == "CN"
        else f"+44 7700 900{number[:3]}",
        wechat=f"{dice.pick(('wx', 'vx', ''))}{handle}{number[:4]}",
        mail=f"{handle}{number[:3]}@{dice.pick(('post', 'mail', 'box'))}.example",
        backdrop=dice.below(10**9),
        has_album=dice.happens(0.5),
    )


def owners(world: int, accounts: Places, count: int) -> NDArray[np.int64]:
    """Give the vendor behind each of some accounts; a few vendors have many, most have few."""
    share = (mixed(world, accounts) >> np.uint64(11)).astype(np.float64) / 2**53
    return (share**1.5 * count).astype(np.int64)


def manners(world: int, accounts: Places) -> NDArray[np.int64]:
    """Give how each account of a counterfeiter lives."""
    roll = (mixed(world, accounts) % np.uint64(100)).astype(np.int64)
    return np.searchsorted(np.array(_MANNERS), roll, side="right")


def brands_of(world: int, vendors: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the brands (by number) that vendors counterfeit, one row each, and how many count.

    Neighbouring vendors take different lines, so that few brands are spared.
    """
    chance = mixed(world, vendors)
    lines, lengths = line_table()
    line = (vendors + world % len(LINES)) % len(LINES)
    first = (vendors // len(LINES) * 2) % lengths[line]
    columns = np.arange(MOST_BRANDS)[None, :]
    table = lines[line[:, None], (first[:, None] + columns) % lengths[line][:, None]]
    count = 2 + (chance % np.uint64(2)).astype(np.int64)
    return table, np.minimum(count, lengths[line])


def line_table() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the brands of each line by number, in rows of equal length, and how many count."""
    order = list(dict.fromkeys(one.brand.key for one in goods().products))
    lengths = np.array([len(line) for line in LINES])
    rows = [[order.index(line[at % len(line)]) for at in range(MOST_BRANDS)] for line in LINES]
    return np.array(rows), lengths
