"""Finds identifiers in the text cells of a table, nested ones too, and replaces them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa

from jobs.erasure.identifier import Identifier, replaced


class Found(msgspec.Struct):
    """How much of a table, or of some files, holds an identifier."""

    rows: int = 0
    cells: int = 0
    files: int = 0


def erased(table: pa.Table, wanted: Sequence[Identifier]) -> tuple[pa.Table, Found]:
    """Give a table without the identifiers, and how many of its rows and cells held one."""
    touched = places(table, wanted)
    for name, held in touched.items():
        at = table.schema.get_field_index(name)
        values = table[name].to_pylist()
        for place in held:
            values[place] = replaced_value(values[place], wanted)
        field = table.schema.field(at)
        table = table.set_column(at, field, pa.array(values, field.type))
    return table, found(touched)


def places(table: pa.Table, wanted: Sequence[Identifier]) -> dict[str, list[int]]:
    """Give, by column, the places of the cells that hold an identifier."""
    held = {name: holding(table[name], wanted) for name in table.schema.names}
    return {name: some for name, some in held.items() if some}


def found(touched: Mapping[str, Sequence[int]]) -> Found:
    """Count what was found."""
    rows = {place for some in touched.values() for place in some}
    return Found(len(rows), sum(map(len, touched.values())), int(bool(rows)))


def holding(column: pa.ChunkedArray, wanted: Sequence[Identifier]) -> list[int]:
    """Give the places of a column's cells that hold an identifier."""
    if pa.types.is_nested(column.type):
        if not any(_some(leaf, wanted) for leaf in _leaves(_one(column))):
            return []
        return [at for at, value in enumerate(column.to_pylist()) if holds_value(value, wanted)]
    if not _is_text(column.type):
        return []
    return _some(column, wanted)


def holds_value(value: Any, wanted: Sequence[Identifier]) -> bool:
    """Tell whether a value, or what it is made of, holds an identifier."""
    return any(one.holds(text) for text in _texts(value) for one in wanted)


def replaced_value(value: Any, wanted: Sequence[Identifier]) -> Any:
    """Give a value, or what it is made of, without the identifiers."""
    if isinstance(value, str):
        return replaced(value, wanted)
    if isinstance(value, dict):
        return {name: replaced_value(one, wanted) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(replaced_value(one, wanted) for one in value)
    return value


def count(column: pa.ChunkedArray, wanted: Sequence[Identifier]) -> int:
    """Count how often a column holds an identifier."""
    if pa.types.is_nested(column.type):
        return sum(count(pa.chunked_array([one]), wanted) for one in _leaves(_one(column)))
    if not _is_text(column.type):
        return 0
    texts = _as_text(column)
    held = texts.gather(_some(column, wanted))
    return sum(one.count(text) for text in held for one in wanted)


def _some(column: pa.Array | pa.ChunkedArray, wanted: Sequence[Identifier]) -> list[int]:
    """Give the places of texts that hold an identifier: only what may hold one is looked at."""
    texts = _as_text(column)
    found = set()
    for one in wanted:
        # The same text comes again and again: it is read once.
        held: dict[str, bool] = {}
        for at in one.mask(texts).arg_true():
            text = texts[at]
            if text not in held:
                held[text] = one.holds(text)
            if held[text]:
                found.add(at)
    return sorted(found)


def _as_text(column: pa.Array | pa.ChunkedArray) -> pl.Series:
    if _is_binary(column.type):
        texts = [
            None if one is None else one.decode("utf-8", "replace") for one in column.to_pylist()
        ]
        return pl.Series(texts, dtype=pl.String)
    return pl.Series(column).cast(pl.String)


def _leaves(array: pa.Array) -> Iterator[pa.Array]:
    kind = array.type
    if pa.types.is_map(kind):
        yield from _leaves(array.keys)
        yield from _leaves(array.items)
    elif pa.types.is_struct(kind):
        for part in array.flatten():
            yield from _leaves(part)
    elif pa.types.is_nested(kind):
        yield from _leaves(array.flatten())
    elif _is_text(kind):
        yield array


def _one(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    is_string = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(is_string or pa.types.is_string_view(kind) or _is_binary(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
