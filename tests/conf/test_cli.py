"""The front door: what a user can mend is one line and status 1, whatever the group."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COUNTERMARK = Path(sys.executable).parent / "countermark"


def countermark(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COUNTERMARK, *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_and_version() -> None:
    assert countermark("--help").stdout == countermark().stdout
    assert countermark("--help").stdout.startswith("Usage: countermark GROUP VERB")
    assert countermark("--version").stdout.count(".") == 2


def test_an_unknown_group_is_told_with_those_that_are() -> None:
    done = countermark("craw1")
    assert done.returncode == 2
    assert done.stderr.startswith("countermark: there is no group 'craw1'\n")
    assert "  crawl " in done.stderr


def test_what_can_be_mended_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    for words, environment in (
        (("lake", "tables"), {"COUNTERMARK_SITE": "moon"}),
        (("lake", "show", "listings"), {"COUNTERMARK_HOME": str(tmp_path)}),
        (("crawl", "run", "nowhere"), {"COUNTERMARK_HOME": str(tmp_path)}),
        (("crawl", "run", "--now", "today"), {"COUNTERMARK_HOME": str(tmp_path)}),
        (("job", "run", "nothing"), {"COUNTERMARK_HOME": str(tmp_path)}),
    ):
        done = countermark(*words, **environment)
        assert done.returncode == 1, words
        assert done.stdout == ""
        assert done.stderr.startswith("countermark: ")
        assert done.stderr.count("\n") == 1
