"""A history as the feed import takes it: every row in the lake, the few broken ones refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from crawler.feeds import cli
from infra.sandbox.history.past import END, Past
from infra.sandbox.history.people import Decision
from infra.sandbox.history.write import Written
from jobs.reader import Lake


@pytest.fixture
def lake(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Lake:
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path))
    cli.import_(history=folder, json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])
    return Lake(tmp_path / "lake")


def test_every_row_is_taken_or_refused_for_want_of_an_id(
    lake: Lake, listed: Written, pasts: list[Past], taken: list[list[Decision]]
) -> None:
    tables = ("observations", "seller_observations", "images", "decisions")
    rows = {table: lake.row_count(table) for table in tables}
    refused = lake.frame("refused") if lake.exists("refused") else pl.DataFrame({"reason": []})
    assert set(refused["reason"]) <= {"no_id"}
    assert rows["observations"] + refused.height == sum(len(seen.listings) for seen in pasts)
    assert sum(rows.values()) + refused.height == sum(file.rows for file in listed.files)
    assert rows["decisions"] == sum(map(len, taken))

    found = lake.frame("observations")
    assert found["observed_at"].max() < END
    north = found.filter(pl.col("platform") == "northmall")
    expected = {
        (f"northmall:{one.offer.listing_id}", one.at.replace(microsecond=0), one.offer.title)
        for one in pasts[0].listings
    }
    got = set(north.select("listing_key", "observed_at", "title_text").iter_rows())
    assert got <= expected
    assert len(expected - got) == refused.filter(pl.col("platform") == "northmall").height


def test_decisions_keep_their_meaning(lake: Lake, taken: list[list[Decision]]) -> None:
    found = lake.frame("decisions").filter(pl.col("source_name") == "silkway_decisions")
    expected = {
        (one.kind, f"silkway:{one.subject}", one.verdict, one.basis, one.at) for one in taken[1]
    }
    columns = ("subject_kind", "subject_key", "verdict", "basis", "decided_at")
    assert set(found.select(columns).iter_rows()) == expected
    assert found["decided_at"].min() > datetime(2026, 4, 1, tzinfo=UTC)
