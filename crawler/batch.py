"""The seal on a batch of captures: a Merkle root over its rows, and the row that keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa

from conf import contract, merkle

CAPTURES, BATCHES = "captures", "batches"


def sealed(
    batch: Mapping[str, pa.Table], app_id: str, seq: int, at: datetime
) -> dict[str, pa.Table]:
    """Give a batch with the row of `batches` that stands for its captures, and their `batch_id`.

    A batch without captures is left as it is. The same batch has the same root, whenever it is
    brought: where its bodies lie is no part of it.
    """
    captures = batch.get(CAPTURES)
    if captures is None or not captures.num_rows:
        return dict(batch)
    batch_id = f"{app_id}:{seq}"
    leaves = [merkle.leaf(merkle.leaf_text(row)) for row in captures.to_pylist()]
    row = {
        "batch_id": batch_id,
        "app_id": app_id,
        "seq": seq,
        "leaf_count": len(leaves),
        "root_sha256": merkle.root(leaves),
        "leaf_fields": list(merkle.FIELDS),
        "leaves_sha256": leaves,
        "made_at": at,
        "made_on": at.date(),
    }
    kept = pa.Table.from_pylist([row], schema=contract.table(BATCHES).arrow())
    seal = {"batch_id": batch_id, "merkle_root": str(row["root_sha256"])}
    named = _named(captures, batch_id).replace_schema_metadata(seal)
    return {**batch, CAPTURES: named, BATCHES: kept}


def metadata(rows: pa.Table) -> dict[str, str]:
    """Give what the commit of sealed captures says of their seal; nothing for other rows."""
    said = rows.schema.metadata or {}
    names = ("batch_id", "merkle_root")
    return {name: said[name.encode()].decode() for name in names if name.encode() in said}


def _named(captures: pa.Table, batch_id: str) -> pa.Table:
    names = pa.array([batch_id] * captures.num_rows, pa.string())
    at = captures.schema.get_field_index("batch_id")
    if at < 0:  # sealed in the spool by a version that knew no seals
        return captures.append_column("batch_id", names)
    return captures.set_column(at, "batch_id", names)
