"""A model is watched: quiet while nothing moves, loud when the world does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conf.errors import ModelError
from conf.model import Model, Watch
from conf.site import Site
from jobs import models
from ml import queueing, watching, watching_told
from ml.drift import FILE, Moved
from ml.train import train
from tests.ml.conftest import NAME, offers, tables

TODAY = date(2026, 11, 1)


def scores(given: dict[str, list[dict[str, Any]]], points: float = 40.0) -> dict[str, Any]:
    rows = [
        {
            "listing_key": one["listing_key"],
            "platform": one["platform"],
            "seller_key": one["seller_key"],
            "brand": "orris",
            "suspicion": points + at % 30,
        }
        for at, one in enumerate(given["listings"])
    ]
    return {"listing_scores": rows}


def test_quiet_while_nothing_moves_and_loud_when_prices_do(
    learned: Site, small: Model, write: Callable[..., None]
) -> None:
    assert small.name == NAME
    with pytest.raises(ModelError, match="has no champion to watch"):
        watching.watch(learned, NAME)
    train(learned, NAME)
    quiet = watching.watch(learned, NAME, "1")
    assert (quiet.moved, quiet.alarms, quiet.retrain, quiet.labels_since) == ((), (), (), 0)
    assert quiet.listings == len(offers())
    assert next(one.platform for one in quiet.prevalence) == "every platform"
    assert all(one.then == pytest.approx(one.now) for one in quiet.prevalence)
    assert "no feature and no score has moved" in watching_told.watched(quiet)

    moved = tables(offers())
    for row in moved["listing_matches"]:
        row["price_to_reference"] *= 0.3
    later = [
        row | {"decided_at": datetime(2026, 12, 1, tzinfo=UTC), "decision_id": f"{at:064x}"}
        for at, row in enumerate(moved["decisions"][:150])
    ]
    write(moved | {"decisions": later} | scores(moved))
    loud = watching.watch(learned, NAME, "1")
    assert "price_ratio on every platform" in " ".join(loud.alarms)
    assert (loud.labels_since, loud.recall is not None) == (150, True)
    assert [why.partition(":")[0] for why in loud.retrain] == [
        "features that carry weight have moved",
        "150 labels since, 432 learned from",
    ]
    assert "alarm: price_ratio" in watching_told.watched(loud)

    (models.files(learned, models.named(learned, "1")) / FILE).unlink()
    with pytest.raises(ModelError, match="trained before anything was kept"):
        watching.watch(learned, NAME, "1")


def judged(count: int, chance: float, share: float) -> pl.DataFrame:
    """Labels of listings of one score, of which a share is counterfeit."""
    fake = np.arange(count) < share * count
    return pl.DataFrame(
        {"suspicion": [100 * chance] * count, "is_counterfeit": fake, "drawn": [0.0] * count}
    )


@pytest.mark.parametrize(
    ("labels", "is_off"),
    [
        (judged(99, 0.9, 0.0), None),  # too few to say
        (judged(400, 0.3, 0.3), False),
        (judged(400, 0.3, 0.36), False),  # chance does as much
        (judged(400, 0.3, 0.6), True),
    ],
)
def test_chances_that_are_off_are_a_reason(labels: pl.DataFrame, *, is_off: bool | None) -> None:
    found = watching.calibration_off(labels)
    assert (None if found is None else found[1] > Watch().largest_calibration_error) == is_off


def test_a_feature_that_weighs_nothing_is_no_reason_to_train_anew() -> None:
    alarms = [Moved("bazaar", "says_flaw", 0.6, 0.1, "alarm")]
    assert watching.reasons(Watch(), alarms, {"says_flaw": 0.001}, (0, 400), None) == []
    assert watching.reasons(Watch(), alarms, {"says_flaw": 0.1}, (79, 400), None) == [
        "features that carry weight have moved: says_flaw"
    ]
    assert watching.reasons(Watch(), [], {}, (80, 400), None) == [
        "80 labels since, 400 learned from"
    ]


def test_a_list_of_what_to_look_at(site: Site, write: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no scores"):
        queueing.queue(site, NAME, 10, 0.1, TODAY)
    given = tables(offers())
    decided = {one["subject_key"] for one in given["decisions"][:100]}
    gone = given["listings"][200]["listing_key"]
    seen = [
        {"listing_key": one["listing_key"], "is_gone": one["listing_key"] == gone}
        for one in given["listings"]
    ]
    write(given | scores(given) | {"listing_sightings": seen})
    write({"decisions": given["decisions"][:100]})
    found = queueing.queue(site, NAME, 20, 0.25, TODAY)
    keys = [one.subject_key for one in found]
    assert (len(set(keys)), [one.kind for one in found].count("random")) == (20, 5)
    assert not {*keys} & {*decided, gone}
    chosen = [one for one in found if one.kind != "random"]
    assert len({one.seller_key for one in chosen}) == len(chosen)
    assert {one.selection_probability for one in chosen} == {1.0}
    drawn = [one for one in found if one.kind == "random"]
    left = len(given["listings"]) - 100 - 1 - len(chosen)
    assert {one.selection_probability for one in drawn} == {round(5 / left, 9)}
    assert found == queueing.queue(site, NAME, 20, 0.25, TODAY)
    assert found != queueing.queue(site, NAME, 20, 0.25, TODAY + timedelta(days=1))
    assert "20 to look at: 5 random" in queueing.as_table(found)
    assert "the score is" in chosen[0].why
    queueing.write(found, tmp_path / "new" / "list.csv")
    read = pl.read_csv(tmp_path / "new" / "list.csv", infer_schema=False)
    assert read["subject_key"].to_list() == keys
    with pytest.raises(ModelError, match="a list of 0 listings"):
        queueing.queue(site, NAME, 0, 0.1, TODAY)
