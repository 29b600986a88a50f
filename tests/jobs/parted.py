"""Made rows as parts without Spark, for tests of what is done with them."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa

from conf.contract import Table
from conf.place import Place
from jobs.parts import Parts, Told, layer
from tests.conftest import make_rows


def parts(
    where: Place, table: Table, rows: pa.Table, count: int = 1, whole_of: Place | None = None
) -> Parts:
    """Lay rows into parts as one task does."""
    where.mkdir(parents=True, exist_ok=True)
    lay = layer(table, count, str(where), str(whole_of) if whole_of else None)
    (summary,) = lay(iter(rows.to_batches()))
    told = msgspec.json.decode(summary["told"][0].as_py(), type=Told)
    paths = {bucket: [path] for bucket, path in told.paths.items()}
    return Parts(count, told.rows, told.bad, told.faults, paths)


def made(table: Table, *given: dict[str, Any], **marks: list[bool]) -> pa.Table:
    """Give rows of a contract, with what they tell the framework besides."""
    rows = make_rows(table.name, *given)
    for name, values in marks.items():
        rows = rows.append_column(name, pa.array(values, pa.bool_()))
    return rows
