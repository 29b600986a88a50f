"""What a kind of thing of a brand costs in a market, learned from offers, and how surely.

A brand's one median misleads: its toy and its watch differ more than a copy and the original. But a
kind of thing of one brand has few offers in any market. So each level leans on the one above as far
as it has little to say of its own: brand and kind together on what the brand and the kind cost
apart, these on the whole market (empirical Bayes on logarithms of prices, with medians for means,
as a few wrong offers must not count). What several markets say is put together by how sure each is.
"""

from __future__ import annotations

from math import exp

import msgspec
import numpy as np
import polars as pl

LEAN = 3.0  # offers that a level must have to count as much as the level above
LEAST_SPREAD = 0.2  # of logarithms: prices of like things differ by a fifth anyhow
UNSEEN = 1.5  # how far brands lie apart: watches cost from tens to ten thousands
APART = 0.4  # how far the same thing costs more or less in another market, in logarithms
# What copies cost beside the original, as the field tells: a third, give or take a factor of two.
COPIES_UNDER, COPIES_APART = 1.0, 0.7
LEAST_EVIDENCE, MOST_EVIDENCE = -3.0, 6.0
ROUNDS = 4
_MAD = 1.4826  # from a median distance to a standard deviation
UNKNOWN = "unknown"
Key = tuple[str, str]


class Level(msgspec.Struct, frozen=True):
    """Logarithm of a price, how far offers lie from it, and how unsure the price itself is."""

    log_price: float
    spread: float
    doubt: float

    @property
    def price(self) -> float:
        """The price that is expected."""
        return exp(self.log_price)

    @property
    def width(self) -> float:
        """How far an honest offer may lie from the expected price, in logarithms."""
        return float(np.hypot(self.spread, self.doubt))


class Market(msgspec.Struct, frozen=True):
    """What things cost in one market."""

    whole: float
    brands: dict[str, tuple[float, int]]  # how far from the whole, in logarithms; offers
    kinds: dict[str, tuple[float, int]]
    cells: dict[Key, tuple[float, float, int]]  # brand and kind: how far, spread, offers
    spread: float
    apart: tuple[float, float]  # how far kinds and cells usually lie from nought

    def level(self, brand: str, kind: str | None) -> Level:
        """Give what a kind of thing of a brand costs here."""
        kind = kind or UNKNOWN
        of_brand, brand_offers = self.brands.get(brand, (0.0, 0))
        of_kind, kind_offers = self.kinds.get(kind, (0.0, 0))
        of_cell, spread, offers = self.cells.get((brand, kind), (0.0, self.spread, 0))
        kinds_apart, cells_apart = self.apart
        doubts = (
            UNSEEN / (1 + brand_offers) ** 0.5,
            kinds_apart * (LEAN / (kind_offers + LEAN)) ** 0.5,
            cells_apart * (LEAN / (offers + LEAN)) ** 0.5,
        )
        doubt = float(np.linalg.norm(doubts))
        return Level(self.whole + of_brand + of_kind + of_cell, spread, doubt)


class Known(msgspec.Struct, frozen=True):
    """What is known of prices: of the market at hand, and of others, each surer or less."""

    markets: tuple[tuple[Market, float], ...]  # each with how far apart from the one at hand

    def level(self, brand: str, kind: str | None) -> Level:
        """Give what a kind of thing of a brand costs, each market counting as it is sure."""
        told = [one.level(brand, kind) for one, _ in self.markets]
        doubts = [
            one.doubt**2 + apart**2 for one, (_, apart) in zip(told, self.markets, strict=True)
        ]
        sure = 1 / np.array(doubts)
        log_price = float(np.average([one.log_price for one in told], weights=sure))
        spread = float(np.average([one.spread for one in told], weights=sure))
        return Level(log_price, spread, float(sure.sum() ** -0.5))


def learned(offers: pl.DataFrame) -> Market:
    """Learn a market from offers; those without brand or price are left out.

    Args:
        offers: columns brand, kind (null where unknown) and price_usd.

    """
    known = offers.filter(pl.col("brand").is_not_null() & (pl.col("price_usd") > 0)).select(
        "brand", pl.col("kind").fill_null(UNKNOWN), pl.col("price_usd").log().alias("log")
    )
    logs = known["log"].to_numpy()
    whole = float(np.median(logs)) if len(logs) else 0.0
    brand, kind = (_Groups(known.select(name)) for name in ("brand", "kind"))
    of_brand, of_kind = np.zeros(brand.size), np.zeros(kind.size)
    for _ in range(ROUNDS):
        of_brand = brand.leaning(logs - whole - of_kind[kind.at])
        of_kind = kind.leaning(logs - whole - of_brand[brand.at])
    left = logs - whole - of_brand[brand.at] - of_kind[kind.at]
    cells, usual = _cells(_Groups(known.select("brand", "kind")), left)
    far = np.array([one for one, _, _ in cells.values()])
    return Market(
        whole=whole,
        brands=brand.named(of_brand),
        kinds=kind.named(of_kind),
        cells=cells,
        spread=usual,
        apart=(_spread(np.abs(of_kind)), _spread(np.abs(far))),
    )


