"""The states of a listing or seller: from when to when, and what changed in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import lake_cli
from jobs.history import State, as_rows, history
from tests.jobs.test_past import seen


def told(found: list[State]) -> list[tuple[str, str, int, str]]:
    """From, until (day and hour), how often, what."""
    return [
        (row["from"][8:13], row["until"][8:13], row["seen"], row["what"]) for row in as_rows(found)
    ]


@pytest.fixture
def listing(site: Site, add_bronze: Callable[..., int]) -> Site:
    """Written out of order, and among another listing's."""
    a = {"title_text": "Abyss 300", "price_text": "$90", "seller_key": "b:s"}
    b = a | {"price_text": "$45", "availability_text": "Sold out"}
    add_bronze(
        "observations",
        seen("b:1", "3", **b),
        seen("b:2", "3", title_text="another"),
        seen("b:1", "1", **a),
        seen("b:1", "1T18:00", **a),
        seen("b:1", "8", **(b | {"sku_text": "7 ", "mpn_text": "?"})),
    )
    add_bronze("observations", seen("b:1", "4", is_gone=True), seen("b:1", "5", is_gone=True))
    add_bronze("observations", seen("b:1", "6", **b), seen("b:1", "7", **(b | {"sku_text": "7"})))
    return site


def test_a_listing_s_states(listing: Site) -> None:
    first = "seller_key b:s; title Abyss 300; price_amount 90.0; price_currency USD"
    assert told(history(listing, "b:1")) == [
        ("01 06", "01 18", 2, first),
        ("03 06", "03 06", 1, "price_amount 90.0 → 45.0; availability - → out_of_stock"),
        ("04 06", "05 06", 2, "gone"),
        ("06 06", "06 06", 1, "back, as before"),
        ("07 06", "07 06", 1, "sku - → 7"),
        # No typed column tells of this one, so the texts do.
        ("08 06", "08 06", 1, "mpn_text - → ?; sku_text 7 → 7"),
    ]


def test_back_with_another_seller(site: Site, add_bronze: Callable[..., int]) -> None:
    rows = [("1", {"seller_key": "b:s"}), ("2", {"is_gone": True}), ("3", {"seller_key": "b:t"})]
    add_bronze("observations", *(seen("b:1", day, **shown) for day, shown in rows))
    assert told(history(site, "b:1"))[-1][3] == "back; seller_key b:s → b:t"


def test_seen_gone_alone(site: Site, add_bronze: Callable[..., int]) -> None:
    add_bronze("observations", seen("b:1", "1", is_gone=True), seen("b:1", "2", title_text="x"))
    gone, came = history(site, "b:1")
    assert (gone.is_gone, gone.changes, gone.shows) == (True, [], {})
    assert (came.is_back, came.changes[0].now) == (False, "x")


def test_a_seller_s_states(site: Site, add_bronze: Callable[..., int]) -> None:
    for day, shown in (
        ("1", {"name_text": "Best Shop", "location_text": "Germany"}),
        ("2", {"name_text": "Best Shop", "location_text": "China"}),
    ):
        row: dict[str, Any] = seen("b:s", day, **shown)
        row["seller_key"] = row.pop("listing_key")
        add_bronze("seller_observations", row)
    found = history(site, "b:s")
    assert [one.kind for one in found] == ["seller", "seller"]
    assert told(found)[1][3] == "country DE → CN"


def test_a_key_that_was_never_seen(listing: Site) -> None:
    with pytest.raises(ConfError, match="no listing and no seller 'b:9' was ever seen"):
        history(listing, "b:9")


def test_the_command_prints_json(
    listing: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERMARK_HOME", str(listing.home))
    lake_cli.history("b:1", as_json=True)
    states = json.loads(capsys.readouterr().out)
    assert states[1]["changes"][0] == {"column": "price_amount", "was": 90.0, "now": 45.0}
    assert states[1]["shows"]["price_usd"] == 45.0
    lake_cli.history("b:1")
    assert "back, as before" in capsys.readouterr().out
