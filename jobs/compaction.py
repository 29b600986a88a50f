"""Lays together the small files of a bronze day that is over: what was one file a batch."""

from __future__ import annotations

from datetime import date

import polars as pl

from conf.contract import Table
from jobs.reader import Lake
from jobs.unwritable import told

TARGET_BYTES = 256 * 2**20
_SMALL = TARGET_BYTES // 2


def compact(lake: Lake, table: Table, today: date, *, dry_run: bool) -> int:
    """Compact the days before today that have several small files; gives how many files went.

    Where the contract says so, a day's rows are sorted as well, so that a look at one key reads
    little. The rows stay, and Delta's log says so: jobs take nothing from it.

    Raises:
        LakeError: the table cannot be written.

    """
    gone = 0
    for day, files in small_files(lake, table, today).items():
        if dry_run:
            gone += files
            continue
        assert table.partition is not None  # noqa: S101 - days come from it
        where = [(table.partition, "=", day.isoformat())]
        optimize = lake.open(table.name).optimize
        with told(lake.path(table.name)):
            if table.cluster_by is None:
                done = optimize.compact(where, TARGET_BYTES)
            else:
                done = optimize.z_order([table.cluster_by], where, TARGET_BYTES)
        gone += int(done["numFilesRemoved"]) - int(done["numFilesAdded"])
    return gone


def small_files(lake: Lake, table: Table, today: date) -> dict[date, int]:
    """Give the days that are over and have several small files, and how many."""
    if table.partition is None:
        return {}
    files = lake.log(table.name)
    day = f"partition.{table.partition}"
    if day not in files.columns:
        return {}
    small = files.filter((pl.col(day) < today) & (pl.col("size_bytes") < _SMALL))
    several = small.group_by(day).len().filter(pl.col("len") > 1).sort(day)
    return dict(several.iter_rows())
