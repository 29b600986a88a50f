"""The figures as tables for people, and as one line of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, TextIO

import msgspec
import polars as pl
from rich.console import Console
from rich.table import Table

from infra.real import examples
from infra.real.figures import BASE_RATE
from jobs.judged import Interval

if TYPE_CHECKING:
    from infra.real.judge import Row

PAIRS = "one pair left out"


def write(facts: pl.DataFrame, rows: Sequence[Row], out: TextIO, *, as_json: bool) -> None:
    """Write what was judged, and how."""
    console = Console(file=out, highlight=False, width=110)
    console.print("\nReal listings that claim a brand of the price list, by source (1 = replica)")
    console.print(_sources(facts))
    tests = list(dict.fromkeys(row.test for row in rows))
    for test in tests:
        own = [row for row in rows if row.test == test]
        console.print(_pairs(own) if test == PAIRS else _test(test, own))
    console.print(
        f"AUC and average precision (AP) with intervals of 95 % by seller, or by source and brand; "
        f"AP at {BASE_RATE:.1%} counterfeits.\nFeatures: {', '.join(examples.feature_names())}."
    )
    if as_json:
        listed = [msgspec.to_builtins(row) for row in rows]
        content = {"claims": facts.height, "base_rate": BASE_RATE, "rows": listed}
        out.write(msgspec.json.encode(content).decode() + "\n")


def _sources(facts: pl.DataFrame) -> Table:
    table = Table("origin", "label", "claims", "brands", "with a price", box=None)
    counts = facts.group_by("origin", "label").agg(
        pl.len().alias("claims"),
        pl.col("brand").n_unique().alias("brands"),
        (pl.col("price_usd") > 0).sum().alias("priced"),
    )
    for row in counts.sort("label", "origin", descending=[True, False]).iter_rows():
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
    return table


def _test(name: str, rows: Sequence[Row]) -> Table:
    table = Table("part", "replica", "genuine", "scored by", "AUC", "AP", box=None)
    table.title, table.title_justify = f"\n{name}", "left"
    last = ""
    for row in rows:
        found = row.figures
        counts = (f"{found.counterfeits:,}", f"{found.genuine:,}") if row.part != last else ("", "")
        part = row.part if row.part != last else ""
        table.add_row(part, *counts, row.by, _told(found.auc), _told(found.ap))
        last = row.part
    return table


def _pairs(rows: Sequence[Row]) -> Table:
    """Give the middle and the ends of the figures over all pairs."""
    table = Table("scored by", "pairs", "AUC: least", "middle", "most", "AP: middle", box=None)
    table.title, table.title_justify = f"\n{PAIRS}, with references", "left"
    for by in dict.fromkeys(row.by for row in rows):
        own = [row.figures for row in rows if row.by == by]
        auc = [one.auc.value for one in own]
        ends = (min(auc), median(auc), max(auc), median(one.ap.value for one in own))
        table.add_row(by, str(len(own)), *(f"{end:.3f}" for end in ends))
    return table


def _told(one: Interval) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
