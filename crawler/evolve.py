"""A lake older than its contracts: tables get the columns that were added since, rows too."""

from __future__ import annotations

import pyarrow as pa
from deltalake import DeltaTable, Field

from conf.contract import Table
from conf.errors import LakeError
from conf.place import Place


def widen(table: DeltaTable, promised: Table, path: Place) -> None:
    """Add the columns that a table lacks; files of before read as null there.

    Raises:
        LakeError: a column cannot be added, for it may not be null, or has another type.

    """
    known = {field.name: pa.field(field) for field in table.schema().fields}
    missing = [field for field in promised.arrow() if field.name not in known]
    changed = [
        f"{field.name} is {known[field.name].type}, not {field.type}"
        for field in promised.arrow()
        if field.name in known and not _is_same(known[field.name].type, field.type)
    ]
    required = [f"{one.name} is missing" for one in missing if promised.column(one.name).required]
    if changed or required:
        raise LakeError(
            f"{path} was made by another version: {'; '.join([*required, *changed])}; "
            "`countermark lake migrate` brings it here where that can be; or move the folder away "
            "to keep it, and the table is made anew"
        )
    if missing:
        table.alter.add_columns([Field.from_arrow(field) for field in missing])


def fitted(rows: pa.Table, promised: Table) -> pa.Table:
    """Give rows with the contract's columns and nothing else, null where they know none."""
    schema = promised.arrow()
    if rows.schema.names == schema.names:
        return rows.replace_schema_metadata(None)
    columns = [
        rows[field.name] if field.name in rows.schema.names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _is_same(stored: pa.DataType, wanted: pa.DataType) -> bool:
    """Compare types without how the names of lists' items are spelled."""
    if pa.types.is_list(wanted):
        return pa.types.is_list(stored) and _is_same(stored.value_type, wanted.value_type)
    return bool(stored == wanted)
