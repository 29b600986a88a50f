"""What a home has served outlives the process that served it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf.errors import ConfError
from infra.sandbox.served import Served, asked, note, served


def test_days_gather_and_another_world_begins_anew(tmp_path: Path) -> None:
    for day in (1, 3, 3, 2):
        note(tmp_path, 5, 80, day)
    assert served(tmp_path) == Served(5, 80, (1, 2, 3))
    note(tmp_path, 6, 80, 4)
    assert served(tmp_path) == Served(6, 80, (4,))
    assert [path.name for path in (tmp_path / "sandbox").iterdir()] == ["world.json"]


def test_a_broken_note_counts_as_none(tmp_path: Path) -> None:
    note(tmp_path, 5, 80, 1)
    (tmp_path / "sandbox" / "world.json").write_bytes(b'{"seed":')
    with pytest.raises(
        ConfError, match=r"no sandbox has been up in .*--seed, --listings and --day"
    ):
        served(tmp_path)


def test_what_is_named_wins_over_what_was_served(tmp_path: Path) -> None:
    assert asked(tmp_path, 1, 50, (2, 1, 2)) == Served(1, 50, (1, 2))
    with pytest.raises(ConfError, match="no sandbox has been up"):
        asked(tmp_path, 1, 50, ())
    note(tmp_path, 5, 80, 1)
    assert asked(tmp_path, None, None, ()) == Served(5, 80, (1,))
    assert asked(tmp_path, 9, None, ()) == Served(9, 80, (1,))
    with pytest.raises(ConfError, match="no day 0"):
        asked(tmp_path, 1, 50, (0,))
