"""Packs, captures and batches held against each other: whatever was changed is named."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from deltalake import DeltaTable

from conf import merkle
from conf.errors import LakeError
from jobs.evidence_packs import check_packs
from tests.jobs.conftest import AT
from tests.jobs.seals import sealed

if TYPE_CHECKING:
    from conf.site import Site

Lay, Store = Callable[..., int], Callable[..., dict[str, Any]]
NOISE = b"".join(hashlib.sha256(bytes([one])).digest() for one in range(200))


@pytest.fixture
def captured(lay: Lay, store: Store) -> list[dict[str, Any]]:
    """Five captures in one batch, their bodies in one pack."""
    made = [
        store(NOISE[one:] + b"<p>page</p>" * 40, url=f"http://bazaar.example/{one}")
        | {"batch_id": "crawl:1"}
        for one in range(5)
    ]
    lay("captures", *made)
    lay("batches", sealed(made))
    return made


def test_all_is_right(site: Site, captured: list[dict[str, Any]]) -> None:
    with (site.packs / captured[0]["pack"]).open("ab") as file:
        file.write(b"torn by a kill")
    found = check_packs(site)
    assert (found.packs, found.captures, found.batches, found.faults) == (1, 5, 1, ())
    assert found.unnamed_bytes == 14
    assert found.body_bytes == sum(row["body_bytes"] for row in captured)


@pytest.mark.parametrize("place", [0, 2, 9, 300, -1])
def test_the_pack_the_capture_and_the_byte_are_named(
    site: Site, captured: list[dict[str, Any]], place: int
) -> None:
    row = captured[2]
    pack = site.packs / row["pack"]
    content = bytearray(pack.read_bytes())
    first, after = row["pack_offset"], row["pack_offset"] + row["pack_length"]
    content[first + place if place >= 0 else after + place] ^= 0x55
    pack.write_bytes(content)
    (fault,) = check_packs(site).faults
    assert fault.file == str(pack)
    assert row["capture_id"] in fault.what
    assert fault.byte is not None
    assert first <= fault.byte <= after
    assert f"from byte {first} to {after - 1}" in fault.finding


def test_the_command_says_so_with_status_1(site: Site, captured: list[dict[str, Any]]) -> None:
    pack = site.packs / captured[4]["pack"]
    pack.write_bytes(pack.read_bytes()[:-3])
    ended = subprocess.run(
        [Path(sys.executable).parent / "countermark", "evidence", "verify", "--packs"],
        env={"COUNTERMARK_HOME": str(site.home), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert f"{pack}, byte {captured[4]['pack_offset']}" in ended.stdout
    assert "it ends 3 bytes too early" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "1 faults"


def test_another_body_put_in_place_with_its_row_is_told_by_the_seal(
    site: Site, lay: Lay, captured: list[dict[str, Any]]
) -> None:
    row, body = captured[1], b"<p>I never sold that</p>"
    pack = site.packs / row["pack"]
    offset = pack.stat().st_size
    frame = zstandard.ZstdCompressor().compress(body)
    with pack.open("ab") as file:
        file.write(frame)
    own = {"body_sha256": hashlib.sha256(body).hexdigest(), "body_bytes": len(body)}
    captured[1] = row | own | {"pack_offset": offset, "pack_length": len(frame)}
    lay("captures", *captured)
    said = [str(one) for one in check_packs(site).faults]
    assert any(f"the row of capture {row['capture_id']} is not the one" in one for one in said)
    assert any("1 of its 5 captures are not there as committed" in one for one in said)


def test_a_root_that_was_changed_or_a_batch_that_is_gone_is_told(
    site: Site, lay: Lay, captured: list[dict[str, Any]]
) -> None:
    lay("batches", sealed(captured, root_sha256="00" * 32))
    (fault,) = check_packs(site).faults
    assert "and 0000" in fault.finding
    lay("batches", sealed(captured, batch_id="crawl:2"))
    said = [str(one) for one in check_packs(site).faults]
    assert any("batch crawl:1: its row of batches is gone" in one for one in said)


def test_captures_past_their_retention_may_be_gone_and_leaves_of_before_had_fewer_fields(
    site: Site, lay: Lay, captured: list[dict[str, Any]]
) -> None:
    fields = list(merkle.FIELDS[:8])
    leaves = [merkle.leaf(merkle.leaf_text(row, fields)) for row in captured]
    made = {"leaf_fields": fields, "leaves_sha256": leaves, "root_sha256": merkle.root(leaves)}
    today = AT + timedelta(days=401)
    newer = {"batch_id": "crawl:9", "made_at": today, "made_on": today.date()}
    lay("batches", sealed(captured, **made), sealed([], **newer))
    lay("captures", *captured[:3])
    assert check_packs(site).faults == ()


def test_a_lake_of_before_the_seals_is_checked_too(
    site: Site, captured: list[dict[str, Any]]
) -> None:
    import polars as pl

    old = pl.read_delta(str(site.lake / "captures")).drop(
        "batch_id", "answered_at", "redirects", "clock_offset_s", "certificate_chain_sha256",
        "listing_key",
    )  # fmt: skip
    old.write_delta(
        str(site.lake / "captures"),
        mode="overwrite",
        delta_write_options={"schema_mode": "overwrite"},
    )
    assert "batch_id" not in [
        one.name for one in DeltaTable(site.lake / "captures").schema().fields
    ]
    found = check_packs(site)
    assert (found.captures, found.unsealed) == (len(captured), 5)
    assert [one for one in found.faults if one.what != "batch crawl:1"] == []


def test_no_captures_at_all(site: Site) -> None:
    with pytest.raises(LakeError, match="holds no captures"):
        check_packs(site)
