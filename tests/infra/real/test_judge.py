"""The judgement on made-up sources: what carries over is found, what is missing tells nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conf.site import Site
from infra.real import judge
from infra.real.data import labels
from infra.real.summary import main as summarise
from jobs.clean._fold import fold

REPLICAS = ("tetramatrix", "kallin")
GENUINE = ("myntra", "adidas_nike")


def sent(source: str, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Give a source's listings: replicas cost a tenth and more often say "1:1 quality"."""
    is_replica = source in REPLICAS
    for at in range(120):
        price = float(rng.lognormal(2.3 if is_replica else 4.6, 0.4))
        says = " 1:1 top quality" if rng.random() < (0.3 if is_replica else 0.02) else ""
        title = f"{('Velmora', 'Orchard')[at % 2]} bag {at}{says}"
        yield {"listing_id": str(at), "title": title, "price": price, "label": int(is_replica)}


@pytest.fixture
def lake(add_source: Callable[..., Path], add_bronze: Callable[..., int], site: Site) -> Site:
    """A lake with the cleaned listings of four sources, as the jobs would make them."""
    rng = np.random.default_rng(3)
    cleaned = []
    for source in (*REPLICAS, *GENUINE):
        rows = list(sent(source, rng))
        add_source(source, *rows)
        cleaned += [
            {
                "listing_key": f"{source}:{row['listing_id']}",
                "platform": source,
                "title": row["title"],
                "title_folded": fold(row["title"]).text,
                "price_usd": row["price"],
                "price_amount": row["price"],
                "price_currency": "USD",
                "language": "en",
                "source": "feed",
            }
            for row in rows
        ]
    add_bronze("listings", *cleaned)
    return site


def test_what_carries_over_is_found(
    lake: Site, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge.main([str(data), "--home", str(lake.home), "--json"]) == 0
    *shown, last = capsys.readouterr().out.strip().splitlines()
    rows = json.loads(last)["rows"]
    auc = {(row["test"], row["part"], row["by"]): row["figures"]["auc"]["value"] for row in rows}
    for name in ("direction 1, with references", "direction 2, with references"):
        assert auc[name, "all brands", "price alone"] > 0.95
        assert auc[name, "all brands", "rules"] > 0.9
        assert auc[name, "all brands", "XGBoost"] > 0.9
        assert auc[name, "all brands", judge.CONTROL] == 0.5
        assert (name, "counterfeits in Chinese", "rules") not in auc
    pairs = [part for test, part, by in auc if test == "one pair left out" and by == "rules"]
    assert sorted(pairs) == [
        "kallin | adidas_nike",
        "kallin | myntra",
        "tetramatrix | adidas_nike",
        "tetramatrix | myntra",
    ]
    assert any("random split (a warning)" in line for line in shown)


def test_a_listing_that_gave_a_price_is_not_judged(lake: Site, data: Path) -> None:
    facts = judge.read(judge.Lake(lake.lake), data)
    rows = [row for row in judge.judge(facts) if row.test.startswith("direction 1")]
    assert facts.height == 480
    assert {(row.figures.counterfeits, row.figures.genuine) for row in rows} == {(120, 60)}


def test_a_lake_without_these_listings_is_told(
    data: Path,
    add_source: Callable[..., Path],
    add_bronze: Callable[..., int],
    site: Site,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add_source("myntra", {"listing_id": "1", "label": 0})
    assert judge.main([str(data), "--home", str(site.home)]) == 1
    assert "there is no table listings" in capsys.readouterr().err
    add_bronze("listings", {"listing_key": "else:1"})
    assert judge.main([str(data), "--home", str(site.home)]) == 1
    assert "holds no listing of" in capsys.readouterr().err


def test_the_summary_counts_what_was_found(
    site: Site, add_bronze: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    add_bronze("captures", {"capture_id": "1" * 64}, {"capture_id": "2" * 64})
    shown = {"source": "extract", "title_text": "x", "image_urls": ["u"]}
    add_bronze("observations", shown, {"source": "feed", "title_text": "y"})
    both = ({"listing_key": "a:1", "platform": "a"}, {"listing_key": "b:1", "platform": "b"})
    add_bronze("listings", both[0] | {"source": "extract"}, both[1] | {"price_usd": 3.0})
    add_bronze("listing_matches", *(one | {"brand": "v", "claim": "claim"} for one in _keys(both)))
    scored = {"suspicion": 90.0, "is_red_flag": True, "brand": "v"}
    add_bronze("listing_scores", both[1] | scored, both[0] | {"suspicion": 1.0})
    add_bronze("refused", {"stage": "feed", "reason": "bad_json"})
    assert summarise([str(site.home), "--json"]) == 0
    found = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    pages = {row["what"]: row["count"] for row in found["Saved pages"]}
    assert (pages["pages"], pages["listings"], pages["title_text"]) == (2, 1, 1)
    assert (pages["image_urls"], pages["price_text"]) == (1, 0)
    first, second = found["Listings by source"]
    assert (first["source"], first["priced"], first["claim it"], first["red flags"]) == (
        "b",
        1,
        1,
        1,
    )
    assert (second["source"], second["listings"], second["red flags"]) == ("saved pages", 1, 0)
    assert found["Brands with most red flags"] == [{"brand": "v", "red flags": 1, "sources": 1}]
    assert found["Refused"] == [{"step": "feed", "reason": "bad_json", "count": 1}]


def _keys(rows: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
    return ({"listing_key": row["listing_key"]} for row in rows)


def test_labels_stay_out_of_the_lake(lake: Site, data: Path) -> None:
    assert set(labels(data).columns) & set(pl.read_delta(str(lake.lake / "listings")).columns) == {
        "listing_key"
    }
