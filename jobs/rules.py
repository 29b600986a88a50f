"""What no row of a table may do, by contract, as Polars expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import polars as pl

from conf.contract import Column, Table
from conf.errors import ContractError
from jobs.marks import BAD

MOST_SHOWN = 20


class Rule(msgspec.Struct, frozen=True):
    """One thing that no row may do; `is_broken` is null or false where it does not."""

    says: str
    is_broken: Any  # a Polars expression, which msgspec has no type for


class Broken(msgspec.Struct):
    """How many rows break a rule, and the key of the first of them by key."""

    count: int
    key: str

    def add(self, other: Broken) -> None:
        """Count others' rows in."""
        self.count += other.count
        self.key = min(self.key, other.key)


def rules(table: Table) -> Iterator[Rule]:
    """Give the rules that a contract makes for single rows."""
    for column in table.columns:
        value = pl.col(column.name)
        if column.required:
            yield Rule(f"{column.name} is missing", value.is_null())
        yield from _value_rules(column, value)


def _value_rules(column: Column, value: pl.Expr) -> Iterator[Rule]:
    if column.lowest is not None:
        yield Rule(f"{column.name} is under {column.lowest:g}", value < column.lowest)
    if column.highest is not None:
        yield Rule(f"{column.name} is over {column.highest:g}", value > column.highest)
    if column.type in {"double", "float"}:
        yield Rule(f"{column.name} is no number", ~value.is_finite())
    if column.pattern is not None:
        yield Rule(
            f"{column.name} is not of the form {column.pattern}",
            ~value.str.contains(column.pattern),
        )
    if column.allowed:
        words = ", ".join(column.allowed)
        yield Rule(f"{column.name} is none of {words}", ~value.is_in(list(column.allowed)))


def marked(rows: pl.DataFrame, known: list[Rule]) -> pl.DataFrame:
    """Give rows with a column that tells whether each breaks a rule."""
    if not known:
        return rows.with_columns(pl.lit(False).alias(BAD))  # noqa: FBT003 - a literal of Polars
    broken = pl.any_horizontal(*[rule.is_broken.fill_null(value=False) for rule in known])
    return rows.with_columns(broken.alias(BAD))


def broken(rows: pl.DataFrame, known: list[Rule], key: tuple[str, ...]) -> dict[str, Broken]:
    """Count the rows that break each rule; `rows` are those that break one."""
    found = {}
    keys = rows.select(key_text(rows, key))
    for rule in known:
        hits = keys.filter(rows.select(rule.is_broken.fill_null(value=False)).to_series())
        if hits.height:
            found[rule.says] = Broken(hits.height, str(hits.to_series().min()))
    return found


def count_in(known: dict[str, Broken], more: Mapping[str, Broken]) -> None:
    """Count more broken rules into those that are known."""
    for says, one in more.items():
        if says in known:
            known[says].add(one)
        else:
            known[says] = one


def aside(rows: pl.DataFrame, known: list[Rule], table: Table) -> pl.DataFrame:
    """Give key, broken rules and JSON of the rows that break a rule."""
    said = [
        pl.when(rule.is_broken.fill_null(value=False)).then(pl.lit(rule.says)) for rule in known
    ]
    return rows.select(
        key_text(rows, table.key),
        pl.concat_list(said).list.drop_nulls().alias("rules"),
        pl.struct(table.names).struct.json_encode().alias("row_json"),
    )


def key_text(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.Expr:
    """Give a row's key as text; where there is none, the first column."""
    names = key or (rows.columns[0],)
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in names]
    return pl.concat_str(parts, separator=" ").alias("key_text")


def refuse(table: Table, faults: Mapping[str, Broken], bad: int, rows: int) -> None:
    """Stop before anything is written where more rows break a rule than the contract bears.

    Raises:
        ContractError: they do; lists every broken rule with how many rows break it and one's key.

    """
    if bad > table.quarantine_share * rows:
        said = [
            f"{says} in {one.count} rows (one: {one.key!r})" for says, one in sorted(faults.items())
        ]
        raise fault(table, said)


def fault(table: Table, said: list[str]) -> ContractError:
    """Give the error that names what is wrong with a table's rows."""
    more = f"; and {len(said) - MOST_SHOWN} more" if len(said) > MOST_SHOWN else ""
    return ContractError(
        f"{table.name}: {'; '.join(said[:MOST_SHOWN])}{more}; nothing was written, mend the "
        f"job or conf/tables/{table.name}.yaml"
    )
