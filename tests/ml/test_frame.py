"""The training frame holds what was known at the end of its day, and nothing later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from deltalake import write_deltalake

from conf.errors import LakeError, ModelError
from conf.model import model
from conf.site import Site
from jobs import catalogue
from ml import frame
from tests.conftest import make_rows
from tests.ml.conftest import NAME

TODAY = datetime.now(UTC)
BEFORE, AFTER = TODAY - timedelta(days=2), TODAY + timedelta(days=1)


def _seen(key: str, at: datetime, price: str) -> dict[str, Any]:
    return {
        "listing_key": key,
        "platform": "b",
        "listing_id": key.partition(":")[2],
        "seller_key": "b:s",
        "observation_id": f"{key}-{at:%Y%m%dT%H%M}",
        "content_sha256": price.encode().hex().ljust(64, "0"),
        "observed_at": at,
        "observed_on": at.date(),
        "title_text": "Orris Lago 38",
        "price_text": price,
        "currency_text": "USD",
    }


def _decided(key: str, at: datetime, verdict: str) -> dict[str, Any]:
    return {
        "decision_id": f"{key}{at}".encode().hex()[:64].ljust(64, "0"),
        "decided_at": at,
        "decided_on": at.date(),
        "subject_kind": "listing",
        "subject_key": key,
        "verdict": verdict,
        "basis": "brand",
    }


@pytest.fixture
def lake(site: Site, add_bronze: Callable[..., int]) -> Site:
    """Two listings that were seen and decided upon, and tables that jobs made of them."""
    add_bronze("observations", *(_seen(f"b:{at}", BEFORE, "$90") for at in (1, 2)))
    seller = {"seller_key": "b:s", "platform": "b", "seller_id": "s", "content_sha256": "0" * 64}
    seen = {"observation_id": "s", "observed_at": BEFORE, "observed_on": BEFORE.date()}
    add_bronze("seller_observations", seller | seen)
    hour = timedelta(hours=1)
    add_bronze("decisions", _decided("b:1", BEFORE + hour, "counterfeit"))
    add_bronze("decisions", _decided("b:2", BEFORE + hour, "genuine"))
    _jobs(site, 0.4)
    return site


def _jobs(site: Site, share: float) -> None:
    made = {
        "listing_matches": [{"listing_key": f"b:{at}", "brand": "orris"} for at in (1, 2)],
        "sellers": [],
        "seller_features": [{"seller_key": "b:s", "share_far_below_reference": share}],
    }
    for table, rows in made.items():
        write_deltalake(str(site.lake / table), make_rows(table, *rows), mode="overwrite")


def _written(site: Site, out: Path, day: date) -> pl.DataFrame:
    frame.write(site, NAME, day, out)
    return pl.read_parquet(out)


def test_keys_label_and_features(lake: Site, tmp_path: Path) -> None:
    out = tmp_path / "frame.parquet"
    written = frame.write(lake, NAME, TODAY.date(), out)
    found = pl.read_parquet(out)
    features = model(NAME).features
    assert found.columns == [*frame.HEADS, *features]
    assert found["is_counterfeit"].to_list() == [True, False]
    assert (written.listings, written.counterfeits, written.features) == (2, 1, len(features))
    assert found["share_far_below_reference"].to_list() == pytest.approx([0.4, 0.4])
    rows = frame.rows_on(lake, TODAY.date())
    vectors = catalogue.vectors(rows, features)
    assert np.array_equal(found.select(features).to_numpy(), vectors, equal_nan=True)
    told = json.loads(pl.read_parquet_metadata(out)["countermark"])
    assert told == {"model": NAME, "as_of": TODAY.date().isoformat()}


def test_what_comes_later_changes_nothing(
    lake: Site, add_bronze: Callable[..., int], tmp_path: Path
) -> None:
    """A planted leak: another price, another verdict and a new label, all of the next day."""
    before = _written(lake, tmp_path / "a.parquet", TODAY.date())
    add_bronze("observations", _seen("b:1", AFTER, "$9"), _seen("b:3", AFTER, "$9"))
    add_bronze("decisions", _decided("b:2", AFTER, "counterfeit"))
    add_bronze("decisions", _decided("b:3", AFTER + timedelta(hours=1), "counterfeit"))
    assert _written(lake, tmp_path / "b.parquet", TODAY.date()).equals(before)
    # A day later they are known: listing 1 is another by now, which nobody decided upon.
    later = _written(lake, tmp_path / "c.parquet", AFTER.date() + timedelta(days=1))
    assert later.select("listing_key", "is_counterfeit").rows() == [("b:2", True), ("b:3", True)]


def test_a_label_of_a_day_without_tables_is_told(lake: Site, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="cannot be had as it was at the end of"):
        frame.write(lake, NAME, BEFORE.date(), tmp_path / "x.parquet")
    assert not (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize(
    ("observed", "decided", "is_leak"),
    [(0, 1, False), (2, 1, True), (0, 9, True), (0, 8, True), (0, 7, False)],
)
def test_a_leak_is_caught(observed: int, decided: int, *, is_leak: bool) -> None:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    rows = pl.DataFrame(
        {
            "listing_key": ["b:1"],
            "observed_at": [first + timedelta(days=observed)],
            "decided_at": [first + timedelta(days=decided)],
        }
    )
    end = first + timedelta(days=8)
    if not is_leak:
        return frame.check_time(rows, end)
    with pytest.raises(ModelError, match=r"1 rows of the training frame tell of what came later"):
        frame.check_time(rows, end)
    return None
