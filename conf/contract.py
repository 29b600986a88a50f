"""Table contracts: one YAML file a table, in the Open Data Contract Standard v3.1.

The crawler wants a contract as an Arrow schema and the jobs want it as a Spark one. Both come
from here, so neither engine is imported until it is asked for.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from conf import reading
from conf.errors import ConfError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType

TABLES = reading.HERE / "tables"

QUARANTINE_SHARE = 0.001  # where a contract names none
Layer = Literal["bronze", "silver", "gold"]
Write = Literal["append", "merge", "replace", "replace_day"]
# How a merge joins a new row with the stored one, a column (default: the newer row's value).
Combine = Literal["least", "greatest", "add"]
# What a change in an input touches: `new` gives the job only the new rows (append-only inputs),
# `all` makes the table anew, and a column's name touches the rows that share that value.
ALL, NEW = "all", "new"

_ARROW = {
    "string": "string",
    "boolean": "bool",
    "date": "date32",
    "bigint": "int64",
    "int": "int32",
    "double": "float64",
    "float": "float32",
}


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    type: str  # Spark's name of the type, which is also Delta's
    required: bool
    description: str
    classification: str | None  # "personal" where the value points at a person
    unit: str | None
    lowest: float | None
    highest: float | None
    pattern: str | None
    allowed: tuple[str, ...]
    renamed_from: tuple[str, ...]  # names that older lakes and readers have for it


class Increment(msgspec.Struct, frozen=True):
    """What part of a table a change in its inputs touches."""

    by: str | None = None
    when: dict[str, str] = msgspec.field(default_factory=dict)


class Table(msgspec.Struct, frozen=True):
    """One table: what it promises and how it is written."""

    name: str
    version: str
    purpose: str
    layer: Layer
    write: Write
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition: str | None
    day: str | None  # the date column whose one value a `replace_day` write replaces
    newest_by: tuple[str, ...]  # a merge keeps the row that is greater in these
    unless_same: str | None  # a merge leaves a row alone when this column did not change
    combine: dict[str, Combine]
    increment: Increment
    retention_days: int | None  # of bronze: whole days go when they are older
    cluster_by: str | None  # of bronze: days that are over are sorted by it
    quarantine_share: float  # of the rows a job made, those that may break a rule; more stop it

    @property
    def names(self) -> list[str]:
        """Column names, in the order they are stored."""
        return [column.name for column in self.columns]

    @property
    def formerly(self) -> dict[str, str]:
        """Columns' names of before, and what they are called now."""
        return {old: column.name for column in self.columns for old in column.renamed_from}

    def rows_as(self) -> Table:
        """Give the contract without what changes no row: words, units, how long rows are kept."""
        plain = [
            msgspec.structs.replace(
                column, description="", classification=None, unit=None, renamed_from=()
            )
            for column in self.columns
        ]
        return msgspec.structs.replace(
            self,
            version="",
            purpose="",
            columns=tuple(plain),
            retention_days=None,
            cluster_by=None,
            quarantine_share=0.0,
        )

    def column(self, name: str) -> Column:
        """Give one column by name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ConfError(
            f"table {self.name} has no column {name!r}; see conf/tables/{self.name}.yaml"
        )

    def spark(self) -> StructType:
        """Give the contract as a Spark schema; needs no session."""
        from pyspark.sql.types import StructType

        fields = [
            {"name": c.name, "type": _spark(c.type), "nullable": not c.required, "metadata": {}}
            for c in self.columns
        ]
        return StructType.fromJson({"type": "struct", "fields": fields})

    def arrow(self) -> pa.Schema:
        """Give the contract as an Arrow schema."""
        import pyarrow as pa

        fields = [pa.field(c.name, _arrow(c.type), nullable=not c.required) for c in self.columns]
        return pa.schema(fields)


@cache
def table(name: str) -> Table:
    """Read the contract of one table."""
    return read_table(TABLES / f"{name}.yaml")


@cache
def names() -> frozenset[str]:
    """Name the tables that have a contract."""
    return frozenset(reading.names(TABLES))


def tables() -> list[Table]:
    """Read every contract, by name."""
    return [table(name) for name in reading.names(TABLES)]


def read_table(path: Path) -> Table:
    """Read one contract file.

    Raises:
        ConfError: the file is missing, is not YAML, or is no contract with one table.

    """
    content = reading.document(path)
    try:
        (schema,) = content["schema"]
        properties: list[dict[str, Any]] = schema["properties"]
        own = {item["property"]: item["value"] for item in schema["customProperties"]}
        keyed = sorted(
            (p["primaryKeyPosition"], p["name"]) for p in properties if p.get("primaryKey")
        )
        parts = [p["name"] for p in properties if p.get("partitioned")]
        raw = {
            "name": schema["name"],
            "version": content["version"],
            "purpose": content["description"]["purpose"],
            "key": [name for _, name in keyed],
            "columns": [_column(p) for p in properties],
            "partition": parts[0] if parts else None,
            "layer": own["layer"],
            "write": own["write"],
            "day": own.get("day"),
            "newest_by": own.get("newest_by", []),
            "unless_same": own.get("unless_same"),
            "combine": own.get("combine", {}),
            "increment": own.get("increment", {}),
            "retention_days": own.get("retention_days"),
            "cluster_by": own.get("cluster_by"),
            "quarantine_share": own.get("quarantine_share", QUARANTINE_SHARE),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfError(f"{path}: is no contract with one table: {error!r}") from None
    if raw["name"] != path.stem:
        raise ConfError(f"{path}: tells of table {raw['name']!r}; the name must be the path's")
    found = reading.convert(path, raw, Table)
    _check(path, found)
    return found


def _column(prop: dict[str, Any]) -> dict[str, Any]:
    options = prop.get("logicalTypeOptions", {})
    rules = [rule for rule in prop.get("quality", []) if rule.get("metric") == "invalidValues"]
    own = {item["property"]: item["value"] for item in prop.get("customProperties", [])}
    return {
        "name": prop["name"],
        "type": prop["physicalType"],
        "required": prop.get("required", False),
        "description": prop["description"],
        "classification": prop.get("classification"),
        "unit": own.get("unit"),
        "lowest": options.get("minimum"),
        "highest": options.get("maximum"),
        "pattern": options.get("pattern"),
        "allowed": rules[0]["arguments"]["validValues"] if rules else [],
        "renamed_from": own.get("renamed_from", []),
    }


def _check(path: Path, found: Table) -> None:
    """Refuse a contract that contradicts itself."""
    names = set(found.names)
    every = [name for column in found.columns for name in (column.name, *column.renamed_from)]
    if len({*every}) < len(every):
        raise ConfError(f"{path}: a column is named twice")
    single = (found.day, found.unless_same, found.cluster_by)
    named = {*found.newest_by, *found.combine, *filter(None, single)}
    if strange := sorted(named - names):
        raise ConfError(
            f"{path}: {', '.join(strange)} is no column; add it or mend the write rules"
        )
    if wrong := [f"{c.name} ({c.type})" for c in found.columns if not _is_type(c.type)]:
        raise ConfError(
            f"{path}: {', '.join(wrong)} is of no type that both engines have; there are: "
            f"{', '.join(_ARROW)}, timestamp and array<…> of them"
        )
    for column in found.columns:
        _check_pattern(path, column)
    if found.write == "merge" and not found.key:
        raise ConfError(f"{path}: a table that merges needs a primary key")
    if found.write == "replace_day" and found.day is None:
        raise ConfError(f"{path}: a table that replaces a day needs `day: <date column>`")


def _is_type(name: str) -> bool:
    inner = name[6:-1] if name.startswith("array<") and name.endswith(">") else name
    return inner in _ARROW or inner == "timestamp"


def _check_pattern(path: Path, column: Column) -> None:
    try:
        re.compile(column.pattern or "")
    except re.error as error:
        raise ConfError(
            f"{path}: the pattern of {column.name} is no regular expression: {error}"
        ) from None


def _spark(name: str) -> Any:
    """Give a type as Spark writes it in JSON, where two names differ from those of its SQL."""
    if name.startswith("array<"):
        return {"type": "array", "elementType": _spark(name[6:-1]), "containsNull": True}
    return {"bigint": "long", "int": "integer"}.get(name, name)


def _arrow(name: str) -> pa.DataType:
    import pyarrow as pa

    if name.startswith("array<"):
        return pa.list_(_arrow(name[6:-1]))
    if name == "timestamp":
        return pa.timestamp("us", tz="UTC")
    try:
        return pa.type_for_alias(_ARROW[name])
    except KeyError:
        raise ConfError(f"{name!r} is no column type; there are: {', '.join(_ARROW)}") from None
