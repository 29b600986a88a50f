"""Bronze in a bucket: each batch once, whoever is killed and however many write at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conf.errors import LakeError
from conf.place import Place, S3Path, options
from conf.site import PROJECT, Site
from crawler.commit import Committer
from crawler.feeds.batches import Pace
from crawler.feeds.importing import When, Wish, import_all
from crawler.lake import scan
from tests.crawler.feeds.conftest import LISTINGS, NOW, json_lines
from tests.crawler.test_commit import row

# Commits batches; holding its table or, as one that was stopped for longer than its lease, not.
WRITER = """
import sys
from conf.place import place
from crawler import commit
from tests.crawler.test_commit import row
root, app, name, batches, is_held = sys.argv[1:]
if is_held == "no":
    commit.Committer._lock = lambda self, name: None
with commit.Committer(place(root), app) as committer:
    committer.hold(["observations"])
    print("ready", flush=True)
    sys.stdin.readline()
    for seq in range(1, int(batches) + 1):
        try:
            committer.commit({"observations": [row(f"{name}-{seq}-{n}") for n in range(3)]}, seq)
        except commit.LakeError as error:
            print(error, flush=True)
            sys.exit(3)
        print(seq, flush=True)
"""


def writer(root: S3Path, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), *map(str, given)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)


def begin(writers: Sequence[subprocess.Popen[str]]) -> None:
    """Let them all begin when all are ready."""
    for one in writers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in writers:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()


def seen(root: Place) -> Counter[str]:
    """Give how often each listing is there."""
    found = pl.read_delta(
        str(root / "observations"), storage_options=options(root), credential_provider=None
    )
    return Counter(found["listing_id"])


def rows(name: str, seq: int) -> list[str]:
    return [f"{name}-{seq}-{at}" for at in range(3)]


def test_a_batch_that_comes_twice_is_written_once(bucket: S3Path) -> None:
    whole: dict[str, list[dict[str, Any]]] = {"observations": [row("1"), row("2")]}
    with Committer(bucket, "crawl") as committer:
        assert committer.commit(whole, 1) == {"observations": 2}
        assert committer.commit(whole, 1) == {"observations": 0}
    with Committer(bucket, "crawl") as again:
        assert again.next_seq(["observations"]) == 2
        assert again.commit(whole, 1) == {"observations": 0}
        assert again.commit({"observations": [row("3"), row("4") | {"title_text": 5}]}, 2) == {
            "observations": 1,
            "refused": 1,
        }
    assert seen(bucket) == {"1": 1, "2": 1, "3": 1}
    found = scan(bucket, "refused")
    assert found is not None
    assert found.collect().height == 1
    assert scan(bucket, "captures") is None


def test_a_table_has_one_committer(bucket: S3Path) -> None:
    with Committer(bucket, "crawl") as one:
        one.hold(["observations"])
        with Committer(bucket, "feed") as other:
            with pytest.raises(LakeError, match=r"observations is held by process \d+ on"):
                other.hold(["observations"])
            other.hold(["refused"])
    with Committer(bucket, "feed") as other:
        other.hold(["observations"])


def test_a_committer_that_was_killed_leaves_whole_batches_and_its_place(bucket: S3Path) -> None:
    with writer(bucket, "crawl", "a", 1000, "yes") as killed:
        begin([killed])
        assert killed.stdout is not None
        told = [int(killed.stdout.readline()) for _ in range(3)][-1]
        killed.kill()
    with Committer(bucket, "crawl") as again:
        last = again.next_seq(["observations"]) - 1
        assert last >= told
        again.commit({"observations": [row("next")]}, last + 1)
    assert seen(bucket) == Counter([i for n in range(1, last + 1) for i in rows("a", n)] + ["next"])


def test_what_many_append_at_once_is_there_once(bucket: S3Path) -> None:
    """No lease holds them apart here: the store takes one commit of each version."""
    with Committer(bucket, "first") as first:
        first.hold(["observations"])
    writers = [writer(bucket, f"app-{n}", n, 4, "no") for n in range(4)]
    begin(writers)
    assert [one.wait() for one in writers] == [0] * 4
    assert seen(bucket) == Counter(
        i for name in "0123" for seq in range(1, 5) for i in rows(name, seq)
    )


def test_a_batch_that_several_bring_at_once_is_there_once(bucket: S3Path) -> None:
    with Committer(bucket, "first") as first:
        first.hold(["observations"])
    writers = [writer(bucket, "crawl", "same", 8, "no") for _ in range(3)]
    begin(writers)
    assert {one.wait() for one in writers} <= {0, 3}  # 3: another was faster, and it says so
    found = seen(bucket)
    assert set(found.values()) == {1}
    assert {*rows("same", 1)} <= {*found}


def test_a_feed_comes_once(bucket_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(json_lines(*({"id": str(at), "title": "x"} for at in range(250))))
    for more in ([], [{"id": "new", "title": "y"}]):  # again, and with one row more
        path.write_bytes(path.read_bytes() + json_lines(*more))
        told = list(import_all(bucket_site, [Wish(path, LISTINGS)], When(NOW), pace=Pace(100)))
        assert len(told) == 1
    assert set(seen(bucket_site.lake).values()) == {1}
    assert len(seen(bucket_site.lake)) == 251
