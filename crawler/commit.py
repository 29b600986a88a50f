"""The one way into the bronze tables: whole batches, each exactly once, one committer a table.

A batch has a sequence number of its application. The number goes into the table's log with the
rows, so a batch that is brought twice, after a kill between the write and its acknowledgement, is
known and skipped. delta-rs does not skip it by itself: the number is read from the very snapshot
that the write then builds on.

One committer a table: in a folder by a lock that the kernel keeps, in a bucket, where there is
none, by a lease (conf/lease.py).
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from conf import contract
from conf.errors import LakeError
from conf.lease import FOLDER as LEASES
from conf.lease import leased
from conf.place import Place, S3Path, options
from crawler.batch import BATCHES, CAPTURES, metadata, sealed
from crawler.conform import REFUSED, conform
from crawler.evolve import fitted, widen
from crawler.rows import Row

_LEAST_ROOM = 1_000_000  # bytes, for the log and what the file system itself needs
_ZSTD = WriterProperties(compression="ZSTD", compression_level=3)


class Committer:
    """Appends to the bronze tables of one lake, in the name of one application."""

    def __init__(self, root: Place, app_id: str) -> None:
        """Take the lake's place, and the name under which batches are numbered."""
        self._root = root
        self._app_id = app_id
        self._tables: dict[str, DeltaTable] = {}
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the tables."""
        self.close()

    def close(self) -> None:
        """Let go of the tables, so that another committer may have them."""
        self._held.close()
        self._tables.clear()

    def hold(self, tables: Iterable[str]) -> None:
        """Take tables for this committer alone, and make those that are not there.

        Raises:
            LakeError: another process holds one, or it cannot be written.

        """
        for table in tables:
            self._table(table)

    def next_seq(self, tables: Iterable[str]) -> int:
        """Give the number after the last one that this application committed to the tables."""
        names = {*tables}
        names |= {BATCHES} if CAPTURES in names else set()
        versions = [self._table(name).transaction_version(self._app_id) for name in names]
        return 1 + max((version for version in versions if version is not None), default=0)

    def commit(self, rows: Mapping[str, Sequence[Row]], seq: int) -> dict[str, int]:
        """Append rows to their tables, those that break their contract to `refused`.

        Gives the number of rows written by table; a table that has this batch, or a later one, of
        this application is left alone.

        Raises:
            LakeError: another process holds a table, or it cannot be written.
            ContractError: a row cannot even be refused.

        """
        return self.commit_arrow(conform(rows, self._app_id), seq)

    def commit_arrow(self, batch: Mapping[str, pa.Table], seq: int) -> dict[str, int]:
        """Append tables that keep their contracts already; see `commit`."""
        # `refused` comes last: whatever made rows is in the lake when its refusals are told.
        whole = sealed(batch, self._app_id, seq, datetime.now(UTC))
        names = sorted(whole, key=lambda name: (name == REFUSED, name))
        return {name: self._append(name, whole[name], seq) for name in names}

    def _append(self, name: str, rows: pa.Table, seq: int) -> int:
        table = self._table(name)
        try:
            table.update_incremental()
            last = table.transaction_version(self._app_id)
            if last is not None and last >= seq:
                return 0
            _see_room(self._root / name, rows.nbytes)
            write_deltalake(
                table,
                fitted(rows, contract.table(name)),
                mode="append",
                writer_properties=_ZSTD,
                commit_properties=CommitProperties(
                    app_transactions=[Transaction(self._app_id, seq)],
                    custom_metadata={"writer": self._app_id, **metadata(rows)},
                ),
            )
        except (DeltaError, OSError) as error:
            raise _unwritable(self._root / name, error) from None
        return int(rows.num_rows)

    def _table(self, name: str) -> DeltaTable:
        if name not in self._tables:
            self._lock(name)
            self._tables[name] = self._open(name)
        return self._tables[name]

    def _open(self, name: str) -> DeltaTable:
        path = self._root / name
        promised = contract.table(name)
        try:
            table = DeltaTable.create(
                str(path),
                storage_options=options(path),
                schema=promised.arrow(),
                mode="ignore",
                partition_by=[promised.partition] if promised.partition else None,
                name=name,
                description=promised.purpose,
            )
            widen(table, promised, path)
        except (DeltaError, OSError) as error:
            raise _unwritable(path, error) from None
        return table

    def _lock(self, name: str) -> None:
        """Hold a table; the kernel lets go of a lock file when this process ends, however."""
        if isinstance(self._root, S3Path):
            self._held.enter_context(leased(self._root / LEASES, name))
            return
        path = self._root / ".locks" / f"{name}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.open("a+")
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            lock.close()
            raise LakeError(
                f"{self._root / name} is being written by {holder}; wait for it to end, or stop it"
            ) from None
        lock.truncate(0)
        lock.write(f"{self._app_id} (process {os.getpid()})")
        lock.flush()
        self._held.enter_context(lock)


def _see_room(path: Place, size: int) -> None:
    """Find a full disk before the writer does, which says more than one line of it."""
    if isinstance(path, S3Path):
        return
    if shutil.disk_usage(path).free < size + _LEAST_ROOM:
        raise OSError(errno.ENOSPC, "No space left on device")


def _unwritable(path: Place, error: Exception) -> LakeError:
    why = " ".join(str(error).split())[:300]
    if "os error 28" in why or getattr(error, "errno", None) == errno.ENOSPC:
        return LakeError(f"{path}: the disk is full; make room and run the same command again")
    return LakeError(f"{path} cannot be written: {why}; mend that and run the same command again")
