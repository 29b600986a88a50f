"""Batches on their way to the lake: sealed on the disk before the first table is touched.

A batch is a folder with one Arrow file a table and `acks.json`, what it ends in the frontier. It
gets its name when all of it is on the disk, and goes when it is in the lake and acknowledged.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from conf.errors import CrawlError
from crawler.frontier.store import Acks

_ACKS = "acks.json"


class Sealed(msgspec.Struct, frozen=True):
    """One batch as it lies in the spool."""

    seq: int
    crawl_id: str
    acks: Acks
    tables: dict[str, pa.Table]


class _Note(msgspec.Struct, frozen=True):
    crawl_id: str
    acks: Acks


class Spool:
    """One folder of sealed batches."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; what a killed process had not sealed is thrown away.

        Raises:
            CrawlError: the folder cannot be written.

        """
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for part in folder.glob("*.part"):
                shutil.rmtree(part)
        except OSError as error:
            raise _unwritable(folder, error) from None

    def seal(self, batch: Sealed) -> None:
        """Put a batch on the disk, whole or not at all."""
        part = self._folder / f"{batch.seq:012d}.part"
        try:
            part.mkdir()
            for name, table in batch.tables.items():
                _write(part / f"{name}.arrow", table)
            note = msgspec.json.encode(_Note(batch.crawl_id, batch.acks))
            _durable(part / _ACKS, note)
            part.rename(part.with_suffix(""))
            _sync_folder(self._folder)
        except OSError as error:
            raise _unwritable(part, error) from None

    def remove(self, seq: int) -> None:
        """Throw a batch away: it is in the lake and acknowledged."""
        batch = self._folder / f"{seq:012d}"
        doomed = batch.with_suffix(".part")  # a half-removed batch must not look like a whole one
        batch.rename(doomed)
        shutil.rmtree(doomed)

    def sealed(self) -> Iterator[Sealed]:
        """Give the batches that are still there, the oldest first.

        Raises:
            CrawlError: one cannot be read.

        """
        for folder in sorted(self._folder.glob("[0-9]*")):
            if not folder.suffix:
                yield _read(folder)


def _read(folder: Path) -> Sealed:
    try:
        note = msgspec.json.decode((folder / _ACKS).read_bytes(), type=_Note)
        tables = {}
        for path in folder.glob("*.arrow"):
            with pa.memory_map(str(path)) as file:
                tables[path.stem] = pa.ipc.open_file(file).read_all()
    except (OSError, msgspec.DecodeError, pa.ArrowException) as error:
        raise CrawlError(
            f"{folder}: a batch that is not in the lake yet cannot be read: {error}; remove it, "
            "and crawl again with the same --now to fetch its pages anew"
        ) from None
    return Sealed(int(folder.name), note.crawl_id, note.acks, tables)


def _write(path: Path, table: pa.Table) -> None:
    with path.open("wb") as file:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        file.flush()
        os.fsync(file.fileno())


def _durable(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> CrawlError:
    return CrawlError(
        f"{path}: cannot be written: {error.strerror or error}; mend that and run the same command "
        "again, it goes on from here"
    )
