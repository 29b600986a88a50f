"""A lake and a spool of before the contracts grew go on in the same place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from conf import contract, merkle
from conf.errors import LakeError
from crawler.capture import Fetched, capture_row
from crawler.commit import Committer
from crawler.conform import conform
from crawler.packs import Slot

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
NEW = {
    "listing_key", "answered_at", "clock_offset_s", "redirects", "certificate_chain_sha256",
    "batch_id",
}  # fmt: skip


def row(number: int) -> dict[str, Any]:
    fetched = Fetched(
        requested_url=f"http://x/{number}",
        url=f"http://x/{number}",
        status=200,
        request_headers=(),
        response_headers=(("Date", "Sun, 01 Nov 2026 06:00:00 GMT"),),
        body=b"x",
        body_sha256="ab" * 32,
        answered_at=AT,
        redirects=((302, "http://x/0"),),
        certificate_chain_sha256=("cd" * 32,),
    )
    return capture_row("x", "listing", fetched, AT, "c1", Slot("c1/1.pack", number, 9))


def before(numbers: range) -> pa.Table:
    """Captures as a version that knew fewer columns made them."""
    whole = conform({"captures": [row(number) for number in numbers]}, "c1")["captures"]
    return whole.drop_columns(sorted(NEW))


def test_a_table_of_before_gets_the_columns_and_keeps_its_rows(tmp_path: Path) -> None:
    write_deltalake(str(tmp_path / "captures"), before(range(2)), partition_by=["fetched_on"])
    with Committer(tmp_path, "crawl") as committer:
        assert committer.commit({"captures": [row(5)]}, 1)["captures"] == 1
    with Committer(tmp_path, "crawl") as committer:
        assert committer.commit({"captures": [row(6)]}, 2)["captures"] == 1
    found = pl.read_delta(str(tmp_path / "captures")).sort("requested_url")
    assert set(found.columns) == set(contract.table("captures").names)
    assert found["batch_id"].to_list() == [None, None, "crawl:1", "crawl:2"]
    assert found["clock_offset_s"].to_list() == [None, None, 0.0, 0.0]
    assert found["certificate_chain_sha256"].to_list()[1:3] == [None, ["cd" * 32]]


def test_a_batch_that_was_sealed_before_is_brought_whole(tmp_path: Path) -> None:
    with Committer(tmp_path, "crawl") as committer:
        made = committer.commit_arrow({"captures": before(range(3))}, 4)
        assert made == {"batches": 1, "captures": 3}
        assert committer.next_seq(["captures"]) == 5
    rows = pl.read_delta(str(tmp_path / "captures")).to_dicts()
    (batch,) = pl.read_delta(str(tmp_path / "batches")).to_dicts()
    assert {one["batch_id"] for one in rows} == {batch["batch_id"]} == {"crawl:4"}
    leaves = [merkle.leaf(merkle.leaf_text(one)) for one in rows]
    assert sorted(leaves) == sorted(batch["leaves_sha256"])
    assert batch["leaf_count"] == 3


def test_a_root_stands_for_a_batch_whose_captures_came_later(tmp_path: Path) -> None:
    """Killed between the two tables: the same batch is brought again and completes them."""
    whole = conform({"captures": [row(1), row(2)]}, "crawl")
    with Committer(tmp_path, "crawl") as committer:
        committer.commit_arrow(whole, 1)
    root = pl.read_delta(str(tmp_path / "batches"))["root_sha256"].to_list()
    table = DeltaTable(str(tmp_path / "captures"))
    assert table.history(1)[0]["merkle_root"] == root[0]
    other = tmp_path / "other"
    with Committer(other, "crawl") as committer:
        committer.commit_arrow({"captures": whole["captures"]}, 1)
        made = committer.commit_arrow(whole, 1)
    assert set(made.values()) == {0}
    assert pl.read_delta(str(other / "batches"))["root_sha256"].to_list() == root


@pytest.mark.parametrize(
    ("name", "made", "said"),
    [
        ("status", pa.array(["200", "200"]), "status is string, not int32"),
        ("tool", None, "tool is missing"),
    ],
)
def test_a_table_that_cannot_grow_is_told(
    tmp_path: Path, name: str, made: pa.Array | None, said: str
) -> None:
    rows = before(range(2)).drop_columns([name])
    rows = rows if made is None else rows.append_column(name, made)
    write_deltalake(str(tmp_path / "captures"), rows)
    with Committer(tmp_path, "crawl") as committer, pytest.raises(LakeError, match=said):
        committer.hold(["captures"])
