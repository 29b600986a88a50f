"""Takes identifiers out of a table that no job makes anew: only files that hold one are rewritten.

All of a table's new files come and the old ones go in one commit. It says that rows changed, so
that jobs which follow the table take all of it again (Lake.added).
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from conf.contract import Table
from jobs import buckets, graph
from jobs.bucket_write import statistics
from jobs.erasure import cells
from jobs.erasure.cells import Found
from jobs.erasure.identifier import Identifier
from jobs.reader import Lake
from jobs.unwritable import told

NOTE = "countermark_erasure"


class Stored(msgspec.Struct, frozen=True):
    """One file of a table, as the log has it."""

    path: str
    size: int
    partition: dict[str, str | None]


def is_kept(table: Table) -> bool:
    """Tell whether a table holds what no job would make anew.

    Of one whose jobs replace a day, the days before stay as they are.
    """
    return table.name not in {one.name for one in graph.jobs()} or table.write == "replace_day"


def find(lake: Lake, table: Table, wanted: Sequence[Identifier]) -> tuple[Found, list[Stored]]:
    """Give how much of a table holds an identifier, and the files that do.

    Raises:
        LakeError: the table cannot be read.

    """
    whole, files = Found(), []
    with told(folder(lake, table.name)):
        for one in _stored(lake, table):
            found = cells.found(cells.places(_read(lake, table, one), wanted))
            if found.rows:
                whole = _sum(whole, found)
                files.append(one)
    return whole, files


def keys(
    lake: Lake, table: Table, files: Sequence[Stored], wanted: Sequence[Identifier]
) -> set[str]:
    """Give the keys of the rows that hold an identifier; of a table whose key is one text."""
    (key,) = table.key
    held: set[str] = set()
    for one in files:
        rows = _read(lake, table, one)
        touched = {place for some in cells.places(rows, wanted).values() for place in some}
        held.update(rows[key].take(sorted(touched)).to_pylist())
    return held


def rewrite(
    lake: Lake,
    table: Table,
    files: Sequence[Stored],
    wanted: Sequence[Identifier],
    erasure_id: str,
) -> None:
    """Write files anew without the identifiers, in one commit.

    Raises:
        LakeError: the table cannot be written, or somebody else wrote it since.

    """
    from deltalake import CommitProperties
    from deltalake.transaction import RemoveAction

    with told(folder(lake, table.name)):
        opened = lake.open(table.name)
        now = int(time.time() * 1000)
        added = [_written(lake, table, one, wanted, now) for one in files]
        rows = sum(count for _, count in added)
        gone = [RemoveAction(one.path, True, now, one.size, one.partition) for one in files]  # noqa: FBT003 - its signature
        opened.create_write_transaction(
            [*(one for one, _ in added), *gone],
            "append",
            opened.schema(),
            opened.metadata().partition_columns or None,
            commit_properties=CommitProperties(
                custom_metadata={"userMetadata": json.dumps({NOTE: erasure_id, "rows": rows})},
                max_commit_retries=0,
            ),
        )


def _stored(lake: Lake, table: Table) -> Iterator[Stored]:
    """Give the files of the newest version."""
    for row in lake.log(table.name).iter_rows(named=True):
        partition = {
            name.removeprefix("partition."): None if value is None else str(value)
            for name, value in row.items()
            if name.startswith("partition.")
        }
        yield Stored(row["path"], row["size_bytes"], partition)


def folder(lake: Lake, table: str) -> Path:
    """Give a table's folder; a lake in a bucket is refused before anything is looked at."""
    path = lake.path(table)
    assert isinstance(path, Path)  # noqa: S101 - see run.py
    return path


def _read(lake: Lake, table: Table, one: Stored) -> pa.Table:
    return pq.ParquetFile(folder(lake, table.name) / unquote(one.path)).read()


def _written(
    lake: Lake, table: Table, one: Stored, wanted: Sequence[Identifier], now: int
) -> tuple[Any, int]:
    """Write one file anew in its folder; gives what the log says of it, and the rows changed."""
    from deltalake.transaction import AddAction

    old = folder(lake, table.name) / unquote(one.path)
    rows, found = cells.erased(_read(lake, table, one), wanted)
    new = old.with_name(_name(table, old))
    pq.write_table(rows, new, compression="zstd", row_group_size=_row_group(old))
    stats = statistics(pl.DataFrame(rows))
    path = str(new.relative_to(folder(lake, table.name)))
    added = AddAction(path, new.stat().st_size, one.partition, now, True, stats)  # noqa: FBT003 - its signature
    return added, found.rows


def _name(table: Table, old: Path) -> str:
    """Name a new file: of what jobs write, the name tells the bucket."""
    if table.layer == "bronze":
        return f"part-00000-{uuid.uuid4()}-c000.zstd.parquet"
    return buckets.file_name(buckets.of_file(old.name))


def _row_group(path: Path) -> int:
    told_of = pq.read_metadata(path)
    groups = [told_of.row_group(at).num_rows for at in range(told_of.num_row_groups)]
    return max(groups, default=1) or 1


def _sum(one: Found, other: Found) -> Found:
    return Found(one.rows + other.rows, one.cells + other.cells, one.files + other.files)
