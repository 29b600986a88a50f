"""What each platform showed on a day, as rows for the console."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from conf.site import Site
from jobs.reader import Lake
from jobs.report._words import share


def rows(site: Site, day: date | None) -> list[dict[str, Any]]:
    """Give a row a platform, the most red flags first; of the newest day if none is given.

    Raises:
        LakeError: no report has been made yet.

    """
    found = Lake(site.lake).frame("platform_report")
    wanted = day or found["report_on"].max()
    that_day = found.filter(pl.col("report_on") == wanted)
    ordered = that_day.sort(["red_flag_count", "platform"], descending=[True, False])
    return [_row(one) for one in ordered.to_dicts()]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    per = one["suspects_per_10000"]
    return {
        "day": one["report_on"].isoformat(),
        "platform": one["platform"],
        "live": f"{one['live_count']:,}",
        "new": f"{one['new_count']:,}",
        "gone": f"{one['gone_count']:,}",
        "sellers": f"{one['seller_count']:,}",
        "of brands": f"{one['brand_listing_count']:,}",
        "red flags": f"{one['red_flag_count']:,}",
        "per 10,000": "" if per is None else f"{per:,.0f}",
        "seen": f"{one['observation_count']:,}",
        "refused": f"{one['refused_count']:,}",
        "title": share(one["title_share"]),
        "price": share(one["price_share"]),
        "seller": share(one["seller_share"]),
        "picture": share(one["image_share"]),
    }
