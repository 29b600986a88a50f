"""Takes out of a table's log what it tells of files that are gone: the bounds of their texts.

Commits, their notes and the numbers of rows stay, so history reads as before. A bound holds the
start of a text only, so a part of an identifier may stand there; of files that are gone all bounds
go therefore, and nobody needs them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.erasure import files
from jobs.erasure.identifier import Identifier
from jobs.reader import Lake
from jobs.unwritable import told

_ACTIONS = ("add", "remove")
_PARSED = ("stats_parsed",)


def clean(lake: Lake, table: str, wanted: Sequence[Identifier]) -> int:
    """Clean a table's log; gives how many of its files were written anew.

    Raises:
        LakeError: the log cannot be written.

    """
    folder = files.folder(lake, table) / "_delta_log"
    live = set(lake.files(table))
    with told(folder):
        for path in folder.glob(".*.part"):  # of a run that was killed
            path.unlink()
        commits = [path for path in sorted(folder.glob("*.json")) if _commit(path, live, wanted)]
        points = [path for path in sorted(folder.glob("*.parquet")) if _point(path, live, wanted)]
        if commits or points:  # they tell of states, and of no history; all of them can be missing
            for path in folder.glob("*.crc"):
                path.unlink()
    return len(commits) + len(points)


def bare(stats: str | None, path: str, live: set[str], wanted: Sequence[Identifier]) -> str | None:
    """Give what the log may go on telling of a file: all of it, or its number of rows alone.

    Not some bounds without the others: readers take a column without bounds for an empty one.
    """
    if not stats:
        return stats
    is_live = unquote(path) in live
    if is_live and not any(one.holds(stats) for one in wanted):
        return stats
    return json.dumps({"numRecords": json.loads(stats).get("numRecords")})


def _commit(path: Path, live: set[str], wanted: Sequence[Identifier]) -> bool:
    old = path.read_text()
    new = "\n".join(_line(line, live, wanted) for line in old.split("\n"))
    if new == old:
        return False
    part = _part(path)
    part.write_text(new)
    _put(part, path)
    return True


def _line(line: str, live: set[str], wanted: Sequence[Identifier]) -> str:
    action: dict[str, Any] = json.loads(line) if line.strip() else {}
    for kind in _ACTIONS:
        one = action.get(kind)
        if one and one.get("stats"):
            stats = bare(one["stats"], one["path"], live, wanted)
            if json.loads(stats or "{}") != json.loads(one["stats"]):
                one["stats"] = stats
                line = json.dumps(action, ensure_ascii=False, separators=(",", ":"))
    return line


def _point(path: Path, live: set[str], wanted: Sequence[Identifier]) -> bool:
    """Clean a checkpoint; it stays, for versions of before may be known by it alone."""
    old = pq.read_table(path)
    new = old
    for kind in _ACTIONS:
        if kind in new.schema.names:
            at = new.schema.get_field_index(kind)
            cleaned = _actions(new[kind].combine_chunks(), live, wanted)
            new = new.set_column(at, new.schema.field(kind), cleaned)
    if new.equals(old):
        return False
    part = _part(path)
    pq.write_table(new, part, compression="snappy")
    _put(part, path)
    return True


def _actions(column: Any, live: set[str], wanted: Sequence[Identifier]) -> pa.StructArray:
    array = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
    fields = list(array.type)
    parts = [array.field(at) for at in range(len(fields))]
    names = [field.name for field in fields]
    if "stats" in names:
        at = names.index("stats")
        pairs = zip(parts[names.index("path")].to_pylist(), parts[at].to_pylist(), strict=True)
        stats = [bare(told_of, path or "", live, wanted) for path, told_of in pairs]
        parts[at] = pa.array(stats, fields[at].type)
    for at, field in enumerate(fields):
        if field.name in _PARSED:
            parts[at] = pa.nulls(len(array), field.type)
    return pa.StructArray.from_arrays(parts, fields=fields, mask=array.is_null())


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _put(part: Path, path: Path) -> None:
    """Put a file in another's place, as old as it; Hadoop's own sum over the other goes."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    stands = path.stat()
    os.utime(part, ns=(stands.st_atime_ns, stands.st_mtime_ns))
    path.with_name(f".{path.name}.crc").unlink(missing_ok=True)
    part.replace(path)
