"""A machine that cannot: full disk, folders that cannot be written, wrong YAML; told in a line."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conf.errors import CrawlError, LakeError
from crawler.commit import Committer
from crawler.frontier.store import Acks, Store
from crawler.packs import PackWriter
from crawler.spool import Sealed, Spool

FULL = 60_000  # bytes of a file, after which the disk takes no more


def limited(code: str, *arguments: object, limit: int = FULL) -> subprocess.CompletedProcess[str]:
    """Run Python in a process whose files can grow to a limit, as on a disk that is full then."""
    import signal
    import sys

    def limit_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails, as with a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        preexec_fn=limit_files,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


MAIN = "import sys; from conf.cli import main; sys.argv[0] = 'countermark'; main()"


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that failed said."""
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_disk_that_fills_stops_the_crawl_and_it_goes_on(
    shop: Any, crawls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawls.add(shop)
    for name, value in crawls.environment().items():
        monkeypatch.setenv(name, value)
    said = one_line(limited(MAIN, "crawl", "run", "--now", crawls.now, limit=20_000))
    assert "cannot be " in said
    assert str(crawls.home) in said
    assert "again" in said
    crawls.run()
    assert sorted(crawls.frame("observations")["listing_id"]) == shop.listings
    assert crawls.frame("images").height == 12


PACKING = """
import os, sys
from pathlib import Path
from conf.errors import CrawlError
from crawler.packs import PackWriter
writer = PackWriter(Path(sys.argv[1]), "c1")
try:
    while True:
        slot = writer.append(os.urandom(9_000))
        print(slot.offset, slot.length)
except CrawlError as error:
    sys.exit(str(error))
"""


def test_a_pack_on_a_full_disk(tmp_path: Path) -> None:
    done = limited(PACKING, tmp_path)
    said = one_line(done)
    assert "00001.pack" in said
    assert "File too large" in said
    assert len(done.stdout.splitlines()) == FULL // 9_000
    whole = sum(int(line.split()[1]) for line in done.stdout.splitlines())
    assert (tmp_path / "c1" / "00001.pack").stat().st_size >= whole


COMMITTING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from conf.errors import LakeError
from crawler.commit import Committer
from crawler.items import Observation
from crawler.rows import Stamp, digest, observation_row
at = datetime(2026, 11, 1, 6, tzinfo=UTC)
stamp = Stamp(platform="shop", at=at, source="crawl", source_name="c1", parser="shop/1")
def row(number):
    text = "".join(digest(number, part) for part in range(100))
    return observation_row(Observation(listing_id=str(number), url="u", title_text=text), stamp)
try:
    with Committer(Path(sys.argv[1]), "crawl") as committer:
        committer.commit({"observations": [row(1)]}, 1)
        committer.commit({"observations": [row(number) for number in range(50)]}, 2)
except LakeError as error:
    sys.exit(str(error))
"""


def test_a_table_on_a_full_disk_keeps_what_it_had(tmp_path: Path) -> None:
    import polars as pl

    done = limited(COMMITTING, tmp_path / "lake")
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]  # above it, the writer's own words of a write that failed
    assert str(tmp_path / "lake" / "observations") in said
    assert "run the same command again" in said
    assert pl.read_delta(str(tmp_path / "lake" / "observations")).height == 1


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """A place where no folder can be made: a file is there."""
    path = tmp_path / "blocked"
    path.write_text("a file")
    return path


WRITERS: dict[str, Callable[[Path], object]] = {
    "spool": Spool,
    "frontier": lambda path: Store(path / "crawl.sqlite"),
    "packs": lambda path: PackWriter(path, "c1").append(b"body"),
    "lake": lambda path: Committer(path, "crawl").hold(["refused"]),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_cannot_be_written(name: str, blocked: Path) -> None:
    with pytest.raises((CrawlError, LakeError)) as told:
        WRITERS[name](blocked)
    said = str(told.value)
    assert str(blocked) in said
    assert len(said.splitlines()) == 1
    assert "; " in said  # what to do comes behind it


def test_a_spool_that_goes_away(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    (tmp_path / "spool").rmdir()
    with pytest.raises(CrawlError, match="goes on from here"):
        spool.seal(Sealed(1, "c1", Acks(), {}))


def test_a_frontier_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "crawl.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CrawlError, match="remove the file to crawl anew"):
        Store(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("name: [", "is not YAML"),
        ("nmae: bazaar", "unknown field"),
        ("kinds: {listing: '('}", "no regular expression"),
        ("kinds: {listing: '/item/x'}", "needs a group"),
        ("pages: nowhere", "there is no page module 'nowhere'"),
        ("politeness: {concurrency: many}", "politeness.concurrency"),
        ("discovery: {categories: ['http://elsewhere.example/']}", "is not on its hosts"),
    ],
)
def test_a_wrong_platform_file_is_named(shop: Any, crawls: Any, change: str, says: str) -> None:
    crawls.add(shop)
    path = crawls.platforms / "bazaar.yaml"
    key = change.partition(":")[0]
    kept = [text for text in _blocks(path.read_text()) if not text.startswith(f"{key}:")]
    path.write_text("".join(kept) + change + "\n")
    process = crawls.start()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1, err
    assert says in err
    assert "bazaar" in err
    assert shop.asked == []


def _blocks(text: str) -> list[str]:
    """The top-level fields of a YAML file, each with what is indented below it."""
    found: list[str] = []
    for row in text.splitlines(keepends=True):
        if row[:1] in {" ", "-"} and found:
            found[-1] += row
        else:
            found.append(row)
    return found


def test_a_wrong_platform_file_costs_no_other_platform(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    (crawls.platforms / "wrong.yaml").write_text("name: wrong\n")
    process = crawls.start()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1
    assert "wrong.yaml" in err
    assert crawls.frame("observations").height == 12


def test_an_unknown_platform_is_told_with_those_that_are_there(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    process = crawls.start("bazar")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "bazar.yaml is missing; there are: bazaar" in err
