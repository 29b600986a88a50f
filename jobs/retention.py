"""Lets go of bronze that is older than its contract keeps it, and of no evidence.

Whole days go. Of captures, those stay which show a listing that was held suspect or that a decision
names, or its seller; their bodies stay in the packs, and all others are taken out of them. Of what
went, the hash stays in `batches`, so that what is left can still be verified.

Rows go first, in one commit a day, and bodies after them: a run that was killed in between leaves
bodies that no row names, and the next run takes them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl

from conf import contract
from conf.contract import Table
from conf.errors import LakeError
from jobs import holes
from jobs.reader import Lake, keeping
from jobs.score._scoring import REVIEW
from jobs.unwritable import told

CAPTURES = "captures"
_NOTE = {"userMetadata": keeping("retention")}
# What shows a listing or a seller, and by which column.
_SHOWN = (
    ("observations", "listing_key"),
    ("images", "listing_key"),
    ("seller_observations", "seller_key"),
)


class Gone(msgspec.Struct):
    """What went of one table."""

    days: int = 0
    rows: int = 0


def drop_days(lake: Lake, table: Table, today: date, *, dry_run: bool) -> Gone:
    """Drop the days that are past a table's retention.

    Raises:
        LakeError: the table cannot be written.

    """
    gone = Gone()
    for day in past_days(lake, table, today):
        (key,) = table.key
        ids = lake.frame(table.name, columns=[key], where=_on(table, day))
        stays = ids.clear()
        if table.name == CAPTURES:
            stays = ids.join(evidence(lake, day), on=key, how="semi")
        if stays.height == ids.height:
            continue
        gone.days += 1
        gone.rows += ids.height - stays.height
        if not dry_run:
            _keep_of_day(lake, table, day, stays[key])
    return gone


def past_days(lake: Lake, table: Table, today: date) -> list[date]:
    """Give the days of a table that are past its retention, in order."""
    if table.layer != "bronze" or table.retention_days is None or table.partition is None:
        return []
    last = today - timedelta(days=table.retention_days)
    files = lake.log(table.name)
    name = f"partition.{table.partition}"
    if name not in files.columns:
        return []
    return sorted(day for day in files[name].unique() if day < last)


def evidence(lake: Lake, day: date) -> pl.DataFrame:
    """Give the captures of a day that show what was held suspect, or decided on."""
    keys = suspects(lake)
    found = []
    for table, by in _SHOWN:
        if lake.exists(table):
            where = [pl.col(by).is_in(keys.implode()), pl.col("capture_id").is_not_null()]
            days = pl.col(_day_of(table)).is_between(day, day + timedelta(days=1))
            found.append(lake.frame(table, columns=["capture_id"], where=[*where, days]))
    nothing = pl.DataFrame(schema={"capture_id": pl.String})
    return pl.concat([nothing, *found]).unique()


def suspects(lake: Lake) -> pl.Series:
    """Give the keys of listings and sellers that were held suspect or that a decision names."""
    found = [pl.Series(dtype=pl.String)]
    if lake.exists("listing_scores"):
        listings = lake.frame(
            "listing_scores",
            columns=["listing_key", "seller_key"],
            where=pl.col("is_red_flag") | (pl.col("suspicion") >= REVIEW),
        )
        found += [listings["listing_key"], listings["seller_key"]]
    if lake.exists("decisions"):
        found.append(lake.frame("decisions", columns=["subject_key"])["subject_key"])
    return pl.concat(found).drop_nulls().unique()


def sweep_packs(lake: Lake, packs: Path, table: Table, today: date, *, dry_run: bool) -> int:
    """Take bodies that no capture names out of packs past retention; gives the bytes that went.

    A pack of which nothing is named goes as a whole. In others the place of a body is given back
    to the file system, and what stays lies where the rows say.
    """
    if table.retention_days is None or not lake.exists(CAPTURES):
        return 0
    last = datetime.combine(today - timedelta(days=table.retention_days), datetime.min.time(), UTC)
    old = [path for path in sorted(packs.rglob("*")) if path.is_file() and _is_old(path, last)]
    if not old:
        return 0
    names = {str(path.relative_to(packs)): path for path in old}
    named = lake.frame(
        CAPTURES,
        columns=["pack", "pack_offset", "pack_length"],
        where=pl.col("pack").is_in(list(names)),
    )
    gone = 0
    for name, path in names.items():
        frames = named.filter(pl.col("pack") == name).drop("pack").unique().sort("pack_offset")
        gone += _sweep(path, list(frames.iter_rows()), dry_run=dry_run)
    return gone


def _is_old(path: Path, last: datetime) -> bool:
    return path.stat().st_mtime < last.timestamp()


def _sweep(path: Path, frames: Sequence[tuple[int, int]], *, dry_run: bool) -> int:
    size = path.stat().st_size
    if not frames:
        if not dry_run:
            path.unlink()
        return size
    between = list(_between(frames, size))
    if not dry_run and between:
        holes.punch(path, between)
    return sum(end - start for start, end in between)


def _between(frames: Sequence[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Give what lies between frames, from and to."""
    at = 0
    for offset, length in frames:
        if offset > at:
            yield at, offset
        at = max(at, offset + length)
    if at < size:
        yield at, size


def _on(table: Table, day: date) -> pl.Expr:
    return pl.col(str(table.partition)) == day


def _keep_of_day(lake: Lake, table: Table, day: date, stays: pl.Series) -> None:
    from deltalake import CommitProperties, write_deltalake

    opened = lake.open(table.name)
    properties = CommitProperties(custom_metadata=_NOTE)
    where = f"{table.partition} = DATE '{day.isoformat()}'"
    with told(lake.path(table.name)):
        if stays.is_empty():
            opened.delete(where, commit_properties=properties)
            return
        kept = [_on(table, day), pl.col(table.key[0]).is_in(stays.implode())]
        rows = lake.frame(table.name, columns=table.names, where=kept)
        write_deltalake(
            opened,
            rows.to_arrow().cast(table.arrow()),
            mode="overwrite",
            predicate=where,
            commit_properties=properties,
        )


def _day_of(table: str) -> str:
    day = contract.table(table).partition
    if day is None:
        raise LakeError(f"{table} has no days")
    return day
