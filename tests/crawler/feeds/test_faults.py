"""Bad rows, bad bytes, bad files: each is refused with its line and reason; the rest is taken."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.errors import FeedError, LakeError
from conf.site import Site
from crawler.commit import Committer
from crawler.feeds import csv_rows, json_rows, opened
from crawler.feeds.batches import records
from crawler.feeds.faults import Broken, Record
from crawler.feeds.importing import When, Wish, import_all
from crawler.feeds.kept import looked_at
from tests.crawler.feeds.conftest import (
    COMPRESSED,
    LISTINGS,
    NOW,
    Lake,
    changed,
    json_lines,
    parquet,
)

CSV = changed(format="csv", fields={"listing_id": "id", "title_text": "title", "url": "url"})
GOOD = b'{"id": "1", "title": "good"}\n'
BAD_LINES = {
    b"{": "bad_json",
    b"[1]": "bad_json",
    b'"text"': "bad_json",
    b"null": "bad_json",
    b'{"id": NaN}': "bad_json",
    b'{"id": "\\ud800"}': "bad_json",
    b'{"id": "2", "title": ' + b"[" * 5000 + b"]" * 5000 + b"}": "bad_json",
    b'{"id": "2", "title": "\xff\xfe"}': "bad_encoding",
    b'{"id": "2", "title": {"a": 1}}': "bad_field",
    b'{"id": "2", "images": {"a": 1}}': "bad_field",
    b'{"id": "2", "images": "[1"}': "bad_field",
    b'{"id": "2", "images": 7}': "bad_field",
    b'{"id": ""}': "no_id",
    b'{"title": "x"}': "no_id",
    b'{"id": "a\\u0000b"}': "bad_id",
    b'{"id": "' + b"9" * 600 + b'"}': "bad_id",
    b'{"id": "2", "seen": "yesterday"}': "bad_time",
    b'{"id": "2", "seen": "0001-01-01"}': "bad_time",
    b'{"id": "2", "seen": 1e300}': "bad_time",
    b'{"id": "2", "title": "' + b"x" * json_rows.LONGEST_BYTES + b'"}': "too_large",
}


@pytest.mark.parametrize(("line", "reason"), BAD_LINES.items(), ids=lambda one: str(one)[:30])
def test_a_bad_line_is_refused_alone(lake: Any, line: bytes, reason: str) -> None:
    told = lake.send(GOOD + line + b"\n" + GOOD.replace(b"1", b"3"), name="lines.jsonl")
    assert lake.rows("observations", "listing_id") == ["1", "3"]
    assert told.refused == {reason: 1}
    (row,) = lake.rows("refused")
    assert (row["stage"], row["reason"], row["source_name"], row["platform"]) == (
        "feed",
        reason,
        "shop_listings",
        "shop",
    )
    assert row["place"] == f"lines.jsonl ({told.sha256[:12]}) line 2"
    assert 5 < len(row["detail"]) <= 300


BAD_CSV = {
    b"2,x": "bad_row",
    b"2,x,,y": "bad_row",
    b'2,"x"y,': "bad_row",
    b'2,"never closed,': "bad_row",
    b"2,\xff\xfe,": "bad_encoding",
    b"2,x,ftp://a.example/": "bad_url",
    b"2," + b"x" * csv_rows.LONGEST_CHARS + b",": "too_large",
}


@pytest.mark.parametrize(("line", "reason"), BAD_CSV.items(), ids=lambda one: str(one)[:30])
def test_a_bad_csv_line_is_refused_alone(lake: Any, line: bytes, reason: str) -> None:
    told = lake.send(b'id,title,url\n1,"two\nlines",\n' + line + b"\n3,c,\n4,d,", CSV)
    assert lake.rows("observations", "listing_id", "title_text") == [
        ("1", "two\nlines"),
        ("3", "c"),
        ("4", "d"),
    ]
    assert told.refused == {reason: 1}
    assert [place[-6:] for place in lake.rows("refused", "place")] == ["line 4"]


UNREADABLE = {
    "no header": (CSV, b"", "it has no header"),
    "a header twice": (CSV, b"id,title,title\n", "its header names title twice"),
    "the wrong delimiter": (CSV, b";".join([b"field"] * 20), "is ',' the delimiter?"),
    "Parquet as CSV": (CSV, parquet([{"id": "1"}]), "it is a Parquet file"),
    "text as Parquet": (changed(format="parquet"), b"id,title", "it is no Parquet file"),
    "a torn footer": (changed(format="parquet"), parquet([{"id": "1"}])[:-9], "no Parquet file"),
    "half a gzip header": (CSV, b"\x1f\x8b\x08", "it is damaged"),
    "no zstd": (CSV, b"\x28\xb5\x2f\xfd" + b"\xff" * 60, "it is damaged"),
    "no xz": (CSV, b"\xfd7zXZ\x00" + b"\xff" * 60, "it is damaged"),
    "no bzip2": (CSV, b"BZh9" + b"\xff" * 60, "it is damaged"),
}


@pytest.mark.parametrize("how", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_whole(lake: Any, how: str) -> None:
    feed, content, said = UNREADABLE[how]
    for _ in range(2):
        told = lake.send(content, feed)
        assert (told.state, told.read, told.taken) == ("unreadable", 0, 0)
        assert said in told.note
    (row,) = lake.rows("refused")
    assert (row["reason"], row["place"]) == ("bad_file", f"file ({told.sha256[:12]})")


@pytest.mark.parametrize("ending", [ending for ending in COMPRESSED if ending])
def test_a_torn_file_gives_what_it_has(lake: Any, ending: str) -> None:
    lines = json_lines(*({"id": str(at), "title": os.urandom(40).hex()} for at in range(15_000)))
    told = lake.send(COMPRESSED[ending](lines)[:-2000], rows=1500)
    assert 500 < told.taken < 15_000
    assert told.state == "imported"
    assert set(told.refused) <= {"damaged", "bad_json"}
    assert told.refused["damaged"] == 1


def test_frames_one_after_the_other_are_one_file(lake: Any) -> None:
    for name, compress in COMPRESSED.items():
        parts = [compress(json_lines({"id": f"{name}{at}"})) for at in range(3)]
        assert lake.send(b"".join(parts), name="f" + name).taken == 3


def test_a_bomb_is_stopped(lake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "FREE_BYTES", 1_000_000)
    for compress in (gzip.compress, zstandard.compress):
        told = lake.send(compress(json_lines({"id": "1"}) + (b" " * 999 + b"\n") * 50_000))
        assert (told.read, told.refused) == (2, {"too_large": 1})


def test_a_damaged_row_group_costs_its_rows_alone(lake: Any) -> None:
    content = bytearray(
        parquet([{"id": f"id-{at:05}"} for at in range(3000)], row_group_size=1000,
                compression="NONE", use_dictionary=False)
    )  # fmt: skip
    at = content.index(b"id-01500")
    content[at - 4 : at] = b"\xff\xff\xff\x7f"  # the length of that text
    told = lake.send(bytes(content), changed(format="parquet", fields={"listing_id": "id"}))
    assert told.refused == {"bad_parquet": 1}
    ids = lake.rows("observations", "listing_id")
    assert {f"id-{at:05}" for at in (*range(1000), *range(2000, 3000))} <= set(ids)
    assert "id-01500" not in ids


def test_a_time_after_now_is_refused_if_now_was_given(lake: Any) -> None:
    rows = json_lines(
        {"id": "1", "seen": "2026-11-02T05:59:59Z"}, {"id": "2", "seen": "2027-01-01"}
    )
    assert lake.send(rows, is_now_given=True).refused == {"bad_time": 1}


def test_a_file_that_is_not_there_stops_all(site: Site, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_bytes(GOOD)
    wishes = [Wish(there, LISTINGS), Wish(tmp_path / "gone", LISTINGS)]
    with pytest.raises(FeedError, match="gone: there is no such file"):
        list(import_all(site, wishes, When(NOW)))
    assert not site.lake.exists()


def test_a_table_that_another_holds_is_told(lake: Any) -> None:
    with Committer(lake.site.lake, "crawl") as other:
        other.hold(["observations"])
        with pytest.raises(LakeError, match="observations is being written by crawl"):
            lake.send(GOOD)
    assert lake.send(GOOD).taken == 1


@given(lines=st.lists(st.binary(max_size=60).filter(lambda b: b"\n" not in b), max_size=8))
@settings(max_examples=150, deadline=None)
def test_every_json_line_is_a_row_or_a_refusal(lines: list[bytes]) -> None:
    import io

    found = list(json_rows.records(io.BytesIO(b"\n".join([GOOD.strip(), *lines])), ["id", "a.b"]))
    assert (found[0].line, found[0].values) == (1, ("1", None))
    assert all(isinstance(one, Record | Broken) for one in found)
    assert len({one.line for one in found}) == len(found) <= len(lines) + 1


@given(body=st.text(alphabet='a,"\n\r;é\x00 ', max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_csv_line_is_in_a_row_or_a_refusal(body: str) -> None:
    import io

    content = f"x,y\n{body}\n\nlast,row".encode()
    found = list(csv_rows.records(io.BytesIO(content), ["y", "x"], ",", "utf-8"))
    assert [one.line for one in found] == sorted({one.line for one in found})
    assert found[-1] == Record(found[-1].line, 8, ("row", "last"))


@given(
    title=st.text(max_size=50).filter(lambda text: bool(text.strip())),
    images=st.lists(st.text(min_size=1, max_size=20).filter(lambda text: text == text.strip())),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_row_holds_comes_back_as_it_was(
    site: Site, tmp_path: Path, title: str, images: list[str]
) -> None:
    lake = Lake(site, tmp_path)
    key = os.urandom(8).hex()
    told = lake.send(json_lines({"id": key, "title": title, "images": images}))
    assert told.taken == 1
    (row,) = (row for row in lake.rows() if row["listing_id"] == key)
    assert (row["title_text"], row["image_urls"]) == (title, images)


def test_the_rows_of_a_file_are_read_in_bounded_memory(tmp_path: Path) -> None:
    """Rows come one by one: the first is there before the rest of the file is."""
    path = tmp_path / "endless"
    path.write_bytes(gzip.compress(GOOD * 300_000))
    rows = records(LISTINGS, looked_at(path))
    assert isinstance(next(rows), Record)
