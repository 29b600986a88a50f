"""A file comes once; an import killed anywhere and run again gives the rows of one clean import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.feeds.conftest import NOW, changed, json_lines

LINES = [{"id": str(at), "title": "x"} if at % 7 else {"title": "no id"} for at in range(400)]
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import msgspec
from conf.site import site
from crawler.commit import Committer
from crawler.feeds.batches import Pace
from crawler.feeds.importing import Notes, When, Wish, import_all
from crawler.feeds import importing
from tests.crawler.feeds.conftest import LISTINGS, NOW

home, path, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
calls = {"append": 0, "note": 0}
def die_at(what, number):
    calls[what] += 1
    if moment == f"{what} {number}":
        os.kill(os.getpid(), signal.SIGKILL)
class Mortal(Committer):
    def _append(self, name, rows, seq):
        die_at("append", calls["append"] + 1)
        return super()._append(name, rows, seq)
class MortalNotes(Notes):
    def write(self, sha256, note):
        die_at("note", calls["note"] + 1)
        super().write(sha256, note)
importing.Committer, importing.Notes = Mortal, MortalNotes
place = msgspec.structs.replace(site(), home=home)
when = When(datetime.now(NOW.tzinfo))
list(import_all(place, [Wish(path, LISTINGS)], when, pace=Pace(100)))
"""
# Four batches, each of rows and then of refusals; a note before the first and after the last.
MOMENTS = ["note 1", *[f"append {at}" for at in range(1, 9)], "note 2"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment(lake: Any, moment: str) -> None:
    """Even without a --now: the time of the first try is that of all its rows."""
    content = json_lines(*LINES)
    path = lake.folder / "file"
    path.write_bytes(content)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, lake.site.home, path, moment], check=False,
        capture_output=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr
    told = lake.send(content, rows=100)
    assert (told.state, told.read, told.known + told.taken) == ("imported", 400, 342)
    for table, ids, count in (("observations", "observation_id", 342), ("refused", "place", 58)):
        frame = lake.frame(table)
        assert (frame.height, frame[ids].n_unique()) == (count, count)
    assert lake.frame("observations")["observed_at"].n_unique() == 1
    assert lake.send(content).state == "imported before"


def test_the_same_file_twice_adds_nothing(lake: Any) -> None:
    first = lake.send(json_lines(*LINES), name="a")
    version = lake.frame("observations").height
    again = lake.send(json_lines(*LINES), name="b", now=NOW.replace(day=5))
    assert (first.taken, again.state, again.taken) == (342, "imported before", 0)
    assert again.note == "came on 2026-11-01 06:00 UTC as a"
    assert lake.frame("observations").height == version


def test_a_changed_file_adds_what_is_new(lake: Any) -> None:
    rows = [{"id": str(at), "seen": "2026-10-01"} for at in range(5)]
    lake.send(json_lines(*rows))
    told = lake.send(json_lines(*rows, {"id": "9", "seen": "2026-10-02"}), now=NOW.replace(day=5))
    assert (told.taken, told.known) == (1, 5)
    assert len(lake.rows()) == 6


def test_a_row_that_stands_twice_in_a_file_is_taken_once(lake: Any) -> None:
    told = lake.send(json_lines(*[{"id": "1"}, {"id": "2"}] * 50), rows=10)
    assert (told.read, told.taken, told.known) == (100, 2, 98)


def test_a_mended_mapping_reads_a_file_again(lake: Any) -> None:
    rows = json_lines({"id": "1", "name": "x"})
    lake.send(rows)
    mended = changed(fields={"listing_id": "id", "title_text": "name"}, version=2)
    assert lake.send(rows, mended).taken == 1
    assert lake.rows("observations", "parser", "title_text") == [
        ("feed:shop_listings/1", None),
        ("feed:shop_listings/2", "x"),
    ]


def test_a_lake_that_was_removed_is_filled_again(lake: Any) -> None:
    lake.send(json_lines(*LINES))
    shutil.rmtree(lake.site.lake)
    assert lake.send(json_lines(*LINES)).taken == 342


def test_two_files_of_one_feed_half_imported_in_turn(lake: Any) -> None:
    """What one of them wrote does not make the other's batches look done."""
    for name in ("a", "b"):
        path = lake.folder / name
        path.write_bytes(json_lines(*LINES, {"id": name}))
        subprocess.run(
            [sys.executable, "-c", KILLED, lake.site.home, path, "append 5"], check=False,
            capture_output=True, cwd=Path(__file__).parents[3],
        )  # fmt: skip
    assert len(lake.rows()) == 2 * 171
    for name in ("a", "b"):
        assert lake.send(json_lines(*LINES, {"id": name}), rows=100).taken == 172
    assert len(lake.rows()) == 2 * 343
    assert len(lake.rows("refused")) == 2 * 58
