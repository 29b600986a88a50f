"""Rows as a partner's file: CSV, JSON lines, Parquet, plain or packed; always the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

Row = dict[str, Any]
Packing = Literal["", ".gz", ".zst"]
_BOM = "\ufeff"  # as spreadsheet programs begin a CSV file
_json = msgspec.json.Encoder()


class Form(msgspec.Struct, frozen=True):
    """In which form a partner sends a file."""

    format: Literal["csv", "jsonl", "parquet"]
    packing: Packing = ""
    delimiter: str = ","
    separator: str = " "  # between the addresses of one field of a CSV
    has_bom: bool = False

    @property
    def ending(self) -> str:
        """End of the file's name, with its points."""
        return f".{self.format}{self.packing}"


def written(rows: Sequence[Row], columns: Sequence[str], form: Form) -> bytes:
    """Give the file of some rows; a value that a row lacks is empty, missing or null in it."""
    content = _WRITERS[form.format](rows, columns, form)
    return _PACKERS[form.packing](content)


def _csv(rows: Sequence[Row], columns: Sequence[str], form: Form) -> bytes:
    out = io.StringIO(newline="")
    if form.has_bom:
        out.write(_BOM)
    writer = csv.writer(out, delimiter=form.delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name), form) for name in columns] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any, form: Form) -> Any:
    """Give what stands in a cell: addresses side by side, anything deeper as JSON."""
    if isinstance(value, list) and value and not isinstance(value[0], str):
        return _json.encode(value).decode()
    if isinstance(value, list):
        return form.separator.join(value)
    return "" if value is None else value


def _jsonl(rows: Sequence[Row], columns: Sequence[str], _form: Form) -> bytes:
    return b"".join(_json.encode(_said(row, columns)) + b"\n" for row in rows)


def _said(row: Row, columns: Iterable[str]) -> Row:
    """Give what a row says; "seller.id" is `id` in an object `seller`."""
    found: Row = {}
    for name in columns:
        if row.get(name) is not None:
            *outer, last = name.split(".")
            inner = found
            for one in outer:
                inner = inner.setdefault(one, {})
            inner[last] = row[name]
    return found


def _parquet(rows: Sequence[Row], columns: Sequence[str], _form: Form) -> bytes:
    out = io.BytesIO()
    arrays = [pa.array([row.get(name) for row in rows]) for name in columns]
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), out, compression="zstd")
    return out.getvalue()


def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # no time in the header: the same bytes every time


_WRITERS: dict[str, Callable[[Sequence[Row], Sequence[str], Form], bytes]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda content: content,
    ".gz": _gzipped,
    ".zst": zstandard.ZstdCompressor(level=6).compress,
}
