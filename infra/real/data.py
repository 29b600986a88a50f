"""The folder of real data: which listing is what, by the key that the lake knows it by.

Nothing of it goes into the lake but what the feed maps; the labels stay here, for judging.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from conf.errors import ConfError, FeedError
from conf.feed import feed as read_feed
from crawler.feeds.faults import Broken, RowFault
from crawler.feeds.json_rows import records
from crawler.feeds.opened import opened
from crawler.feeds.plan import File, Plan, wanted

FEED = "real_listings"
LABELS = {"listing_key": pl.String(), "origin": pl.String(), "label": pl.Int8()}


def listing_files(data: Path) -> list[Path]:
    """Give the files of listings, by name.

    Raises:
        ConfError: there are none.

    """
    found = sorted((data / "listings").glob("*.jsonl.gz"))
    if not found:
        raise ConfError(
            f"{data}/listings holds no *.jsonl.gz; name a folder as `make demo-real DATA=…`"
        )
    return found


def labels(data: Path) -> pl.DataFrame:
    """Give the label of every listing: 1 for a replica or counterfeit offer, 0 for a genuine one.

    Returns:
        columns of `LABELS`, one row a listing_key.

    """
    rows = [row for path in listing_files(data) for row in _labels(path)]
    frame = pl.DataFrame(rows, schema=LABELS, orient="row")
    return frame.unique("listing_key", keep="first", maintain_order=True)


def _labels(path: Path) -> Iterator[tuple[str, str, int]]:
    feed = read_feed(FEED)
    plan = Plan(feed, File(path.name, "", datetime(2000, 1, 1, tzinfo=UTC)))
    with opened(path) as file:
        for one in records(file, [*wanted(feed), "label"]):
            if isinstance(one, Broken) or one.values[-1] not in {0, 1}:
                continue
            try:
                platform, own_id = plan.platform(one), plan.own_id(one, "listing_id")
            except RowFault:
                continue
            yield f"{platform}:{own_id}", platform, int(str(one.values[-1]))


def chinese_names(data: Path) -> dict[str, list[str]]:
    """Give the Chinese names of brands, by their English name in small letters."""
    path = data / "text" / "brands_en_zh.tsv"
    found: dict[str, list[str]] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        english, tab, chinese = line.partition("\t")
        if tab and english.strip() and chinese.strip():
            found.setdefault(english.strip().casefold(), []).append(chinese.strip())
    return found


def reference_prices(data: Path) -> pl.DataFrame:
    """Give the price list of brands: columns brand, currency, n, median (and quartiles).

    Raises:
        FeedError: it is missing or has other columns.

    """
    path = data / "listings" / "reference_prices.csv"
    try:
        frame = pl.read_csv(path)
        return frame.select("brand", "currency", "n", "p25", "median", "p75")
    except (OSError, pl.exceptions.PolarsError) as error:
        why = " ".join(str(error).split())[:200]
        raise FeedError(f"{path}: cannot be read as a price list: {why}") from None
