"""Brings the stored tables of a lake to what their contracts say now, and loses nothing.

Only bronze needs it: what jobs make, they make anew when its contract changed. A column that is
added is a line in the log. A type or a name stands in every file, so files are written anew, a day
at a time, and land in one commit: whoever reads sees the table of before or of after. A run that
was killed leaves files that nobody reads, and is given again.

The rows stay the same ones, so the commit is one of keeping: jobs take nothing from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from conf import contract, shapes
from conf.contract import Table
from conf.errors import CountermarkError
from conf.shapes import Change, Shape
from jobs.holding import committing
from jobs.lock import writer
from jobs.reader import Lake, keeping
from jobs.unwritable import told

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

    from conf.site import Site

How = Literal["in the log", "files anew", "by the next job run", "cannot be", "failed"]
_ROWS = 100_000  # that are in memory at once
_SPARK_NAMES = {"long": "bigint", "integer": "int"}


class Migration(msgspec.Struct, frozen=True):
    """What one table needs, or got."""

    table: str
    how: How
    steps: tuple[str, ...]
    rows: int = 0
    is_done: bool = False
    why: str | None = None


def wanted(lake: Lake, names: Sequence[str] = ()) -> list[Migration]:
    """Say what each stored table needs; those that are as their contracts say are left out."""
    found = []
    for table in contract.tables():
        if (names and table.name not in names) or not lake.exists(table.name):
            continue
        changes = shapes.changes(stored_shape(lake, table), table)
        if changes:
            says = tuple(one.says for one in changes)
            rows = lake.row_count(table.name)
            found.append(Migration(table.name, _how(table, changes), says, rows))
    return found


def migrate(site: Site, names: Sequence[str] = ()) -> Iterator[Migration]:
    """Do what bronze tables need, one after the other; what fails does not stop the rest."""
    lake = Lake(site.lake)
    for one in wanted(lake, names):
        if one.how not in {"in the log", "files anew"}:
            yield one
            continue
        try:
            with committing(site, one.table), writer(site.state / "locks", one.table):
                _apply(lake, contract.table(one.table), one)
            yield msgspec.structs.replace(one, is_done=True)
        except CountermarkError as error:
            yield msgspec.structs.replace(one, how="failed", why=str(error))


def as_row(one: Migration) -> dict[str, Any]:
    """Give what people read of it."""
    done = "done" if one.is_done else "to do"
    said = one.why or ("" if one.how in {"cannot be", "by the next job run"} else done)
    what = "; ".join(one.steps)
    return {"table": one.table, "how": one.how, "rows": one.rows, "what": what, "": said}


def stored_shape(lake: Lake, table: Table) -> Shape:
    """Give the shape of a table as it is stored; its key is the contract's, in stored names."""
    opened = lake.open(table.name)
    fields = json.loads(opened.schema().to_json())["fields"]
    columns = {
        one["name"]: f"{'' if one['nullable'] else 'required '}{_type(one['type'])}"
        for one in fields
    }
    places = shapes.mapped(columns, table)
    partition = next(iter(opened.metadata().partition_columns), None)
    if partition is not None:
        partition = table.formerly.get(partition, partition)
    now_named = {place: name for name, place in places.items() if name in table.names}
    key = tuple(now_named.get(places.get(name, name), name) for name in table.key)
    return Shape("", key, partition, columns)


def _how(table: Table, changes: Sequence[Change]) -> How:
    if table.layer != "bronze":
        return "by the next job run"
    kinds = {one.kind for one in changes}
    if "break" in kinds:
        return "cannot be"
    return "in the log" if kinds == {"add"} else "files anew"


def _type(kind: str | dict[str, str]) -> str:
    if isinstance(kind, dict):
        return f"array<{_type(kind['elementType'])}>"
    return _SPARK_NAMES.get(kind, kind)


def _apply(lake: Lake, table: Table, one: Migration) -> None:
    from deltalake import CommitProperties, Field, write_deltalake

    opened = lake.open(table.name)
    properties = CommitProperties(custom_metadata={"userMetadata": keeping("migrate")})
    with told(lake.path(table.name)):
        if one.how == "in the log":
            known = {field.name for field in opened.schema().fields}
            added = [Field.from_arrow(f) for f in table.arrow() if f.name not in known]
            opened.alter.add_columns(added, commit_properties=properties)
            return
        write_deltalake(
            opened,
            _rows(opened, table),
            mode="overwrite",
            schema_mode="overwrite",
            commit_properties=properties,
        )


def _rows(opened: DeltaTable, table: Table) -> pa.RecordBatchReader:
    """Give all rows with the contract's columns, day by day, so that few files are open at once."""
    import pyarrow as pa

    dataset = opened.to_pyarrow_dataset()
    schema = table.arrow()
    places = shapes.mapped(dataset.schema.names, table)

    def batches() -> Iterator[pa.RecordBatch]:
        for fragment in sorted(dataset.get_fragments(), key=lambda one: one.path):
            for batch in fragment.to_batches(schema=dataset.schema, batch_size=_ROWS):
                columns = [
                    batch[places[field.name]].cast(field.type)
                    if field.name in places
                    else pa.nulls(batch.num_rows, field.type)
                    for field in schema
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
