"""Checks every pack of a site against the captures, and the captures against their batches' roots.

Nothing is fetched. A frame that no row names is no fault: a killed crawl leaves such. What was
erased is told and is no fault either, as long as it is just as the journal of erasures says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import zstandard

from conf import contract, merkle
from conf.errors import LakeError
from conf.site import Site
from jobs.bodies import stored_body
from jobs.erasure import notes
from jobs.erasure.notes import Note
from jobs.evidence_verify import Fault
from jobs.reader import Lake

Row = dict[str, Any]


class CheckedPacks(msgspec.Struct, frozen=True):
    """What was checked, and all that is wrong."""

    packs: int
    captures: int
    body_bytes: int
    unnamed_bytes: int  # in packs, of frames that no capture names
    batches: int
    unsealed: int  # captures committed before batches were sealed
    roots: dict[str, str]  # batch -> root
    erased: dict[str, str]  # capture whose body or row was erased -> when and why
    faults: tuple[Fault, ...]


def check_packs(site: Site) -> CheckedPacks:
    """Check all packs, captures and batches of a site, a day at a time.

    Raises:
        LakeError: nothing was captured yet, or a table cannot be read.

    """
    lake = Lake(site.lake)
    if not lake.exists("captures"):
        raise LakeError(f"{site.lake} holds no captures; `countermark crawl run` takes some")
    faults: list[Fault] = []
    erased = notes.captures(lake)
    told: dict[str, str] = {}
    named: dict[str, int] = defaultdict(int)  # pack -> bytes that captures name
    leaves: dict[str, list[Row]] = defaultdict(list)
    count = size = unsealed = 0
    for row in _rows(lake):
        note = erased.get(row["capture_id"])
        if note is not None:
            told[row["capture_id"]] = note.says
        if note is None or not note.is_body_erased or not _is_taken_out(site.packs, row):
            faults += _body_faults(site.packs, row)
        named[row["pack"]] += row["pack_length"]
        count, size = count + 1, size + row["body_bytes"]
        if row.get("batch_id"):
            leaves[row["batch_id"]].append(_leaf_of(row, note))
        else:
            unsealed += 1
    roots, broken = _batches(lake, leaves, erased)
    there = {str(one.relative_to(site.packs)): one for one in site.packs.glob("*/*.pack")}
    unnamed = sum(max(0, one.stat().st_size - named.get(name, 0)) for name, one in there.items())
    return CheckedPacks(
        packs=len(there.keys() | named.keys()),
        captures=count,
        body_bytes=size,
        unnamed_bytes=unnamed,
        batches=len(roots),
        unsealed=unsealed,
        roots=roots,
        erased=told,
        faults=(*faults, *broken),
    )


def first_bad(path: Path, offset: int, length: int) -> int:
    """Give the first byte of a file at which a frame can no longer be unpacked.

    Bytes are compressed by blocks, so the one that was altered may lie up to a block before it.
    """
    with path.open("rb") as file:
        file.seek(offset)
        frame = file.read(length)
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    for at in range(len(frame)):
        try:
            unpacker.decompress(frame[at : at + 1])
        except zstandard.ZstdError:
            return offset + at
        if unpacker.eof:
            return offset + at
    return offset + len(frame)


def _rows(lake: Lake) -> Iterator[Row]:
    """Give all captures, a day at a time, in the order in which their bodies lie."""
    days = lake.frame("captures", columns=["fetched_on"])["fetched_on"].unique().sort()
    for day in days:
        rows = lake.frame("captures", where=pl.col("fetched_on") == day)
        yield from rows.sort("pack", "pack_offset").iter_rows(named=True)


def _body_faults(packs: Path, row: Row) -> Iterator[Fault]:
    body = stored_body(packs, row)
    if body.state == "right":
        return
    path, offset, length = packs / row["pack"], row["pack_offset"], row["pack_length"]
    what = f"capture {row['capture_id']} of {row['url']}"
    if body.state == "missing":
        there = path.stat().st_size if path.is_file() else None
        yield Fault(str(path), None if there is None else min(there, offset), what, body.finding)
    elif body.content is None:
        byte = first_bad(path, offset, length)
        why = f"the frame from byte {offset} to {offset + length - 1} cannot be unpacked"
        yield Fault(str(path), byte, what, f"{why}; take the pack from a copy")
    else:
        why = (
            f"the frame from byte {offset} to {offset + length - 1} unpacks to sha256 "
            f"{body.sha256}, and {row['body_sha256']} was captured; take the pack from a copy"
        )
        yield Fault(str(path), offset, what, why)


def _is_taken_out(packs: Path, row: Row) -> bool:
    """Tell whether there is nothing but zeros where a body lay."""
    path = packs / row["pack"]
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(row["pack_offset"])
        frame = file.read(row["pack_length"])
    return len(frame) == row["pack_length"] and not any(frame)


def _leaf_of(row: Row, note: Note | None, fields: Sequence[str] = merkle.FIELDS) -> Row:
    """Keep of a capture what its batch is checked with: leaves of today's fields are made at once.

    A batch of a version with fewer fields is made anew from its own. Of a row that was changed by
    an erasure, and by nothing since, the leaf of before is known.
    """
    leaf = merkle.leaf(merkle.leaf_text(row, fields))
    return {"capture_id": row["capture_id"], "leaf": note.sealed(leaf) if note else leaf}


def _batches(
    lake: Lake, leaves: dict[str, list[Row]], erased: Mapping[str, Note]
) -> tuple[dict[str, str], list[Fault]]:
    """Hold every batch against the captures that it was sealed with, and against the log."""
    if not lake.exists("batches"):
        missing = [_fault(lake, name, "its row of batches is gone") for name in sorted(leaves)]
        return {}, missing
    rows = {row["batch_id"]: row for row in lake.frame("batches").to_dicts()}
    logged = {
        one["batch_id"]: one["merkle_root"]
        for one in lake.commits("captures")
        if "merkle_root" in one and "batch_id" in one
    }
    newest = max((row["made_on"] for row in rows.values()), default=date.min)
    faults = [
        _fault(lake, name, "its row of batches is gone") for name in sorted(leaves.keys() - rows)
    ]
    for name, row in sorted(rows.items()):
        found = leaves.get(name, [])
        if tuple(row["leaf_fields"]) != merkle.FIELDS:
            found = _made_anew(lake, row, erased)
        faults += _batch_faults(lake, row, found, logged.get(name), newest)
    return {name: row["root_sha256"] for name, row in sorted(rows.items())}, faults


def _batch_faults(
    lake: Lake, batch: Row, found: list[Row], logged: str | None, newest: date
) -> Iterator[Fault]:
    name, sealed = batch["batch_id"], batch["leaves_sha256"]
    root = merkle.root(sealed)
    if root != batch["root_sha256"] or logged not in {None, root}:
        told = {batch["root_sha256"], logged} - {None, root}
        why = f"its leaves give the root {root}, and {', '.join(sorted(map(str, told)))} was kept"
        yield _fault(lake, name, why)
    known = set(sealed)
    for row in found:
        if row["leaf"] not in known:
            why = f"the row of capture {row['capture_id']} is not the one that was committed"
            yield _fault(lake, name, why)
    days = contract.table("captures").retention_days or 0
    lost = len(known - {row["leaf"] for row in found})
    # A kill between the two tables leaves a batch that the log of captures never knew.
    is_committed = bool(found) or logged is not None
    if lost and is_committed and newest - batch["made_on"] < timedelta(days=days):
        yield _fault(lake, name, f"{lost} of its {len(sealed)} captures are not there as committed")


def _made_anew(lake: Lake, batch: Row, erased: Mapping[str, Note]) -> list[Row]:
    rows = lake.frame("captures", where=pl.col("batch_id") == batch["batch_id"]).to_dicts()
    return [_leaf_of(row, erased.get(row["capture_id"]), batch["leaf_fields"]) for row in rows]


def _fault(lake: Lake, batch_id: str, why: str) -> Fault:
    return Fault(str(lake.path("batches")), None, f"batch {batch_id}", why)
