"""What there is to erase: of each table the files, of captures the rows and the bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from conf import contract, merkle
from conf.contract import Table
from jobs.erasure import cells, files, packed
from jobs.erasure.cells import Found
from jobs.erasure.files import Stored
from jobs.erasure.identifier import Identifier
from jobs.erasure.packed import CAPTURES, Held
from jobs.reader import Lake

Wanted = Sequence[Identifier]


class OfTable(msgspec.Struct, frozen=True):
    """What is to be rewritten of one table."""

    table: str
    found: Found
    files: tuple[Stored, ...]


class Plan(msgspec.Struct, frozen=True):
    """All that is to be erased."""

    tables: tuple[OfTable, ...]
    held: Held


def plan(lake: Lake, packs: Path, wanted: Wanted) -> Plan:
    """Look through the tables that no job makes, and through the packs.

    Raises:
        LakeError: one of them cannot be read.

    """
    every = [one for one in stored(lake) if files.is_kept(one)]
    tables = [_of_table(lake, one, wanted) for one in every]
    held = packed.find(lake, packs, wanted)
    return Plan(tuple(one for one in tables if one.found.rows), held)


def stored(lake: Lake) -> list[Table]:
    """Give the tables that are there."""
    return [one for one in contract.tables() if lake.exists(one.name)]


def capture_notes(lake: Lake, given: Plan, wanted: Wanted) -> list[dict[str, Any]]:
    """Give, for each capture that is erased or changed, what the journal is to keep of it.

    Raises:
        LakeError: the tables of captures cannot be read.

    """
    ids = set(given.held.capture_ids)
    for one in given.tables:
        if one.table == CAPTURES:
            ids |= files.keys(lake, contract.table(CAPTURES), one.files, wanted)
    if not ids:
        return []
    rows = lake.frame(CAPTURES, where=pl.col("capture_id").is_in(sorted(ids))).to_dicts()
    fields = _leaf_fields(lake, rows)
    return [
        {
            "capture_id": row["capture_id"],
            "batch_id": row.get("batch_id"),
            "leaf_sha256": _leaf(row, fields),
            "leaf_after_sha256": _leaf(cells.replaced_value(row, wanted), fields),
            "is_body_erased": row["capture_id"] in given.held.capture_ids,
        }
        for row in sorted(rows, key=lambda row: str(row["capture_id"]))
    ]


def _of_table(lake: Lake, table: Table, wanted: Wanted) -> OfTable:
    found, some = files.find(lake, table, wanted)
    return OfTable(table.name, found, tuple(some))


def _leaf_fields(lake: Lake, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Give the fields that each batch's leaves were made of."""
    ids = sorted({row["batch_id"] for row in rows if row.get("batch_id")})
    if not ids or not lake.exists("batches"):
        return {}
    columns = ["batch_id", "leaf_fields"]
    found = lake.frame("batches", columns=columns, where=pl.col("batch_id").is_in(ids))
    return dict(found.iter_rows())


def _leaf(row: Mapping[str, Any], fields: Mapping[str, Sequence[str]]) -> str:
    return merkle.leaf(merkle.leaf_text(row, fields.get(row["batch_id"] or "", merkle.FIELDS)))
