"""Which keys each version of a table changed: a small file a version, beside the table.

Jobs that follow a table take from here whose rows are to be made anew. The file holds 64-bit
numbers of the values of the followed columns, before and after (jobs/among.py): eight bytes a
changed key, where Delta's own change feed holds each changed row twice, and cannot tell of a table
that was written anew what stayed the same (docs/decisions/0008).

A file is whole before its version is committed, and names the table's id and the version. A run
that was killed in between leaves one that nobody reads, until the run that makes the version
writes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from conf.place import Place, S3Path
from jobs.consumed import newest
from jobs.reader import Lake

FOLDER = "_changes"
SCHEMA = pa.schema([("column", pa.string()), ("number", pa.int64())])


def write(lake: Lake, table: str, version: int, numbers: Mapping[str, pa.Array]) -> None:
    """Keep the numbers that a version is to change, by column."""
    parts = [
        pa.table({"column": pa.array([name] * len(values), pa.string()), "number": values}, SCHEMA)
        for name, values in numbers.items()
    ]
    rows = pa.concat_tables(parts) if parts else SCHEMA.empty_table()
    path = _file(lake, table, version)
    if isinstance(path, S3Path):  # a PUT is there whole or not at all
        content = BytesIO()
        pq.write_table(rows, content)
        path.write_bytes(content.getvalue())
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    pq.write_table(rows, part)
    part.replace(path)


def files(lake: Lake, table: str, after: int, until: int) -> list[Place] | None:
    """Give the files of the versions after one and up to another; None when one is missing.

    Commits of maintenance change no row and have none.
    """
    found, seen = [], set()
    for commit in lake.commits(table):
        version = commit["version"]
        if version <= after:
            break
        seen.add(version)
        if version <= until and newest([commit.get("userMetadata")]) is not None:
            found.append(_file(lake, table, version))
    is_whole = {*range(after + 1, until + 1)} <= seen
    return found if is_whole and all(path.exists() for path in found) else None


def all_files(lake: Lake, table: str) -> Iterator[tuple[Place, str, int]]:
    """Give every file there is of a table, with the id and the version that it names."""
    found: list[Place] = sorted((lake.path(FOLDER) / table).glob("*.parquet"))
    for path in found:
        table_id, _, version = path.stem.rpartition("-")
        yield path, table_id, int(version)


def again(lake: Lake, table: str, after: int, until: int, version: int) -> None:
    """Keep for a version all that was changed after one version and up to another: it undoes it."""
    if (old := files(lake, table, after, until)) is None:
        return
    whole = pa.concat_tables(
        [pq.read_table(BytesIO(path.read_bytes())) for path in old] or [SCHEMA.empty_table()]
    )
    names = set(whole["column"].to_pylist())
    write(
        lake,
        table,
        version,
        {
            name: whole.filter(pa.compute.equal(whole["column"], name))["number"].combine_chunks()
            for name in sorted(names)
        },
    )


def _file(lake: Lake, table: str, version: int) -> Place:
    return lake.path(FOLDER) / table / f"{lake.id(table)}-{version:020d}.parquet"
