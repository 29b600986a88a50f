"""Champions change and change back, a challenger scores in the shadow; in a registry of its own."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from conf.errors import GateError, ModelError
from conf.site import Site
from jobs import models
from jobs.givens import Givens
from jobs.models import CHALLENGER, CHAMPION
from ml import registry, shadow, shelf, watching_told
from ml.gate import Check
from ml.judge import JUDGED_AT
from tests.jobs.test_models import model_file

NAME = "counterfeit"


@pytest.fixture
def judged(site: Site, empty_registry: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with three judged versions of which each passes the gate, and no champion."""
    site.home.mkdir(parents=True)
    shutil.copy(empty_registry, site.home / "mlflow.db")
    content = model_file()
    opened = registry.client(site)
    opened.create_registered_model(NAME)
    folder = site.artefacts / NAME / "run" / "artifacts" / "model"
    folder.mkdir(parents=True)
    (folder / models.MODEL_FILE).write_bytes(content)
    tags = {models.SHA256: hashlib.sha256(content).hexdigest(), JUDGED_AT: "2026-11-01"}
    for _ in range(3):
        opened.create_model_version(NAME, folder.as_uri(), tags=tags)
    holds = (Check("AUC", 0.9, 0.8, is_least=True, holds=True),)
    monkeypatch.setattr(shelf, "_passed", lambda *_: holds)
    return site


def champion(site: Site) -> str | None:
    found = models.champion(site)
    return None if found is None else found.number


def test_back_to_the_champion_before_and_no_further(judged: Site) -> None:
    with pytest.raises(ModelError, match="has no champion to go back from: the rules score"):
        shelf.rollback(judged, NAME)
    shelf.promote(judged, NAME, "1")
    with pytest.raises(ModelError, match="version 1 replaced no champion that is known of"):
        shelf.rollback(judged, NAME)
    shelf.promote(judged, NAME, "2")
    shelf.promote(judged, NAME)
    assert champion(judged) == "3"

    back = shelf.rollback(judged, NAME)
    assert (back.version, back.back_from, back.was_champion) == ("2", "3", False)
    again = shelf.rollback(judged, NAME)
    assert (again.version, again.back_from, again.was_champion) == ("2", "3", True)
    assert champion(judged) == "2"
    assert (
        watching_told.rolled_back(back) == "counterfeit version 2 scores now, back from version 3"
    )

    with pytest.raises(GateError, match=r"version 3 was rolled back to version 2; .* --version 3"):
        shelf.promote(judged, NAME)  # the newest, as a schedule would
    shelf.promote(judged, NAME, "3")
    assert shelf.rollback(judged, NAME).version == "2"
    shelf.promote(judged, NAME, "1")  # by name: it is a champion of its own right
    assert shelf.rollback(judged, NAME).version == "2"


def test_a_command_killed_before_the_alias_moves_changes_nothing(
    judged: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.promote(judged, NAME, "1")
    shelf.promote(judged, NAME, "2")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    client = type(registry.client(judged))
    for command in (shelf.rollback, shelf.promote):
        with monkeypatch.context() as patch:
            patch.setattr(client, "set_registered_model_alias", killed)
            with pytest.raises(KeyboardInterrupt):
                command(judged, NAME)
        assert champion(judged) == "2"
    assert shelf.rollback(judged, NAME).version == "1"


def test_a_champion_whose_file_is_gone_does_not_come_back(judged: Site) -> None:
    shelf.promote(judged, NAME, "1")
    shelf.promote(judged, NAME, "2")
    (judged.artefacts / NAME / "run" / "artifacts" / "model" / models.MODEL_FILE).write_bytes(b"x")
    with pytest.raises(ModelError, match=r"version 1: .* is not the file that was registered"):
        shelf.rollback(judged, NAME)
    assert champion(judged) == "2"


def test_a_challenger_is_set_and_taken_away_and_never_the_champion(judged: Site) -> None:
    shelf.promote(judged, NAME, "1")
    givens = ("challenger", "shadow_share")
    today = datetime(2026, 11, 1, tzinfo=UTC).date()
    assert Givens(judged, today).is_idle(givens)
    with pytest.raises(ModelError, match="version 1 is the champion and casts the shadow"):
        shadow.start(judged, NAME, "1")
    with pytest.raises(ModelError, match="no version of counterfeit scores in the shadow"):
        shadow.shown(judged, NAME)

    begun = shadow.start(judged, NAME, None)
    assert (begun.version, begun.is_new, shadow.start(judged, NAME, None).is_new) == (
        "3",
        True,
        False,
    )
    assert Givens(judged, today).take(givens)["challenger"].version == "3"
    assert "10 % of the listings in the shadow" in watching_told.shadow(begun)
    with pytest.raises(ModelError, match="version 3 of counterfeit has scored nothing yet"):
        shadow.shown(judged, NAME)

    shelf.promote(judged, NAME, "3")
    assert models.challenger(judged) is None
    (row,) = [one for one in shelf.listed(judged) if one.champion]
    assert (row.version, row.champion) == ("3", CHAMPION)

    shadow.start(judged, NAME, "2")
    assert (shadow.stop(judged, NAME).is_new, shadow.stop(judged, NAME).is_new) == (True, False)
    assert Givens(judged, today).is_idle(givens)
    assert all(CHALLENGER not in one.aliases for one in models.shelf(judged))


def test_what_a_challenger_would_change_is_counted() -> None:
    by = {"platform": "a", "brand": None, "model_name": NAME, "model_version": "1"}
    by |= {"shadow_name": NAME, "shadow_version": "2"}
    points = [(90.0, 95.0), (90.0, 40.0), (10.0, 85.0), (20.0, 20.0)]
    rows = pl.DataFrame(
        [
            by | {"listing_key": f"a:{at}", "suspicion": own, "shadow_suspicion": other}
            for at, (own, other) in enumerate(points)
        ],
        schema_overrides={"brand": pl.String},
    )
    found = shadow.compared(rows)
    assert (found.listings, found.agreement, found.gained, found.lost) == (4, 0.5, 1, 1)
    assert found.mean_difference == 7.5
    assert [one.listing_key for one in found.moved] == ["a:2", "a:1"]  # the farthest first
    assert (found.champion, found.challenger) == ("counterfeit 1", "counterfeit 2")
    assert "1 would get a red flag, 1 would lose it" in watching_told.compared(found)
    assert msgspec.json.decode(msgspec.json.encode(found))["challenger"] == "counterfeit 2"
