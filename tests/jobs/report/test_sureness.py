"""What a report says of how sure it is: the judged figures, or that nothing was measured."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import polars as pl
import pytest

from jobs.judged import Interval, Judged, Slice
from jobs.report._sureness import judged_platforms, sureness
from jobs.report._view import View

from .conftest import ORRIS

JUDGED = Judged(
    model_name="counterfeit",
    model_version="3",
    judged_at=datetime(2026, 11, 1, tzinfo=UTC),
    labels="counterfeit by a person's decision",
    listings=1200,
    counterfeits=400,
    platforms=4,
    sellers=300,
    precision=Interval(0.934, 0.90, 0.96),
    recall=Interval(0.71, 0.65, 0.77),
    red_flags=304,
    platform_auc=Interval(0.95, 0.93, 0.97),
    later_auc=Interval(0.95, 0.93, 0.97),
    seller_auc=Interval(0.95, 0.93, 0.97),
    rules_auc=Interval(0.9, 0.88, 0.92),
    rules_precision=None,
    missing_auc=0.5,
    permuted_auc=0.5,
    calibration_error=0.034,
    slices=(
        Slice("platform", "vendora", 300, 100, 0.95, 80, 0.95, 0.7),
        Slice("language", "zh", 10, 1, None, 0, None, None),
        Slice("platform", "rialto", 10, 0, None, 0, None, None),
    ),
)


def meanings(judged: Judged | None, *models: tuple[str, str]) -> dict[str, str]:
    """What is said over one listing scored by each of these models."""
    listings = pl.DataFrame(
        [{"model_name": n, "model_version": v, "model_sha256": "ab" * 32} for n, v in models],
        schema={
            "model_name": pl.String(),
            "model_version": pl.String(),
            "model_sha256": pl.String(),
        },
    )
    empty = pl.DataFrame()
    view = View(ORRIS, date(2026, 11, 2), listings, empty, empty, None)
    return {one.word: one.text for one in sureness(view, judged)}


def test_a_judged_model_is_told_with_its_interval_and_where_it_was_judged() -> None:
    said = meanings(JUDGED, ("counterfeit", "3"))
    right = said["How often a red flag is right"]
    assert right.startswith("93 % (between 90 % and 96 %, 95 times of 100) of 304 red flags were")
    assert "on 4 platforms that the model had not learned from" in right
    assert "Right means: counterfeit by a person's decision." in right
    assert said["What is missed"].startswith("71 % (between 65 % and 77 %, 95 times of 100) of 400")
    assert "give or take 3 points" in said["Suspicion"]
    assert said["Scored by"] == "model counterfeit, version 3 (sha256 abababababab…): 1 listing."


def test_rules_alone_are_told_to_be_unmeasured() -> None:
    said = meanings(None, ("rules", "1"), ("rules", "1"), ("counterfeit", "2"))
    assert said["How often a red flag is right"].startswith("not measured. These scores come from")
    assert said["What is missed"].startswith("not measured;")
    assert "points" not in said["Suspicion"]
    assert said["Scored by"].startswith("the rules, version 1 (sha256 abababababab…): 2 listings; ")


@pytest.mark.parametrize("missing", ["precision", "recall"])
def test_a_judgement_without_red_flags_claims_nothing(missing: str) -> None:
    said = meanings(msgspec.structs.replace(JUDGED, **{missing: None}))
    word = {"precision": "How often a red flag is right", "recall": "What is missed"}[missing]
    assert said[word].startswith("not measured")
    assert said["Scored by"] == "nothing has been scored."


def test_only_platforms_are_listed() -> None:
    assert judged_platforms(JUDGED).rows() == [
        ("vendora", 300, 100, 80, 0.95, 0.7),
        ("rialto", 10, 0, 0, None, None),
    ]
    assert judged_platforms(None).is_empty()
