"""Rows held against their contract before they go to the lake; what breaks it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from conf import contract
from conf.errors import ContractError
from crawler.items import Refused
from crawler.rows import Row, refused_row

REFUSED = "refused"
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "bigint": (int,),
    "int": (int,),
    "double": (float, int),
    "float": (float, int),
}


class Rule(msgspec.Struct, frozen=True):
    """What one column promises, ready to be checked."""

    name: str
    types: tuple[type, ...]
    is_required: bool
    pattern: re.Pattern[str] | None
    allowed: frozenset[str]
    lowest: float | None
    highest: float | None


def conform(rows: Mapping[str, Sequence[Row]], source_name: str) -> dict[str, pa.Table]:
    """Give the rows as Arrow tables by contract; those that break it become rows of `refused`.

    Raises:
        ContractError: a row of `refused` itself breaks its contract, or a row has no time.

    """
    good: dict[str, pa.Table] = {}
    bad: list[Row] = []
    for table, given in rows.items():
        if table != REFUSED:
            good[table], faulty = sift(table, given)
            bad += [_refused(table, given[at], said, source_name) for at, said in faulty]
    good[REFUSED], faulty = sift(REFUSED, [*rows.get(REFUSED, ()), *bad])
    for _, said in faulty:
        raise ContractError(f"a row of refused breaks its own contract: {said}")
    return {table: kept for table, kept in good.items() if kept.num_rows}


def sift(table: str, rows: Sequence[Row]) -> tuple[pa.Table, list[tuple[int, str]]]:
    """Give the rows that keep their table's contract, and of the others place and fault.

    All rows are held against it at once, ten times faster than one by one; only if that finds a
    fault is each one asked for its own.
    """
    schema = contract.table(table).arrow()
    whole = _whole(table, rows, schema)
    if whole is not None:
        return whole, []
    faulty = [(at, said) for at, row in enumerate(rows) if (said := fault(table, row)) is not None]
    bad = {at for at, _ in faulty}
    good = [row for at, row in enumerate(rows) if at not in bad]
    return pa.Table.from_pylist(good, schema=schema), faulty


def _whole(table: str, rows: Sequence[Row], schema: pa.Schema) -> pa.Table | None:
    """Give the rows as a table if every one of them keeps the contract."""
    try:
        whole = pa.Table.from_pylist(list(rows), schema=schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return whole if all(_keeps(whole[rule.name], rule) for rule in _rules(table)) else None


def _keeps(column: pa.ChunkedArray, rule: Rule) -> bool:
    if rule.is_required and column.null_count:
        return False
    if rule.allowed and not _all(pc.is_in(column, pa.array(sorted(rule.allowed))), column):
        return False
    if rule.pattern and not _all(pc.match_substring_regex(column, rule.pattern.pattern), column):
        return False
    if rule.lowest is not None and not _all(pc.greater_equal(column, rule.lowest), column):
        return False
    return rule.highest is None or _all(pc.less_equal(column, rule.highest), column)


def _all(answers: pa.ChunkedArray, column: pa.ChunkedArray) -> bool:
    """Say whether the answer is yes wherever the column has a value."""
    return bool(pc.all(pc.or_kleene(answers, pc.is_null(column)), min_count=0).as_py())


def fault(table: str, row: Row) -> str | None:
    """Say in what a row breaks its table's contract; None if it keeps it."""
    return next(_faults(table, row), None)


def _faults(table: str, row: Row) -> Iterator[str]:
    for rule in _rules(table):
        value = row.get(rule.name)
        if value is None:
            if rule.is_required:
                yield f"{table}.{rule.name} is missing"
        elif not isinstance(value, rule.types):
            yield f"{table}.{rule.name} is a {type(value).__name__}"
        elif said := _value_fault(rule, value):
            yield f"{table}.{rule.name} {said}"


def _value_fault(rule: Rule, value: Any) -> str | None:
    if rule.allowed and value not in rule.allowed:
        return f"is {value!r}, not one of {', '.join(sorted(rule.allowed))}"
    if rule.pattern and not rule.pattern.search(value):
        return f"does not match {rule.pattern.pattern}"
    if rule.lowest is not None and value < rule.lowest:
        return f"is under {rule.lowest:g}"
    if rule.highest is not None and value > rule.highest:
        return f"is over {rule.highest:g}"
    return None


def _refused(table: str, row: Row, said: str, source_name: str) -> Row:
    at = row.get((contract.table(table).partition or "").replace("_on", "_at"))
    if not isinstance(at, datetime):
        raise ContractError(f"a row of {table} has no time: {said}")
    place = row.get("url") or row.get("image_url") or row.get("listing_key") or table
    refused = Refused(
        stage="check",
        place=str(place),
        reason="breaks_contract",
        detail=said,
        capture_id=row.get("capture_id") if table != "captures" else None,
    )
    return refused_row(refused, source_name, at, row.get("platform"))


@cache
def _rules(table: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            name=column.name,
            types=(list, tuple) if column.type.startswith("array<") else _TYPES[column.type],
            is_required=column.required,
            pattern=re.compile(column.pattern) if column.pattern else None,
            allowed=frozenset(column.allowed),
            lowest=column.lowest,
            highest=column.highest,
        )
        for column in contract.table(table).columns
    )
