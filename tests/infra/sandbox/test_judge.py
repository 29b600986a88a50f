"""Scores in a lake, held against the truth of a small world."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import polars as pl
import pytest

from conf.errors import ConfError
from infra.sandbox import cli
from infra.sandbox.intervals import Share
from infra.sandbox.judge import Judged, judge
from infra.sandbox.served import Served, note
from infra.sandbox.world import World
from infra.sandbox.world.markets import MARKETS
from infra.sandbox.world.truth import ListingTruth, seller_truth, truths
from jobs.reader import Lake

WORLD = Served(5, 400, (1, 2))
DARK = "aurora"  # nothing of it was crawled


@pytest.fixture(scope="module")
def made() -> World:
    return World(WORLD.seed, WORLD.listings, MARKETS)


@pytest.fixture(scope="module")
def there(made: World) -> list[ListingTruth]:
    """Every listing of both days, once."""
    found = {
        (one.platform, one.listing_id): one
        for day in WORLD.days
        for name in MARKETS
        for one in truths(made, name, day)
    }
    return list(found.values())


def key(one: ListingTruth) -> str:
    return f"{one.platform}:{one.listing_id}"


def listing_row(one: ListingTruth, suspicion: float, rules: float) -> dict[str, object]:
    return {
        "listing_key": key(one),
        "platform": one.platform,
        "seller_key": f"{one.platform}:{one.seller_id}",
        "suspicion": suspicion,
        "rules_suspicion": rules,
        "model_name": "counterfeit",
        "model_version": "3",
    }


def write(root: Path, table: str, rows: list[dict[str, object]]) -> None:
    pl.DataFrame(rows).write_delta(root / table, mode="overwrite")


@pytest.fixture
def lake(tmp_path: Path, made: World, there: list[ListingTruth]) -> Lake:
    """Every counterfeit but the first is flagged, and one honest listing; rules flag nothing."""
    shown = [one for one in there if one.platform != DARK]
    missed = next(one for one in shown if one.is_counterfeit)
    accused = next(one for one in shown if not one.is_counterfeit)
    rows = [
        listing_row(
            one, 95.0 if (one.is_counterfeit and one != missed) or one == accused else 5, 50
        )
        for one in shown
    ]
    partner = {**rows[0], "listing_key": "northmall:N1", "platform": "northmall"}
    write(tmp_path / "lake", "listing_scores", [*rows, partner])
    sellers = {(one.platform, one.seller_id) for one in shown}
    flagged = {
        pair: (truth := seller_truth(made, *pair)) is not None and truth.is_counterfeiter
        for pair in sorted(sellers)
    }
    write(
        tmp_path / "lake",
        "seller_scores",
        [
            {
                "seller_key": ":".join(pair),
                "platform": pair[0],
                "suspicion": 90.0 if is_flagged else 1.0,
            }
            for pair, is_flagged in flagged.items()
        ],
    )
    captures = [{"capture_id": str(at), "platform": "harbor"} for at in range(7)]
    write(tmp_path / "lake", "captures", [*captures, {"capture_id": "x", "platform": "other"}])
    return Lake(tmp_path / "lake")


def by_name(groups: tuple[Judged, ...]) -> dict[str, Judged]:
    return {one.name: one for one in groups}


def test_all_is_counted(lake: Lake, there: list[ListingTruth]) -> None:
    found = judge(lake, WORLD)
    shown = [one for one in there if one.platform != DARK]
    fakes = sum(one.is_counterfeit for one in shown)
    assert fakes > 10
    assert found.models == ("counterfeit/3",)
    assert (found.pages_fetched, found.strangers, found.left_out) == (7, 0, (DARK,))
    ours = found.listings.all
    assert (ours.there, ours.scored, ours.counterfeit, ours.flags) == (
        len(shown),
        len(shown),
        fakes,
        fakes,
    )
    assert (ours.precision.hits, ours.precision.of) == (fakes - 1, fakes)
    assert (ours.recall.hits, ours.recall.of) == (fakes - 1, fakes)
    assert ours.auc.value is not None
    assert ours.auc.value > 0.9
    assert found.rules.all.flags == 0
    assert found.rules.all.auc.value == 0.5
    assert found.sellers.all.recall.value == found.sellers.all.precision.value == 1.0


def test_groups_add_up(lake: Lake, there: list[ListingTruth]) -> None:
    found = judge(lake, WORLD).listings
    missed = next(one for one in there if one.is_counterfeit and one.platform != DARK)
    accused = next(one for one in there if not one.is_counterfeit and one.platform != DARK)
    tactics, kinds = by_name(found.tactics), by_name(found.honest_kinds)
    assert sum(one.there for one in tactics.values()) == found.all.counterfeit
    assert tactics[missed.tactic].recall.hits == tactics[missed.tactic].there - 1
    assert kinds[accused.tactic].false_alarms.hits == 1
    assert sum(one.false_alarms.hits for one in kinds.values()) == 1
    platforms = by_name(found.platforms)
    assert platforms[accused.platform].precision.hits == platforms[accused.platform].flags - 1
    cells = [cell for row in found.tactics_by_platform.values() for cell in row.values()]
    assert sum(cell.of for cell in cells) == found.all.counterfeit
    assert sum(cell.hits for cell in cells) == found.all.recall.hits


def test_a_listing_that_was_not_scored_is_missed(lake: Lake, there: list[ListingTruth]) -> None:
    before = judge(lake, WORLD).listings.all
    flagged = [one for one in there if one.is_counterfeit and one.platform != DARK][1]
    rows = lake.frame("listing_scores").filter(pl.col("listing_key") != key(flagged))
    put(lake, rows)
    after = judge(lake, WORLD).listings.all
    assert (after.there, after.scored) == (before.there, before.scored - 1)
    assert (after.recall.hits, after.recall.of) == (before.recall.hits - 1, before.recall.of)


def test_a_listing_that_was_never_shown_is_told(lake: Lake) -> None:
    rows = lake.frame("listing_scores")
    strange = rows.head(1).with_columns(listing_key=pl.lit("harbor:nowhere"))
    put(lake, pl.concat([rows, strange]))
    assert judge(lake, WORLD).strangers == 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lake: Lake(lake.root / "none"), r"no listing_scores in .*countermark crawl run"),
        (lambda lake: only(lake, "northmall"), r"no listing of the sandbox's marketplaces"),
        (lambda lake: lake, r"no listing that was scored .* seed 77 .*--seed and --listings"),
    ],
)
def test_what_cannot_be_judged_is_said(
    lake: Lake, spoil: Callable[[Lake], Lake], said: str
) -> None:
    with pytest.raises(ConfError, match=said):
        judge(spoil(lake), Served(77, 30, (1,)))


def put(lake: Lake, rows: pl.DataFrame) -> None:
    """Make rows those of the scores, with all columns that they have."""
    options = {"schema_mode": "overwrite"}
    rows.write_delta(lake.path("listing_scores"), mode="overwrite", delta_write_options=options)


def only(lake: Lake, platform: str) -> Lake:
    rows = lake.frame("listing_scores").filter(pl.col("platform") == platform)
    put(lake, rows)
    return lake


def test_the_command_tells_people_and_machines(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = lake.root.parent
    monkeypatch.setenv("COUNTERMARK_HOME", str(home))
    with pytest.raises(ConfError, match="no sandbox has been up"):
        cli.judge()
    for day in WORLD.days:
        note(home, WORLD.seed, WORLD.listings, day)
    cli.judge()
    said = capsys.readouterr().out
    for words in ("SIMULATED", "pages fetched", "by tactic", "honest listings by kind", "left out"):
        assert words in said
    cli.judge(json=True)
    found = json.loads(capsys.readouterr().out)
    recall = msgspec.convert(found["listings"]["all"]["recall"], Share)
    assert recall == judge(lake, WORLD).listings.all.recall
