"""A brand's report as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
import msgspec
import polars as pl
from markupsafe import Markup

from jobs.report import _charts, _summary
from jobs.report._cards import card
from jobs.report._pictures import Pair
from jobs.report._stored import Stored
from jobs.report._title import plain
from jobs.report._told import MOST_SELLERS, Told
from jobs.report._view import View
from jobs.report._words import dollars, long_day, share, short_day

MOST_REFUSED = 40


class Numbers(msgspec.Struct, frozen=True):
    """A small table: the first column names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def brand_page(
    told: Told, pictures: Mapping[str, Pair], stored: Mapping[str, Stored], sheet: str
) -> str:
    """Give the page.

    Args:
        told: what it tells.
        pictures: of each listing that is shown, by listing_key.
        stored: the stored pages beside it, by capture_id.
        sheet: file name of the spreadsheet beside it.

    """
    view, titles = told.view, dict(told.titles)
    charts, tables = _drawn(told)
    anchors = {key: f"listing-{n}" for n, key in enumerate(told.worst["listing_key"], start=1)}

    def anchor(row: dict[str, Any]) -> str | None:
        return anchors.get(row["listing_key"])

    def at(row: dict[str, Any]) -> Stored | None:
        return stored.get(row["capture_id"] or "")

    return (
        environment()
        .get_template("brand.html")
        .render(
            brand=view.brand,
            day=long_day(view.day),
            day_short=short_day(view.day),
            summary=told.summary,
            words=told.words,
            cards=[
                card(
                    row, view.brand, titles, anchor(row), pictures.get(row["listing_key"]), at(row)
                )
                for row in told.worst.to_dicts()
            ],
            fresh=[card(row, view.brand, titles, anchor(row)) for row in told.fresh.to_dicts()],
            sellers=[_seller(row, titles) for row in told.sellers.head(MOST_SELLERS).to_dicts()],
            charts=charts,
            tables=tables,
            meanings=told.meanings,
            refused=_refused(view, titles),
            sheet=sheet,
        )
    )


@cache
def environment() -> jinja2.Environment:
    """Give the templates: everything that is not markup of ours is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("jobs.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = made.loader.get_source(made, "style.css")[0] if made.loader else ""
    made.globals["style"] = Markup(style)  # noqa: S704 - a file of ours
    return made


def _seller(row: dict[str, Any], platforms: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": plain(row["seller_name"] or row["seller_shown"]),
        "key": row["seller_shown"],
        "platform": platforms.get(row["platform"], row["platform"]),
        "flags": f"{row['flags']:,}",
        "new_flags": f"{row['new_flags']:,}",
        "review": f"{row['review']:,}",
        "worst": f"{row['worst']:.0f}",
        "asked": dollars(row["asked_usd"]) if row["flags"] else "none",
        "since": short_day(row["since_on"]),
        "first_seen": short_day(row["first_seen_at"]),
    }


def _drawn(told: Told) -> tuple[dict[str, Markup], dict[str, Numbers]]:
    """Give the charts that have something to show, and their numbers."""
    view, titles, where = told.view, dict(told.titles), told.platforms
    days, steps = _summary.days(view), _summary.price_steps(view)
    flagged = where.filter(pl.col("flags") > 0).select(
        pl.col("platform").replace(titles), pl.col("flags").alias("count")
    )
    drawn = {
        "trend": _charts.trend(days) if _has_any(days) and days.height > 1 else "",
        "platforms": _charts.by_platform(flagged) if flagged.height else "",
        "prices": _charts.price_to_reference(steps) if _has_any(steps) else "",
    }
    tables = {
        "judged": _judged_numbers(told.judged),
        "trend": _numbers(days, "Live red flags", ("Day", "Known before", "New that day")),
        "platforms": _platform_numbers(where, titles),
        "prices": _numbers(
            steps, "Live listings by part of the reference price", ("Up to", "Red flags", "Other")
        ),
    }
    # The charts are drawn by us from numbers; texts in them were escaped when they were drawn.
    return {name: Markup(svg) for name, svg in drawn.items()}, tables  # noqa: S704 - see above


def _has_any(counted: pl.DataFrame) -> bool:
    return not counted.filter(pl.any_horizontal(pl.exclude(pl.String) > 0)).is_empty()


def _numbers(frame: pl.DataFrame, caption: str, heads: tuple[str, ...]) -> Numbers:
    rows = tuple((str(first), *(f"{one:,}" for one in rest)) for first, *rest in frame.iter_rows())
    return Numbers(caption, heads, rows)


def _platform_numbers(where: pl.DataFrame, titles: dict[str, str]) -> Numbers:
    heads = ("Platform", "Live", "Red flags", "New", "To review", "Sellers", "Median of reference")
    rows = tuple(
        (
            titles.get(row["platform"], row["platform"]),
            f"{row['live']:,}",
            f"{row['flags']:,}",
            f"{row['new_flags']:,}",
            f"{row['review']:,}",
            f"{row['sellers']:,}",
            share(row["price_to_reference"]),
        )
        for row in where.to_dicts()
    )
    return Numbers("Every platform with a listing", heads, rows)


def _judged_numbers(platforms: pl.DataFrame) -> Numbers:
    heads = ("Platform held out", "Judged", "Counterfeit", "Red flags", "Of them right", "Found")
    rows = tuple(
        (name, f"{listings:,}", f"{bad:,}", f"{flags:,}", share(right), share(found))
        for name, listings, bad, flags, right, found in platforms.iter_rows()
    )
    return Numbers("The judgement, platform by platform", heads, rows)


def _refused(view: View, platforms: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        row | {"platform": platforms.get(row["platform"], row["platform"])}
        for row in view.refused.head(MOST_REFUSED).to_dicts()
    ]
