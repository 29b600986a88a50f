"""What a person asks of vendors is answered from the tables, down to the listing that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from conf.errors import LakeError
from conf.site import Site
from jobs.reader import Lake
from jobs.vendors import _asked, _dossier
from jobs.vendors._decided import decide
from jobs.vendors._traces import traces

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)
NASTY = "<script>alert(1)</script> bags"
SENTENCE = "all parcels leave the same evening"
LINKS = [
    ("a:1", "b:2", 0.99, "same phone"),
    ("b:2", "c:3", 0.8, "1 identical sentence"),
    ("c:3", "d:4", 0.2, "same days of the week"),
]
PHONE = "+8610012345678"


@pytest.fixture
def lake(site: Site, lay: Callable[..., int]) -> Lake:
    """Three accounts of one vendor in a chain, and a fourth beside it."""
    keys = ["a:1", "b:2", "c:3", "d:4"]
    listings = [
        {
            "listing_key": f"{key}-x",
            "seller_key": key,
            "title": NASTY,
            "title_folded": "bag",
            "description_folded": f"Hello. {SENTENCE}." if key in {"b:2", "c:3"} else "other",
            "price_usd": 20.0,
            "ships_from_country": "CN",
            "observed_at": AT,
        }
        for key in keys
    ]
    lay("listings", *listings)
    lay(
        "sellers",
        *(
            {"seller_key": key, "name": f"{NASTY} {key}", "name_folded": f"bags {key[0]}"}
            for key in keys
        ),
    )
    lay("seller_scores", *(_score(key) for key in keys))
    lay(
        "identifiers",
        *(
            {
                "seller_key": key,
                "kind": "phone",
                "value": PHONE,
                "shown_text": PHONE,
                "listing_count": 1,
                "listing_key": f"{key}-x",
                "places": ["listing.title"],
            }
            for key in ("a:1", "b:2")
        ),
    )
    made = [
        one | {"mention_text": None, "product_key": None, "listed_at": None} for one in listings
    ]
    lay("seller_traces", *_traced(made))
    lay(
        "seller_links",
        *(
            dict(zip(("seller_key_a", "seller_key_b", "probability", "words"), one, strict=True))
            for one in LINKS
        ),
    )
    lay(
        "vendor_members",
        *(_member(key, chance) for key, chance in (("a:1", 0.99), ("b:2", 0.99), ("c:3", 0.8))),
    )
    lay(
        "vendors",
        _vendor("v" * 16, 90.0, ["velmora"], ["CN"]),
        _vendor("w" * 16, 40.0, ["calder"], ["DE"]),
    )
    lay(
        "listing_sightings",
        *(
            {
                "listing_key": f"{key}-x",
                "seller_key": key,
                "first_seen_at": AT,
                "last_seen_at": AT,
                "is_gone": key == "a:1",
            }
            for key in keys
        ),
    )
    lay(
        "listing_scores",
        *(
            {
                "listing_key": f"{key}-x",
                "seller_key": key,
                "suspicion": 91.0,
                "is_red_flag": True,
                "reasons": ["says replica"],
            }
            for key in keys
        ),
    )
    return Lake(site.lake)


def _traced(listings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    import polars as pl

    schema = {
        "listed_at": pl.Datetime("us", "UTC"),
        "mention_text": pl.String,
        "product_key": pl.String,
    }
    return traces(pl.DataFrame(listings, schema_overrides=schema)).to_dicts()


def _score(key: str) -> dict[str, Any]:
    return {
        "seller_key": key,
        "platform": key[0],
        "suspicion": 80.0,
        "listing_count": 1,
        "red_flag_count": 1,
        "brands": ["velmora"],
    }


def _member(key: str, chance: float) -> dict[str, Any]:
    return {
        "seller_key": key,
        "vendor_key": "v" * 16,
        "platform": key[0],
        "probability": chance,
        "first_seen_at": AT,
        "since_at": AT,
    }


def _vendor(key: str, suspicion: float, brands: list[str], countries: list[str]) -> dict[str, Any]:
    return {
        "vendor_key": key,
        "suspicion": suspicion,
        "seller_count": 3,
        "platforms": ["a", "b", "c"],
        "brands": brands,
        "countries": countries,
        "flagged_value_usd": 5.0,
        "listing_count": 3,
        "red_flag_count": 3,
        "came_back_count": 0,
    }


@pytest.mark.parametrize(
    ("text", "sellers"),
    [
        ("tel +86 100 1234 5678", ["a:1", "b:2"]),
        ("Tel: ＋８６ 100-1234-5678", ["a:1", "b:2"]),
        ("c:3", ["c:3"]),
        ("bags d", ["d:4"]),
        ("v" * 16, ["a:1", "b:2", "c:3"]),
    ],
)
def test_sellers_are_found_by_what_they_show_and_are_called(
    lake: Lake, text: str, sellers: list[str]
) -> None:
    assert [one.seller_key for one in _asked.find(lake, text)] == sellers


def test_what_nobody_shows_is_said(lake: Lake) -> None:
    with pytest.raises(LakeError, match="no seller shows 'wx nobody77'"):
        _asked.find(lake, "wx nobody77")


def test_a_link_tells_its_values_and_its_words(lake: Lake) -> None:
    told = _asked.link(lake, "b:2", "a:1")
    assert (told.seller_key_a, told.probability, told.words) == ("a:1", 0.99, "same phone")
    (phone,) = [one for one in told.shared if one["kind"] == "phone"]
    assert (phone["value"], phone["listing_key_a"], phone["sellers"]) == (PHONE, "a:1-x", 2)
    words = {one["value"] for one in _asked.link(lake, "b:2", "c:3").shared}
    assert SENTENCE in words  # and not the number that stands for it


def test_two_that_no_link_joins_are_joined_by_a_third(lake: Lake) -> None:
    told = _asked.link(lake, "a:1", "c:3")
    assert told.probability is None
    assert told.path == ("a:1", "b:2", "c:3")
    assert _asked.link(lake, "a:1", "d:4").path == ()
    with pytest.raises(LakeError, match="there is no seller 'z:9'"):
        _asked.link(lake, "a:1", "z:9")


def test_what_a_person_decided_is_told_with_the_link(site: Site, lake: Lake) -> None:
    decide(site, [("a:1", "b:2")], "confirmed", "ann", "", AT)
    assert _asked.link(lake, "a:1", "b:2").verdict == "confirmed"


def test_the_most_suspect_come_first_and_may_be_narrowed(lake: Lake) -> None:
    def keys(**by: Any) -> list[str]:
        wanted = {"brand": None, "place": None, "limit": 9} | by
        return [one["vendor_key"][0] for one in _asked.top(lake, **wanted)]

    assert keys() == ["v", "w"]
    assert keys(brand="calder") == ["w"]
    assert keys(place="cn") == ["v"]
    assert keys(limit=1) == ["v"]


def test_history_tells_who_joined_when(lake: Lake, lay: Callable[..., int]) -> None:
    lay("vendor_members", *(_member(key, 0.9) for key in ("a:1", "b:2", "c:3", "d:4")))
    newest, first = _asked.history(lake, "v" * 16)
    assert (newest["change"], newest["seller_keys"]) == ("joined", ["d:4"])
    assert (first["change"], first["seller_keys"]) == ("founded", ["a:1", "b:2", "c:3"])


def test_a_dossier_tells_known_likely_and_possible_apart(
    site: Site, lake: Lake, tmp_path: Path
) -> None:
    written = _dossier.write(lake, "v" * 16, tmp_path, AT)
    told = json.loads(Path(written.json).read_text())
    assert [one["seller_key"] for one in told["known"]] == ["a:1", "b:2"]
    assert [one["seller_key"] for one in told["likely"]] == ["c:3"]
    assert [one["seller_key_b"] for one in told["possible"]] == ["d:4"]
    decide(site, [("b:2", "c:3")], "confirmed", "ann", "", AT)
    again = json.loads(Path(_dossier.write(lake, "v" * 16, tmp_path, AT).json).read_text())
    assert [one["seller_key"] for one in again["known"]] == ["a:1", "b:2", "c:3"]


def test_a_dossier_s_page_runs_nothing_and_its_graph_can_be_read(
    lake: Lake, tmp_path: Path
) -> None:
    written = _dossier.write(lake, "v" * 16, tmp_path, AT)
    page = Path(written.page).read_text()
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    assert SENTENCE in page
    graph = nx.read_graphml(written.graphml)
    assert sorted(graph.nodes) == ["a:1", "b:2", "c:3"]
    assert graph.edges["a:1", "b:2"]["words"] == "same phone"


def test_no_dossier_of_nobody(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="there is no vendor 'x'"):
        _dossier.write(lake, "x", tmp_path, AT)
    assert list(tmp_path.glob("vendor-*")) == []
