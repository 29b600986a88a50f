from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable

from conf.errors import LakeError
from crawler.commit import Committer
from crawler.conform import conform
from crawler.frontier.store import Acks, Done
from crawler.items import Observation, Refused
from crawler.rows import Stamp, observation_row, refused_row
from crawler.spool import Sealed, Spool

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)


def row(listing_id: str = "1", **shown: Any) -> dict[str, Any]:
    stamp = Stamp(platform="shop", at=AT, source="crawl", source_name="c1", parser="shop/1")
    return observation_row(
        Observation(listing_id=listing_id, url=f"http://x/{listing_id}", **shown), stamp
    )


def ids(root: Path) -> list[str]:
    return sorted(pl.read_delta(str(root / "observations"))["listing_id"])


def test_a_batch_that_comes_twice_is_written_once(tmp_path: Path) -> None:
    with Committer(tmp_path, "crawl") as committer:
        assert committer.commit({"observations": [row("1"), row("2")]}, 1) == {"observations": 2}
        assert committer.commit({"observations": [row("1"), row("2")]}, 1) == {"observations": 0}
    with Committer(tmp_path, "crawl") as again:
        assert again.commit({"observations": [row("1"), row("2")]}, 1) == {"observations": 0}
        assert again.next_seq(["observations"]) == 2
        assert again.commit({"observations": [row("3")]}, 2) == {"observations": 1}
        assert again.commit({"observations": [row("1")]}, 1) == {"observations": 0}
    assert ids(tmp_path) == ["1", "2", "3"]


def test_each_application_counts_for_itself(tmp_path: Path) -> None:
    with Committer(tmp_path, "crawl") as crawl:
        crawl.commit({"observations": [row("1")]}, 7)
    with Committer(tmp_path, "feed:partner") as feed:
        assert feed.commit({"observations": [row("2")]}, 1) == {"observations": 1}
    assert ids(tmp_path) == ["1", "2"]


def test_a_batch_that_reached_half_of_its_tables_is_completed(tmp_path: Path) -> None:
    refused = Refused(stage="fetch", place="http://x/9", reason="http_500", detail="it failed")
    whole = {
        "observations": [row("1")],
        "refused": [refused_row(refused, "c1", AT, "shop")],
    }
    with Committer(tmp_path, "crawl") as committer:
        committer.commit({"observations": whole["observations"]}, 1)
        assert committer.commit(whole, 1) == {"observations": 0, "refused": 1}


def test_what_breaks_its_contract_is_refused_and_the_rest_is_written(tmp_path: Path) -> None:
    bad = row("2") | {"title_text": 5}
    worse = row("3") | {"content_sha256": "no digest"}
    stray = row("4") | {"source": "rumour"}
    with Committer(tmp_path, "crawl") as committer:
        counts = committer.commit({"observations": [row("1"), bad, worse, stray]}, 1)
    assert counts == {"observations": 1, "refused": 3}
    refused = pl.read_delta(str(tmp_path / "refused")).sort("place")
    assert refused["stage"].unique().to_list() == ["check"]
    assert refused["refused_on"].unique().to_list() == [date(2026, 11, 1)]
    assert refused["detail"].to_list() == [
        "observations.title_text is a int",
        "observations.content_sha256 does not match ^[0-9a-f]{64}$",
        "observations.source is 'rumour', not one of crawl, extract, feed, replay",
    ]


def test_bronze_keeps_the_plain_protocol_and_is_parted_by_day(tmp_path: Path) -> None:
    with Committer(tmp_path, "crawl") as committer:
        committer.commit({"observations": [row("1")]}, 1)
    table = DeltaTable(str(tmp_path / "observations"))
    protocol = table.protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
    assert table.metadata().partition_columns == ["observed_on"]
    assert "ZSTD" in str(_compression(table))


def _compression(table: DeltaTable) -> Any:
    import pyarrow.parquet as pq

    (file,) = table.file_uris()
    return pq.ParquetFile(file).metadata.row_group(0).column(0).compression


def test_two_committers_at_once_are_told_apart(tmp_path: Path) -> None:
    with (
        Committer(tmp_path, "crawl") as first,
        Committer(tmp_path, "feed") as second,
    ):
        first.hold(["observations"])
        with pytest.raises(LakeError, match=r"being written by crawl \(process \d+\)"):
            second.hold(["observations"])
        first.close()
        second.hold(["observations"])


def test_a_lock_does_not_outlive_its_process(tmp_path: Path) -> None:
    code = (
        "import os, pathlib; from crawler.commit import Committer; "
        f"Committer(pathlib.Path({str(tmp_path)!r}), 'dead').hold(['refused']); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    with Committer(tmp_path, "alive") as committer:
        committer.hold(["refused"])


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    root.write_text("a file")
    with pytest.raises(LakeError, match="mend that and run the same command again"):
        Committer(root, "crawl").hold(["refused"])


def test_a_sealed_batch_comes_back_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    acks = Acks((Done(4, "shop", "shop.example", "listing", "shop:1"),), ("shop.example",))
    tables = conform({"observations": [row("1", image_urls=("a", "b"))]}, "c1")
    spool.seal(Sealed(3, "c1", acks, tables))
    (back,) = Spool(tmp_path).sealed()
    assert (back.seq, back.crawl_id, back.acks) == (3, "c1", acks)
    assert back.tables["observations"].equals(tables["observations"])
    spool.remove(3)
    assert list(spool.sealed()) == []


def test_a_batch_that_was_not_sealed_is_thrown_away(tmp_path: Path) -> None:
    half = tmp_path / "000000000007.part"
    half.mkdir()
    (half / "observations.arrow").write_bytes(b"ARROW1 and then the power went")
    assert list(Spool(tmp_path).sealed()) == []
    assert not half.exists()


def test_a_torn_sealed_batch_is_told(tmp_path: Path) -> None:
    from conf.errors import CrawlError

    spool = Spool(tmp_path)
    spool.seal(Sealed(1, "c1", Acks(), conform({"observations": [row("1")]}, "c1")))
    file = tmp_path / "000000000001" / "observations.arrow"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(CrawlError, match="cannot be read"):
        list(spool.sealed())
