"""What the lake already knows, as far as a crawl wants to know it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import numpy as np
import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from conf import contract
from conf.errors import LakeError
from conf.place import Place, options


class KnownPictures:
    """Which listing's pictures the lake holds already; 8 bytes each."""

    def __init__(self, pairs: Iterator[tuple[str, str]]) -> None:
        """Take pairs of listing_key and address."""
        self._hashes = np.fromiter((hash(pair) for pair in pairs), dtype=np.int64)
        self._hashes.sort()

    def has(self, listing_key: str, url: str) -> bool:
        """Say whether a listing's picture is known."""
        wanted = hash((listing_key, url))
        at = int(np.searchsorted(self._hashes, wanted))
        return at < len(self._hashes) and int(self._hashes[at]) == wanted


def known_pictures(lake: Place, platforms: Sequence[str], before: datetime) -> KnownPictures:
    """Give the pictures of the platforms' listings that were fetched before a time."""
    rows = scan(lake, "images")
    if rows is None:
        return KnownPictures(iter(()))
    wanted = pl.col("platform").is_in(platforms) & (pl.col("fetched_at") < before)
    return KnownPictures(
        rows.filter(wanted).select("listing_key", "image_url").collect().iter_rows()
    )


def of_day(
    lake: Place, table: str, day: date, wanted: pl.Expr, columns: Sequence[str]
) -> pl.DataFrame:
    """Give some columns of a day's rows, those that are wanted; nothing if there is no table."""
    rows = scan(lake, table)
    promised = contract.table(table)
    if rows is None or promised.partition is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return rows.filter((pl.col(promised.partition) == day) & wanted).select(columns).collect()


def days(lake: Place, table: str, wanted: pl.Expr) -> list[date]:
    """Give the days of which a table holds wanted rows, in order."""
    rows = scan(lake, table)
    day = contract.table(table).partition
    if rows is None or day is None:
        return []
    return rows.filter(wanted).select(pl.col(day).unique().sort()).collect()[day].to_list()


def scan(lake: Place, table: str) -> pl.LazyFrame | None:
    """Give a table as it is now; None if there is none yet.

    Raises:
        LakeError: it is there and cannot be read.

    """
    path = lake / table
    if not (path / "_delta_log").exists():
        return None
    try:
        opened = DeltaTable(str(path), storage_options=options(path))
        return pl.scan_delta(opened, credential_provider=None)
    except (DeltaError, OSError) as error:
        why = " ".join(str(error).split())[:300]
        raise LakeError(
            f"{path} cannot be read: {why}; restore the folder from a copy, or remove it to begin "
            "anew"
        ) from None