def _cells(cell: _Groups, left: np.ndarray) -> tuple[dict[Key, tuple[float, float, int]], float]:
    """Give how far each brand's kind lies from what both cost apart, and the usual spread."""
    far = cell.leaning(left)
    off = np.abs(left - far[cell.at])
    usual = _spread(off)
    spreads = (cell.count * _MAD * cell.medians(off) + LEAN * usual) / (cell.count + LEAN)
    told = zip(cell.keys, far, np.maximum(spreads, LEAST_SPREAD), cell.count, strict=True)
    found = {
        (str(key[0]), str(key[1])): (float(one), float(spread), int(count))
        for key, one, spread, count in told
    }
    return found, usual


class _Groups:
    """Rows by their group."""

    def __init__(self, keys: pl.DataFrame) -> None:
        names = keys.columns
        unique = keys.unique(maintain_order=True).with_row_index("at")
        # unique: one row a group
        joined = keys.join(unique, on=names, how="left", maintain_order="left")
        self.at = joined["at"].to_numpy()
        self.keys = unique.select(names).rows()
        self.size = len(self.keys)
        self.count = np.bincount(self.at, minlength=self.size)

    def medians(self, values: np.ndarray) -> np.ndarray:
        """Give the median of each group's values."""
        rows = pl.DataFrame({"at": self.at, "value": values})
        return rows.group_by("at").agg(pl.col("value").median()).sort("at")["value"].to_numpy()

    def leaning(self, values: np.ndarray) -> np.ndarray:
        """Give the median of each group, nearer to nought the fewer its values are."""
        return self.medians(values) * self.count / (self.count + LEAN)

    def named(self, values: np.ndarray) -> dict[str, tuple[float, int]]:
        """Give each group's value and count, by its one key."""
        told = zip(self.keys, values, self.count, strict=True)
        return {str(key[0]): (float(value), int(count)) for key, value, count in told}


def _spread(distances: np.ndarray) -> float:
    """Give the standard deviation that distances from the middle show."""
    found = _MAD * float(np.median(distances)) if len(distances) else 0.0
    return max(found, LEAST_SPREAD)


def priced(listings: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Set each listing's price against what its kind of thing of its brand costs.

    Args:
        listings: columns brand, kind, price_usd.
        known: what things cost.

    Returns:
        the listings with reference_usd, price_to_reference and price_evidence; null without a brand
        or a price.

    """
    told = [
        known.level(brand, kind) if brand else None
        for brand, kind in listings.select("brand", "kind").iter_rows()
    ]
    prices = [one.price if one else None for one in told]
    widths = pl.Series([one.width if one else None for one in told], dtype=pl.Float64)
    ratio = pl.when(pl.col("price_usd") > 0).then(pl.col("price_usd") / pl.col("reference_usd"))
    return (
        listings.with_columns(pl.Series("reference_usd", prices, pl.Float64))
        .with_columns(ratio.alias("price_to_reference"))
        .with_columns(
            evidence(pl.col("price_to_reference"), pl.lit(widths)).alias("price_evidence")
        )
    )


def evidence(ratio: pl.Expr, width: pl.Expr) -> pl.Expr:
    """Give the logarithm of how much likelier a price is of a copy than of an honest offer.

    Both are lognormal: an honest price lies about the reference, as near as that is sure; a copy's
    about a third of it. A dear price is no better sign of an original than a usual one, and no
    price alone settles the matter.

    Args:
        ratio: price over reference.
        width: how far an honest price may lie from the reference, in logarithms.

    """
    off = pl.when(ratio > 0).then(ratio.log())
    copies = (width**2 + COPIES_APART**2).sqrt()
    # Under this the evidence only falls as the price rises; above, it would rise again.
    lowest = COPIES_UNDER * width**2 / COPIES_APART**2
    held = pl.min_horizontal(off, lowest)
    likelier = (width / copies).log() - ((held + COPIES_UNDER) / copies) ** 2 / 2
    found = likelier + (held / width) ** 2 / 2
    return pl.when(off.is_not_null()).then(found.clip(LEAST_EVIDENCE, MOST_EVIDENCE))
