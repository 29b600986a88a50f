"""A digest of each table that does not depend on order, files or versions.

Two lakes that hold the same rows have the same digests, however often the runs that made them were
stopped and started. That is how "killed anywhere and run again" is checked, and how a person sees
whether a copied or rebuilt lake is the same.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from conf import contract

if TYPE_CHECKING:
    from jobs.reader import Lake

# Where a body lies, how rows were batched, at which moment an answer came and which table versions
# were read are not about what was seen.
STORAGE = ("pack", "pack_offset", "batch_id", "answered_at", "clock_offset_s", "receipt_json")
# Seals of what was brought together, and notes of runs, what they put aside and what was erased,
# tell of the runs.
OF_RUNS = frozenset({"batches", "erasures", "job_runs", "quarantine"})


class Digest(msgspec.Struct, frozen=True):
    """What one table holds."""

    table: str
    rows: int
    sha256: str


def digests(lake: Lake) -> list[Digest]:
    """Give the digest of every table that is there, by name, but of those that tell of runs."""
    tables = [one for one in contract.tables() if one.name not in OF_RUNS]
    return [digest(lake, one) for one in tables if lake.exists(one.name)]


def digest(lake: Lake, table: contract.Table) -> Digest:
    """Give the digest of one table: rows sorted by key, columns by contract, as JSON lines."""
    names = [name for name in table.names if name not in STORAGE]
    frame = lake.frame(table.name, columns=names).select(names)
    by = list(table.key) or names
    hasher = hashlib.sha256()
    for part in frame.sort(by, maintain_order=True).iter_slices(50_000):
        hasher.update(
            part.select(pl.struct(pl.all()).struct.json_encode())
            .to_series()
            .str.join("\n")[0]
            .encode()
        )
    return Digest(table.name, frame.height, hasher.hexdigest())
