"""Stages run in order; one that tells of a moment runs once."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf.errors import CountermarkError
from infra.stages import Stage, Stages

VERSION = [["--version"]]
WRONG = [["no-such-group"]]  # status 2


def test_a_stage_of_a_moment_is_left_alone_once_it_has_ended(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "stages.txt"
    once = Stage("jobs", "Report the day", VERSION, is_once=True)
    always = Stage("crawl", "Crawl", VERSION)
    Stages({}, ledger).run_all([once, always])
    assert capfd.readouterr().out.count("$ countermark --version") == 2
    ledger.write_text(ledger.read_text() + "[['--ver")  # cut by a kill
    Stages({}, ledger).run_all([once, always])
    said = capfd.readouterr().out
    assert said.count("$ countermark --version") == 1
    assert "Report the day\n  done in an earlier run" in said


def test_what_failed_is_not_taken_for_done(tmp_path: Path) -> None:
    stages = Stages({}, tmp_path / "stages.txt")
    for _ in range(2):
        with pytest.raises(CountermarkError, match="ended with status 2"):
            stages.run_all([Stage("jobs", "Report", WRONG, is_once=True)])


def test_a_status_that_a_stage_calls_fine_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    gate = Stage("gate", "Promote", WRONG, fine=(0, 2))
    Stages({}).run_all([gate, Stage("crawl", "Crawl", VERSION)])
    assert "$ countermark --version" in capfd.readouterr().out
