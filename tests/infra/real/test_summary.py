"""What the jobs found is counted by source, brand and reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conf.site import Site
from infra.real.summary import main as summarise


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
