"""What runs of jobs came to, and the rows that they put aside: two bronze tables.

They are appended to by delta-rs, like all of bronze, and only when something was done: a run that
finds nothing new leaves no trace.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conf import contract
from conf.errors import LakeError
from conf.place import Place, options
from jobs.lock import writer

if TYPE_CHECKING:
    from deltalake import DeltaTable, Transaction

    from conf.site import Site

RUNS, QUARANTINE = "job_runs", "quarantine"


def note(site: Site, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    """Append rows of `job_runs`, but for what is the same for all.

    Raises:
        LakeError: the table cannot be written.

    """
    stamp = {"started_at": at, "started_on": at.date()}
    told = [{"run_id": _digest(row["table_name"], at, os.getpid()), **stamp, **row} for row in rows]
    append(site, RUNS, told)


def put_aside(
    site: Site, table: str, rows: Iterable[dict[str, Any]], version: int, at: datetime
) -> None:
    """Append rows that were left out of a version of a table to `quarantine`, once.

    It comes before the version is written. A run that was killed in between and is run again makes
    the same version of the table, and finds its rows here.

    Raises:
        LakeError: the table cannot be written.

    """
    stamp = {"table_name": table, "for_version": version, "quarantined_at": at}
    told = [
        {
            "quarantine_id": _digest(table, version, row["key_text"], *row["rules"]),
            "quarantined_on": at.date(),
            **stamp,
            **row,
        }
        for row in rows
    ]
    append(site, QUARANTINE, told, once=(f"quarantine:{table}", version))


def append(
    site: Site, name: str, rows: list[dict[str, Any]], once: tuple[str, int] | None = None
) -> None:
    """Append rows in one commit; with `once`, an application and its number, not a second time.

    Raises:
        LakeError: the table is held by another process, or cannot be written.

    """
    from deltalake import CommitProperties, Transaction, write_deltalake
    from deltalake.exceptions import DeltaError

    promised = contract.table(name)
    with writer(site.state / "locks", name):
        try:
            table = _opened(site.lake / name, promised)
            last = table.transaction_version(once[0]) if once else None
            if once and last is not None and last >= once[1]:
                return
            marks: list[Transaction] = [Transaction(*once)] if once else []
            write_deltalake(
                table,
                pa.Table.from_pylist(rows, schema=promised.arrow()),
                mode="append",
                commit_properties=CommitProperties(app_transactions=marks),
            )
        except (DeltaError, OSError) as error:
            why = " ".join(str(error).split())[:300]
            raise LakeError(f"{site.lake / name} cannot be written: {why}; mend that") from None


def _opened(path: Place, promised: contract.Table) -> DeltaTable:
    from deltalake import DeltaTable
    from deltalake.exceptions import CommitFailedError

    try:
        return DeltaTable.create(
            str(path),
            storage_options=options(path),
            schema=promised.arrow(),
            mode="ignore",
            partition_by=[promised.partition] if promised.partition else None,
            name=promised.name,
            description=promised.purpose,
        )
    except CommitFailedError:  # another machine made it at the same moment
        return DeltaTable(str(path), storage_options=options(path))


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
