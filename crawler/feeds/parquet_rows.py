"""The rows of a Parquet file; a row group that is damaged costs its own rows alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from conf.errors import FeedError
from crawler.feeds.faults import Broken, Record
from crawler.feeds.json_rows import reach
from crawler.feeds.opened import kind

_BATCH_ROWS = 1024
LARGEST_GROUP_BYTES = 2_000_000_000  # decompressed, as its footer says
_DAMAGE = (pa.ArrowException, OSError, ValueError, UnicodeDecodeError)


def records(file: BinaryIO, path: Path, wanted: Sequence[str]) -> Iterator[Record | Broken]:
    """Give the wanted fields of every row; a dot in a name reaches into a nested one.

    Raises:
        FeedError: it is no Parquet file.

    """
    with _seekable(file, path) as source:
        try:
            content = pq.ParquetFile(source, pre_buffer=False)
        except _DAMAGE as error:
            raise FeedError(f"it is no Parquet file: {_said(error)}") from None
        first = 1
        for group in range(content.num_row_groups):
            about = content.metadata.row_group(group)
            if about.total_byte_size > LARGEST_GROUP_BYTES:
                said = f"{about.num_rows} rows from here on are one group of over 2 GB"
                yield Broken(first, "too_large", said)
            else:
                yield from _group(content, group, first, wanted)
            first += about.num_rows


def _group(
    content: pq.ParquetFile, group: int, first: int, wanted: Sequence[str]
) -> Iterator[Record | Broken]:
    there = set(content.schema_arrow.names)
    tops = [one if one in there else one.split(".")[0] for one in wanted]
    columns = list(dict.fromkeys(top for top in tops if top in there))
    line = first
    try:
        for batch in content.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns):
            size = batch.nbytes // max(1, batch.num_rows)
            for values in zip(*_picked(batch, wanted, tops), strict=True):
                yield Record(line, size, values)
                line += 1
    except _DAMAGE as error:
        left = first + content.metadata.row_group(group).num_rows - line
        said = f"{left} rows from here on cannot be read: {_said(error)}"
        yield Broken(line, "bad_parquet", said)


def _picked(batch: pa.RecordBatch, wanted: Sequence[str], tops: Sequence[str]) -> list[list[Any]]:
    """Give the wanted columns as lists, in their order."""
    there = {name: batch.column(name).to_pylist() for name in batch.schema.names}
    unknown = [None] * batch.num_rows
    return [
        there.get(top, unknown)
        if top == one
        else [reach(value, one.split(".")[1:]) for value in there.get(top, unknown)]
        for one, top in zip(wanted, tops, strict=True)
    ]


@contextmanager
def _seekable(file: BinaryIO, path: Path) -> Iterator[Any]:
    """Give a Parquet file that can be read in any order: a compressed one is unpacked first."""
    if kind(path) is None:
        yield path
        return
    with tempfile.TemporaryFile() as unpacked:
        shutil.copyfileobj(file, unpacked)
        unpacked.seek(0)
        yield unpacked


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
