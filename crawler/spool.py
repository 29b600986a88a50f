"""Batches on their way to the lake: sealed on the disk before the first table is touched.

A batch is a folder with one Arrow file a table and `acks.json`, what it ends in the frontier. It
gets its name when all of it is on the disk, and goes when it is in the lake and acknowledged.

A worker's batches lie in a folder of its own, named for it and for this one life of it, so that two
workers of one name never touch the same batch. There each row also has an owner: the place in
`acks.done` of the page that gave it, so that the rows of a page that another worker has taken over
can be left out.
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
_NUMBER = "[0-9]" * 12  # the names of batches; a worker's folder has none of this form
# By table, for each row; below 0 for one that is no page's, as what is said of a whole host.
Owners = dict[str, list[int]]


class Told(msgspec.Struct, frozen=True):
    """What one outcome counts as, and whose it is."""

    owner: int
    platform: str
    counts: tuple[str, ...] = ()
    reason: str | None = None  # of a refusal


class Sealed(msgspec.Struct, frozen=True):
    """One batch as it lies in the spool."""

    seq: int
    crawl_id: str
    acks: Acks
    tables: dict[str, pa.Table]
    owners: Owners = {}
    told: tuple[Told, ...] = ()


class _Note(msgspec.Struct, frozen=True):
    crawl_id: str
    acks: Acks
    owners: Owners = {}
    told: tuple[Told, ...] = ()


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
            note = _Note(batch.crawl_id, batch.acks, batch.owners, batch.told)
            durable(part / _ACKS, msgspec.json.encode(note))
            _sync_folder(part)
            part.rename(part.with_suffix(""))
            _sync_folder(self._folder)
        except OSError as error:
            raise _unwritable(part, error) from None

    def remove(self, seq: int) -> None:
        """Throw a batch away: it is in the lake and acknowledged."""
        throw_away(self._folder / f"{seq:012d}")

    def sealed(self) -> Iterator[Sealed]:
        """Give the batches that are still there, the oldest first.

        Raises:
            CrawlError: one cannot be read.

        """
        for folder in sorted(self._folder.glob(_NUMBER)):
            yield read(folder)

    @property
    def waiting(self) -> int:
        """How many batches are still there."""
        return sum(1 for _ in self._folder.glob(_NUMBER))


def of_workers(folder: Path) -> list[Path]:
    """Give the batches of all workers under a spool's folder, the oldest first."""
    found = []
    for batch in folder.glob(f"*/{_NUMBER}"):
        try:
            found.append((batch.stat().st_mtime_ns, batch))
        except FileNotFoundError:  # brought to the lake meanwhile
            continue
    return [batch for _, batch in sorted(found)]


def throw_away(batch: Path) -> None:
    """Remove a batch's folder."""
    doomed = batch.with_suffix(".part")  # a half-removed batch must not look like a whole one
    batch.rename(doomed)
    shutil.rmtree(doomed)


def read(folder: Path) -> Sealed:
    """Give a sealed batch.

    Raises:
        CrawlError: it cannot be read.

    """
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
    return Sealed(int(folder.name), note.crawl_id, note.acks, tables, note.owners, note.told)


def _write(path: Path, table: pa.Table) -> None:
    with path.open("wb") as file:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        file.flush()
        os.fsync(file.fileno())


def durable(path: Path, content: bytes) -> None:
    """Write a file and force it to the disk."""
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
