"""A score is computed anew from what its row names, and it is said loudly when it is another."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deltalake import write_deltalake

from conf.brand import brands
from conf.errors import LakeError
from conf.site import Site
from jobs.models import rules
from jobs.reader import Lake
from jobs.receipt import facts_at
from jobs.score._scoring import scored
from ml.explain import explain, told
from tests.conftest import make_rows

KEY, SEEN = "bazaar:1", datetime(2026, 11, 2, 6, tzinfo=UTC)
TABLES = ("listings", "listing_matches", "sellers", "seller_features")


def lay(site: Site, table: str, *rows: dict[str, Any]) -> int:
    """Write a table anew as one commit; its version."""
    write_deltalake(str(site.lake / table), make_rows(table, *rows), mode="overwrite")
    return Lake(site.lake).version(table) or 0


def lay_score(site: Site, versions: dict[str, int], **other: Any) -> None:
    """Score the listing by the rules, as the job does, and write its row."""
    facts = facts_at(Lake(site.lake), KEY, versions)
    (made,) = scored(rules(), facts, {one.key: one.gates.review for one in brands()}).to_dicts()
    model = {"model_name": "rules", "model_version": "1", "model_sha256": rules().sha256}
    row = made | model | {"listing_key": KEY, "observed_at": SEEN}
    lay(site, "listing_scores", row | {"receipt_json": json.dumps(versions)} | other)


@pytest.fixture
def versions(site: Site) -> dict[str, int]:
    """A lake with one listing and its score, and the versions that it rests on."""
    listing = {"listing_key": KEY, "platform": "bazaar", "price_usd": 90.0, "observed_at": SEEN}
    title = {"title": "Velmorin AAA replica", "title_folded": "velmorin aaa replica"}
    match = {"listing_key": KEY, "brand": "velmorin", "claim": "claim"}
    made = {
        "listings": lay(site, "listings", listing | title | {"text_signs": ["replica", "quality"]}),
        "listing_matches": lay(
            site, "listing_matches", match | {"reference_usd": 9000.0, "price_to_reference": 0.01}
        ),
        "sellers": lay(site, "sellers"),
        "seller_features": lay(site, "seller_features"),
    }
    lay_score(site, made)
    return made


def test_the_same_to_the_digit(site: Site, versions: dict[str, int]) -> None:
    found = explain(site, KEY)
    assert found.anew.is_same, found.anew.finding
    assert found.anew.versions == versions
    assert found.anew.suspicion == found.suspicion > 50
    text = "\n".join(told(found))
    for piece in (
        KEY,
        f"suspicion {found.suspicion:g}",
        "what weighs most, in points",
        "price_ratio = 0.01",
    ):
        assert piece in text
    assert text.endswith("it is the same to the digit")


def test_newer_tables_change_nothing(site: Site, versions: dict[str, int]) -> None:
    lay(site, "listings", {"listing_key": KEY, "title": "nothing of it any more"})
    assert explain(site, KEY).anew.is_same
    assert Lake(site.lake).version("listings") == versions["listings"] + 1


@pytest.mark.parametrize("changed", [{"suspicion": 12.0}, {"reasons": ["because"]}])
def test_another_score_is_told(
    site: Site, versions: dict[str, int], changed: dict[str, Any]
) -> None:
    lay_score(site, versions, **changed)
    found = explain(site, KEY)
    assert not found.anew.is_same
    assert f"was {next(iter(changed.values()))!r}" in "\n".join(told(found))


@pytest.mark.usefixtures("versions")
def test_the_score_of_a_day(site: Site) -> None:
    today = datetime.now(UTC).date()
    assert explain(site, KEY, today) == explain(site, KEY)
    with pytest.raises(LakeError, match="cannot be had as it was at the end of"):
        explain(site, KEY, today - timedelta(days=3))
    with pytest.raises(LakeError, match=f"bazaar:2 has no score at the end of {today}"):
        explain(site, "bazaar:2", today)


def test_a_lake_without_scores_says_what_makes_them(site: Site) -> None:
    with pytest.raises(LakeError, match="`countermark job run all` makes it"):
        explain(site, KEY)
