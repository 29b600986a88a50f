"""How a crawl of a platform went, beside what is usual there: rows of `crawl_health`.

A marketplace that is redesigned goes on answering 200; what shows is that prices are no longer
found, that listings are half as many, that pages are refused. Each is a number here, and an alarm
where it leaves the range of the crawls before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl

from conf.place import Place
from crawler.lake import scan
from crawler.outcome import Crawl
from crawler.rows import Row, digest

TABLE = "crawl_health"
_FIELDS = {
    "title": "title_text",
    "price": "price_text",
    "currency": "currency_text",
    "availability": "availability_text",
    "description": "description_text",
    "brand": "brand_text",
    "category": "category_text",
    "seller": "seller_key",
    "image": "image_urls",
}
_REMEMBERED = 28  # crawls that the usual range is taken from
_LEAST = 3  # with fewer, nothing is usual yet
# The range is the median and three robust standard deviations each way (the median absolute
# deviation times 1.4826, as for a normal distribution), but never narrower than these: crawls
# that happen to be alike must not make the next small change an alarm.
_DEVIATIONS = 3 * 1.4826
_NARROWEST_SHARE = 0.05
_NARROWEST_COUNT = 0.2  # of the median
_GOOD_WHEN_LOW = ("refused_share",)  # and how it sinks is no alarm


class Range(msgspec.Struct, frozen=True):
    """What is usual of one measure; None at an end that is open or not known yet."""

    low: float | None
    high: float | None
    crawl_count: int

    def holds(self, value: float) -> bool:
        """Say whether a value is usual."""
        is_low = self.low is not None and value < self.low
        return not is_low and not (self.high is not None and value > self.high)


def measured(lake: Place, crawl: Crawl, platforms: Sequence[str]) -> list[Row]:
    """Give the rows of the platforms that a crawl is through with and that are not measured yet."""
    before = _before(lake, crawl, platforms)
    done = {name for name, crawl_id, *_ in before if crawl_id == crawl.crawl_id}
    rows = []
    for name in platforms:
        if name not in done:
            found = _measures(lake, crawl, name)
            rows += [
                _row(crawl, name, one, found[one], _history(before, name, one)) for one in found
            ]
    return rows


def usual(measure: str, before: Sequence[float]) -> Range:
    """Give the usual range of a measure after the values of earlier crawls, oldest first."""
    values = np.array(before[-_REMEMBERED:])
    if len(values) < _LEAST:
        return Range(None, None, len(values))
    middle = float(np.median(values))
    spread = _DEVIATIONS * float(np.median(np.abs(values - middle)))
    is_share = measure.endswith("_share")
    width = max(spread, _NARROWEST_SHARE if is_share else _NARROWEST_COUNT * middle)
    low = None if measure in _GOOD_WHEN_LOW else max(0.0, middle - width)
    return Range(low, min(1.0, middle + width) if is_share else middle + width, len(values))


def said(row: Row) -> str:
    """Give one row in words."""
    low, high = row["usual_low"], row["usual_high"]
    bounds = f"under {high:.4g}" if low is None else f"{low:.4g} to {high:.4g}"
    return f"{row['platform']}: {row['measure']} is {row['value']:.4g}, usual is {bounds}"


def _measures(lake: Place, crawl: Crawl, platform: str) -> Mapping[str, float]:
    """Measure one platform; a share of nothing is left out."""
    seen, day = scan(lake, "observations"), crawl.now.date()
    found: dict[str, float] = {"listing_count": 0.0}
    gone = shown = 0
    if seen is not None:
        mine = (pl.col("observed_on") == day) & _is_of(crawl, platform)
        row = seen.filter(mine).select(*_counts()).collect().row(0, named=True)
        shown, gone = row.pop("shown"), row.pop("gone")
        found["listing_count"] = float(shown)
        if shown:
            found |= {f"{name}_share": count / shown for name, count in row.items()}
    if shown + gone:
        found["gone_share"] = gone / (shown + gone)
    refused = _refused(lake, crawl, platform)
    if refused + shown + gone:
        found["refused_share"] = refused / (refused + shown + gone)
    return found


def _counts() -> list[pl.Expr]:
    is_shown = ~pl.col("is_gone")
    has = {
        name: pl.col(column).list.len() > 0
        if column == "image_urls"
        else pl.col(column).is_not_null()
        for name, column in _FIELDS.items()
    }
    return [
        is_shown.sum().alias("shown"),
        pl.col("is_gone").sum().alias("gone"),
        *((is_shown & one.fill_null(value=False)).sum().alias(name) for name, one in has.items()),
    ]


def _refused(lake: Place, crawl: Crawl, platform: str) -> int:
    rows = scan(lake, "refused")
    if rows is None:
        return 0
    mine = (pl.col("refused_on") == crawl.now.date()) & _is_of(crawl, platform)
    return int(rows.filter(mine).select(pl.len()).collect().item())


def _is_of(crawl: Crawl, platform: str) -> pl.Expr:
    return (pl.col("source_name") == crawl.crawl_id) & (pl.col("platform") == platform)


Before = list[tuple[str, str, str, float]]


def _before(lake: Place, crawl: Crawl, platforms: Sequence[str]) -> Before:
    """Give platform, crawl, measure and value of this crawl and those before, oldest first."""
    rows = scan(lake, TABLE)
    if rows is None:
        return []
    wanted = pl.col("platform").is_in(platforms) & (pl.col("crawled_at") <= crawl.now)
    columns = ("platform", "crawl_id", "measure", "value")
    return rows.filter(wanted).sort("crawled_at").select(columns).collect().rows()


def _history(before: Before, platform: str, measure: str) -> list[float]:
    return [value for name, _, what, value in before if (name, what) == (platform, measure)]


def _row(crawl: Crawl, platform: str, measure: str, value: float, history: list[float]) -> Row:
    """Give one row of the table."""
    before = usual(measure, history)
    return {
        "health_id": digest(crawl.crawl_id, platform, measure),
        "crawl_id": crawl.crawl_id,
        "platform": platform,
        "crawled_at": crawl.now,
        "crawled_on": crawl.now.date(),
        "measure": measure,
        "value": value,
        "usual_low": before.low,
        "usual_high": before.high,
        "crawl_count": before.crawl_count,
        "is_alarm": not before.holds(value),
    }
