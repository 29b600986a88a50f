"""Looks at tables without Spark, for people: what there is, what columns mean, rows, SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from conf import contract
from conf.errors import ConfError
from jobs.past import Past
from jobs.reader import Lake

Row = dict[str, Any]


def tables(lake: Lake) -> list[Row]:
    """Give a row for every table of the contracts, those that are not there yet too."""
    return [_table(lake, one) for one in contract.tables()]


def _table(lake: Lake, table: contract.Table) -> Row:
    is_there = lake.exists(table.name)
    return {
        "table": table.name,
        "layer": table.layer,
        "version": lake.version(table.name),
        "rows": lake.row_count(table.name) if is_there else None,
        "holds": table.purpose,
    }


def describe(table: str) -> list[Row]:
    """Give a row for every column of a table's contract."""
    found = _contract(table)
    return [
        {
            "column": column.name,
            "type": column.type,
            "rules": _rules(found, column),
            "unit": column.unit,
            "class": column.classification,
            "means": column.description,
        }
        for column in found.columns
    ]


def _rules(table: contract.Table, column: contract.Column) -> str:
    bounds = [
        f"{sign} {bound:g}"
        for sign, bound in ((">=", column.lowest), ("<=", column.highest))
        if bound is not None
    ]
    words = ["key"] * (column.name in table.key) + ["required"] * column.required
    return ", ".join([*words, *bounds, *filter(None, [column.pattern, "|".join(column.allowed)])])


def show(lake: Lake | Past, table: str, where: Sequence[str], limit: int) -> list[Row]:
    """Give rows that have every given `column=value`, in key order; as they are or were on a day.

    Raises:
        ConfError: a condition is not of that form, or names no column.

    """
    found = _contract(table)
    conditions = [_condition(found, text) for text in where]
    frame = lake.frame(table, where=conditions or None)
    by = [name for name in found.key if name in frame.columns]
    return (frame.sort(by) if by else frame).head(limit).to_dicts()


def _condition(table: contract.Table, text: str) -> pl.Expr:
    name, sign, value = text.partition("=")
    if not sign:
        raise ConfError(f"--where {text!r} is not of the form column=value")
    column = table.column(name.strip())
    if value == "null":
        return pl.col(column.name).is_null()
    if column.type.startswith("array"):
        return pl.col(column.name).list.contains(value)
    if column.type == "boolean":
        return pl.col(column.name) == (value.lower() == "true")
    if column.type in {"int", "bigint", "double", "float"}:
        return pl.col(column.name) == _number(text, value)
    return pl.col(column.name).cast(pl.String) == value


def _number(text: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ConfError(f"--where {text!r}: {value!r} is no number") from None


def _contract(table: str) -> contract.Table:
    known = [one.name for one in contract.tables()]
    if table not in known:
        raise ConfError(f"there is no table {table!r}; there are: {', '.join(known)}")
    return contract.table(table)
