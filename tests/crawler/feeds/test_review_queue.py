"""The list of what to look at goes out as a CSV and comes back with what people decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from conf.feed import feed
from ml.queueing import FEED, Pick, write


def pick(number: int, title: str, chance: float) -> Pick:
    return Pick(
        subject_kind="listing",
        subject_key=f"bazaar:{number}",
        kind="random",
        why="drawn at random, so that what no score suspects is found as well",
        selection_probability=chance,
        suspicion=12.5,
        platform="bazaar",
        brand=None,
        seller_key="bazaar:s",
        title=title,
        price_usd=19.9,
        url=f"https://bazaar.example/{number}",
    )


def test_a_filled_list_becomes_decisions(lake: Any, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    titles = ["=1+1", 'two\nlines, "quoted"', "手表", "left open"]
    write([pick(at, title, (1.0, 0.001234567)[at % 2]) for at, title in enumerate(titles)], out)
    shown = pl.read_csv(out, infer_schema=False)
    assert shown["title"][0] == "'=1+1"  # no formula in a spreadsheet
    filled = shown.with_columns(
        pl.Series("verdict", ["counterfeit", "Genuine", "unsure", None]),
        pl.Series("basis", ["examination", "audit", None, None]),
        pl.Series("decided_by", ["laboratory", None, None, None]),
        pl.Series("decided_at", ["2026-10-20T10:00:00Z", None, None, None]),
    )
    told = lake.send(filled.write_csv().encode(), feed(FEED))
    assert told.refused == {"unknown_verdict": 1}  # of the row that nobody filled in
    columns = ("subject_key", "verdict", "basis", "decided_by", "selection_probability")
    assert sorted(lake.rows("decisions", *columns)) == [
        ("bazaar:0", "counterfeit", "examination", "laboratory", 1.0),
        ("bazaar:1", "genuine", "audit", FEED, 0.001234567),
        ("bazaar:2", "unsure", "partner", FEED, 1.0),
    ]
