"""The table of scores: its rows keep the contract and can be made again from their receipt."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from conf import contract
from conf.brand import Brand, Catalogue, Price, Product
from conf.site import Site
from jobs import graph, models, passes, standing
from jobs.conform import conform
from jobs.facts import join_facts
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import Outcome, run_all
from jobs.score._scorer import Scorer, read
from jobs.score._scoring import SCORES, scored
from jobs.score.listing_scores import listing_scores
from jobs.score.seller_scores import seller_scores
from jobs.stored import Stored
from jobs.tables import LakeTables
from tests.conftest import append, site_at
from tests.jobs.test_models import model_file

pytestmark = pytest.mark.spark

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ORRIS = Brand(
    key="orris",
    name="Orris",
    industry="watches",
    country="CH",
    marks=("Orris",),
    products=(
        Product(
            key="lago",
            name="Lago 38",
            category="watch",
            reference_prices={"US": Price(2400.0, "USD")},
        ),
    ),
)
SEEN: dict[str, Any] = {"platform": "bazaar", "observed_at": NOON, "observed_on": NOON.date()}


def offer(number: int, seller: str, title: str, price: str) -> dict[str, Any]:
    return SEEN | {
        "observation_id": str(number).zfill(64),
        "listing_key": f"bazaar:{number}",
        "listing_id": str(number),
        "seller_id": seller,
        "seller_key": f"bazaar:{seller}",
        "content_sha256": "a" * 64,
        "title_text": title,
        "price_text": price,
    }


OFFERS = [
    offer(1, "s", "Orris Lago 38 1:1 mirror copy, wholesale", "US $90"),
    offer(2, "s", "Orris Lago 38 AAA 1:1", "US $110"),
    offer(3, "t", "Orris Lago 38 used, one scratch", "US $2,100"),
    offer(4, "t", "Garden chair", "US $40"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Site:  # noqa: ARG001 - the session is used by the jobs
    """A lake in which the four offers have been scored."""
    folder = tmp_path_factory.mktemp("scored")
    catalogue = folder / "brands.yaml"
    catalogue.write_bytes(msgspec.yaml.encode(Catalogue(brands=(ORRIS,))))
    site = msgspec.structs.replace(site_at(folder / "home"), brands=catalogue)
    append(site, "observations", *OFFERS)
    names = ["listings", "listing_sightings", "sellers", "products", "listing_photos"]
    names += ["listing_matches", "seller_features", "listing_scores", "seller_scores"]
    givens = Givens(site, date(2026, 11, 2))
    outcomes = list(run_all(LakeTables(site), graph.chosen(names), givens))
    assert [(o.table, o.why) for o in outcomes if o.status != "made"] == []
    return site


def test_offers_are_scored_and_each_score_can_be_made_again(made: Site) -> None:
    lake = Lake(made.lake)
    rows = lake.frame("listing_scores").sort("listing_key")
    assert rows["is_red_flag"].to_list() == [True, True, False, False]
    assert rows["suspicion"][2] < 20
    assert rows["suspicion"][3] == 0
    assert rows["brand"].to_list() == ["orris", "orris", "orris", None]
    assert set(rows["model_name"]) == {"rules"}
    assert set(rows["model_sha256"]) == {models.rules().sha256}

    receipt = json.loads(rows["receipt_json"][0])
    assert set(receipt) == {"listings", "listing_matches", "sellers", "seller_features"} - {
        name for name in receipt if not lake.exists(name)
    }
    inputs = ("listings", "listing_matches", "sellers", "seller_features")
    facts = join_facts(*(lake.frame(name, version=receipt[name]) for name in inputs))
    again = scored(models.scorer(made), facts.sort("listing_key"), {})
    assert again.to_dicts() == rows.select(*SCORES).to_dicts()


def test_a_seller_is_as_suspect_as_its_listings(made: Site) -> None:
    bad, honest = Lake(made.lake).frame("seller_scores").sort("seller_key").to_dicts()
    assert (bad["seller_key"], bad["is_red_flag"], bad["red_flag_count"]) == ("bazaar:s", True, 2)
    assert bad["brands"] == ["orris"]
    assert bad["reasons"] == [
        "2 of 2 listings of brands are red flags, the worst at 100",
        "100 % of its listings say that they are copies",
        "100 % of its listings ask under half of the reference price",
    ]
    assert (honest["suspicion"] < 20, honest["reasons"], honest["brands"]) == (True, [], [])
    assert (honest["listing_count"], honest["brand_listing_count"]) == (2, 1)


SELLER = "bazaar:s"


def scores(*suspicions: float, brand: str | None = "orris") -> list[dict[str, Any]]:
    return [
        {
            "listing_key": f"bazaar:{number}",
            "platform": "bazaar",
            "seller_key": SELLER,
            "brand": brand,
            "suspicion": suspicion,
            "is_red_flag": suspicion > 80,
        }
        for number, suspicion in enumerate(suspicions)
    ]


@pytest.mark.parametrize(
    ("given", "suspicion"),
    [
        (scores(90.0), 90.0),  # one listing: the seller is as suspect as it
        (scores(90.0, 0.0, 0.0, 0.0), 21.0),  # 30 x (0.6 + 0.4 / 4): one flag of four
        (scores(90.0, 90.0, 90.0, 90.0), 90.0),
        (scores(95.0, 95.0, 95.0, *[0.0] * 27), 60.8),  # three of thirty
        (scores(60.0, brand=None), 0.0),  # offers no brand
    ],
)
def test_few_flags_of_many_weigh_less(
    frame: Callable[..., Any],
    stored: Callable[..., Stored],
    given: list[dict[str, Any]],
    suspicion: float,
) -> None:
    made = seller_scores(
        stored("listing_scores", *given, count=2), frame("seller_features"), frame("sellers")
    )
    (row,) = made.collect()
    assert row["suspicion"] == suspicion


def test_a_seller_without_listings_has_a_row(
    frame: Callable[..., Any], stored: Callable[..., Stored]
) -> None:
    table = contract.table("seller_scores")
    sellers = frame("sellers", {"seller_key": "bazaar:t", "platform": "bazaar"})
    made = conform(
        seller_scores(stored("listing_scores"), frame("seller_features"), sellers), table
    )
    (row,) = passes.framed(made).collect()
    assert (row["listing_count"], row["suspicion"], row["reasons"]) == (0, 0.0, [])


def test_a_listing_that_nothing_is_known_of_is_scored(stored: Callable[..., Stored]) -> None:
    """No match, no seller, no title: a row all the same, and no suspicion."""
    table = contract.table("listing_scores")
    made = listing_scores(
        stored("listings", {"listing_key": "bazaar:9", "platform": "bazaar"}),
        stored("listing_matches"),
        stored("sellers"),
        stored("seller_features"),
        model=models.rules(),
        brands=(ORRIS,),
        versions={"listings": 3},
    )
    (row,) = passes.framed(conform(made, table)).collect()
    assert (row["suspicion"], row["reasons"], row["brand"]) == (0.0, [], None)
    assert row["receipt_json"] == '{"listings":3}'


def test_a_model_scores_in_workers_as_it_does_here(stored: Callable[..., Stored]) -> None:
    content = model_file()
    sha256 = hashlib.sha256(content).hexdigest()
    scorer = read(content, "counterfeit", "3", sha256)
    listings = [{"listing_key": f"bazaar:{n}", "platform": "bazaar"} for n in range(3)]
    matches = [
        {"listing_key": f"bazaar:{n}", "brand": "orris", "claim": "claim", "price_to_reference": at}
        for n, at in enumerate((0.1, 0.9, None))
    ]
    tables = [stored("listings", *listings), stored("listing_matches", *matches)]
    tables += [stored("sellers"), stored("seller_features")]
    made = listing_scores(*tables, model=scorer, brands=(ORRIS,), versions={"listings": 0})
    rows = {row["listing_key"]: row for row in made.frame().collect()}
    assert {(r["model_name"], r["model_version"], r["model_sha256"]) for r in rows.values()} == {
        ("counterfeit", "3", sha256)
    }
    vectors = np.array([[0.1, np.nan], [0.9, np.nan], [np.nan, np.nan]], dtype="float32")
    expected = scorer.suspicion(vectors, ["bazaar"] * 3)[0].round(2).tolist()
    assert [rows[f"bazaar:{n}"]["suspicion"] for n in range(3)] == expected
    assert rows["bazaar:0"]["rules_suspicion"] == 45.0


def run(site: Site, day: int, shadow: Scorer | None, names: list[str]) -> dict[str, Outcome]:
    given = {"challenger": shadow, "shadow_share": 1.0, "audit_a_day": 2}
    givens = Givens(site, date(2026, 11, day), given)
    outcomes = {one.table: one for one in run_all(LakeTables(site), graph.chosen(names), givens)}
    assert {one.status for one in outcomes.values()} <= {"made", "unchanged"}, outcomes
    return outcomes


def test_what_is_drawn_by_chance_and_scored_in_the_shadow(made: Site, tmp_path: Path) -> None:
    """Both take what changed, write nothing twice, and without a challenger nothing is done."""
    site = msgspec.structs.replace(made, home=tmp_path / "home")
    shutil.copytree(made.home, site.home)
    lake, both = Lake(site.lake), ["audit_sample", "shadow_scores"]
    assert run(site, 2, None, both)["shadow_scores"].status == "unchanged"
    assert not lake.exists("shadow_scores")
    assert {one.table: one.will for one in standing.plan(site)}["shadow_scores"] == "stay"
    first = lake.frame("audit_sample")
    assert 1 <= first.height <= 3
    assert first["selection_probability"].is_between(0, 1).all()
    assert {one.status for one in run(site, 2, None, both).values()} == {"unchanged"}

    content = model_file()
    model = read(content, "counterfeit", "7", hashlib.sha256(content).hexdigest())
    outcomes = run(site, 3, model, both)
    assert (outcomes["shadow_scores"].rows_made, outcomes["audit_sample"].status) == (4, "made")
    assert set(lake.frame("audit_sample")["drawn_on"]) == {date(2026, 11, 2), date(2026, 11, 3)}
    rows, scores = lake.frame("shadow_scores"), lake.frame("listing_scores")
    own = scores.select("listing_key", pl.col("suspicion").alias("own"))
    assert rows.join(own, on="listing_key").filter(pl.col("suspicion") == pl.col("own")).height == 4
    assert set(rows["shadow_version"]) == {"7"}

    again = offer(3, "t", "Orris Lago 38 1:1 mirror copy", "US $90") | {"content_sha256": "b" * 64}
    append(site, "observations", again | {"observed_at": NOON.replace(hour=18)})
    names = ["listings", "listing_matches", "listing_scores", "shadow_scores"]
    changed = run(site, 3, model, names)["shadow_scores"]
    assert (changed.how, changed.rows_made) == ("touched keys", 1)
    (moved,) = lake.frame("shadow_scores", where=pl.col("listing_key") == "bazaar:3").to_dicts()
    assert moved["suspicion"] >= 80
    assert run(site, 3, model, names)["shadow_scores"].status == "unchanged"
