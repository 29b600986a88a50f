"""The days that reports were made for, and the table versions that each was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from conf.errors import LakeError
from jobs.consumed import Stand, newest
from jobs.reader import Lake

_REPORTS = ("brand_report", "platform_report")


def newest_day(lake: Lake) -> date:
    """Give the newest day that reports were made for, or today in UTC when there is none."""
    found = [day for name in _REPORTS for day in _days(lake, name)]
    return max(found, default=datetime.now(UTC).date())


def day_before(day: date) -> date:
    """Give the day before."""
    return day - timedelta(days=1)


def versions_of(lake: Lake, day: date) -> dict[str, int]:
    """Give the table versions that a day's report was made from; none means the newest.

    A day's page is made of what was known that day, however often the tables changed since.

    Raises:
        LakeError: no report was made for that day, or its tables have been made anew since.

    """
    if day == newest_day(lake):
        return {}
    days = sorted(set(_days(lake, "brand_report")))
    if day not in days:
        known = ", ".join(one.isoformat() for one in days[-7:]) or "none"
        raise LakeError(f"no report was made for {day} in {lake.root}; there are: {known}")
    for commit in lake.commits("brand_report"):
        noted = newest([commit.get("userMetadata")])
        if noted is not None and _is_of(lake, commit, day):
            return _kept(lake, noted.inputs, day)
    raise LakeError(
        f"the log of brand_report in {lake.root} no longer tells what {day} was made from; "
        "report on a later day"
    )


def _days(lake: Lake, table: str) -> list[date]:
    if not lake.exists(table):
        return []
    return lake.frame(table, columns=["report_on"])["report_on"].unique().to_list()


def _is_of(lake: Lake, commit: Mapping[str, Any], day: date) -> bool:
    """Tell whether a commit wrote this day: it says so, or it wrote the first day of the table."""
    parameters = commit.get("operationParameters") or {}
    if predicate := str(parameters.get("predicate") or "").strip("[]"):
        return day.isoformat() in predicate
    rows = lake.frame("brand_report", version=int(commit["version"]), columns=["report_on"])
    return bool(rows.select((pl.col("report_on") == day).any()).item())


def _kept(lake: Lake, inputs: Mapping[str, Stand], day: date) -> dict[str, int]:
    if anew := sorted(name for name, stand in inputs.items() if stand.id != lake.id(name)):
        raise LakeError(
            f"{', '.join(anew)} in {lake.root} was made anew after {day}; report on a later day"
        )
    return {name: one.version for name, one in inputs.items() if one.version is not None}
