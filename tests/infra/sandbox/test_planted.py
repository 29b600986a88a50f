"""The truth, shown to people who judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conf.errors import ConfError
from infra.sandbox import cli, planted
from infra.sandbox.served import Served, note
from infra.sandbox.world.markets import MARKETS, PARTNERS

WORLD = Served(5, 200, (1, 2))


def test_it_is_filtered_by_platform_and_kind() -> None:
    every = list(planted.planted(WORLD, None, None))
    assert {one.platform for one in every} == set(MARKETS)
    fakes = list(planted.planted(WORLD, None, "counterfeit"))
    honest = list(planted.planted(WORLD, None, "honest"))
    assert fakes
    assert honest
    assert len(fakes) + len(honest) == len(every)
    tactic = fakes[0].tactic
    assert {one.tactic for one in planted.planted(WORLD, None, tactic)} == {tactic}
    assert {one.platform for one in planted.planted(WORLD, "jishi", None)} == {"jishi"}
    assert {one.platform for one in planted.planted(WORLD, "rialto", None)} == {"rialto"}
    with pytest.raises(ConfError, match=r"no platform 'ebay' .* harbor, .*rialto"):
        list(planted.planted(WORLD, "ebay", None))
    with pytest.raises(ConfError, match=r"of kind 'odd'; there are: .*counterfeit, .*honest"):
        list(planted.planted(WORLD, None, "odd"))


def test_partners_have_their_own_world() -> None:
    found = list(planted.planted(WORLD, PARTNERS[0], None))
    assert 20 < len(found) < 200


def test_the_command_writes_lines_and_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path))
    note(tmp_path, WORLD.seed, WORLD.listings, 1)
    cli.truth(kind="counterfeit", json=True)
    said = capsys.readouterr()
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert rows
    assert all(row["is_counterfeit"] for row in rows)
    assert "neither crawler nor jobs may read it" in said.err
    cli.truth(kind="counterfeit", out=tmp_path / "deep" / "truth.jsonl")
    assert capsys.readouterr().out.startswith(f"{len(rows)} listings written")
    assert [json.loads(line) for line in (tmp_path / "deep" / "truth.jsonl").open()] == rows
    cli.truth()
    assert "day 1: 2026-11-01" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(ConfError, match=r"taken/truth.jsonl cannot be written: .*another --out"):
        planted.write(planted.planted(WORLD, "harbor", None), tmp_path / "taken" / "truth.jsonl")
