"""The training frame: labelled listings with all that was known of them, one row a listing.

It is read at versions of the tables, which training notes and repeats; or as everything was at the
end of a day, so that nothing is learned from what came after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec
import polars as pl

from conf.errors import LakeError, ModelError
from conf.model import Model
from conf.model import model as read_model
from conf.site import Site
from jobs import catalogue
from jobs.facts import join_facts
from jobs.past import Past
from jobs.reader import Lake
from jobs.whole import whole
from ml.labels import labels

TABLES = ("listings", "listing_matches", "sellers", "seller_features", "decisions")
HEADS = (
    "listing_key",
    "platform",
    "seller_key",
    "brand",
    "language",
    "observed_at",
    "decided_at",
    "is_counterfeit",
    "weight",
    "drawn",
    "is_own",
)

Read = Callable[..., pl.DataFrame]  # of a table's name, `columns` and `where`


class Written(msgspec.Struct, frozen=True):
    """A training frame that was written."""

    path: str
    model: str
    as_of: date
    listings: int
    counterfeits: int
    features: int
    first_decided_at: datetime
    last_decided_at: datetime


def versions(site: Site) -> dict[str, int]:
    """Give the newest version of every table that is learned from.

    Raises:
        ModelError: a table is missing.

    """
    lake = Lake(site.lake)
    found = {name: lake.version(name) for name in TABLES}
    if missing := [name for name, version in found.items() if version is None]:
        raise ModelError(
            f"{site.lake} has no {', '.join(missing)} to learn from: import partners' listings and "
            "decisions (`countermark feed import`) and run `countermark job run all`"
        )
    return {name: version for name, version in found.items() if version is not None}


def readable(site: Site, at: Mapping[str, int]) -> Mapping[str, int]:
    """Give these versions, or the newest if the lake was made anew since and has them no more."""
    lake = Lake(site.lake)
    try:
        for name in TABLES:
            lake.open(name, at[name])
    except (LakeError, KeyError):
        return versions(site)
    return at


def rows_at(site: Site, at: Mapping[str, int]) -> pl.DataFrame:
    """Give the labelled listings of these versions of the tables, sorted by key.

    Raises:
        LakeError: a table has no such version any more.

    """
    lake = Lake(site.lake)

    def read(table: str, **asked: object) -> pl.DataFrame:
        return lake.frame(table, version=at[table], **asked)  # type: ignore[arg-type] # as given

    return _rows(read)


def rows_on(site: Site, day: date) -> pl.DataFrame:
    """Give the labelled listings as everything was at the end of a day, sorted by key.

    Raises:
        LakeError: a table does not reach back to that day.
        ModelError: a row tells of something that came after it.

    """
    past = Past(site, day)
    end = datetime.combine(day + timedelta(days=1), time(), UTC)

    def read(table: str, **asked: object) -> pl.DataFrame:
        return past.frame(table, **asked)  # type: ignore[arg-type] # as given

    found = _rows(read)
    check_time(found, end)
    return found


def check_time(rows: pl.DataFrame, end: datetime) -> None:
    """Hold every row to its time: shown before it was decided upon, and both before the end.

    Raises:
        ModelError: a row is a leak: a model would learn from what was not known yet.

    """
    later = rows.filter(
        (pl.col("observed_at") > pl.col("decided_at")) | (pl.col("decided_at") >= end)
    )
    if later.height:
        some = ", ".join(later["listing_key"].head(3).to_list())
        raise ModelError(
            f"{later.height} rows of the training frame tell of what came later ({some}): a "
            f"listing is shown before it is decided upon, and both before {end:%Y-%m-%d %H:%M} UTC"
        )


def write(site: Site, name: str, day: date, out: Path) -> Written:
    """Write a model's training frame as it was at the end of a day, as Parquet.

    One row a labelled listing: its keys, times and label, then the model's features as float32,
    NaN where one is not known. The same day gives the same rows.

    Raises:
        LakeError: a table does not reach back to that day.
        ModelError: nothing was labelled by then, or a row tells of something that came after it.

    """
    model = read_model(name)
    rows = rows_on(site, day)
    if not rows.height:
        raise ModelError(f"no listing was labelled by the end of {day}: ask for a later day")
    made = with_features(model, rows)
    told = {"countermark": json.dumps({"model": name, "as_of": day.isoformat()})}
    with whole(out) as part:
        made.write_parquet(part, metadata=told)
    return Written(
        path=str(out),
        model=name,
        as_of=day,
        listings=made.height,
        counterfeits=int(made["is_counterfeit"].sum()),
        features=len(model.features),
        first_decided_at=made["decided_at"].min(),  # type: ignore[arg-type] # a datetime
        last_decided_at=made["decided_at"].max(),  # type: ignore[arg-type] # a datetime
    )


def with_features(model: Model, rows: pl.DataFrame) -> pl.DataFrame:
    """Give heads and features of labelled listings."""
    vectors = catalogue.vectors(rows, model.features)
    columns = [pl.Series(name, vectors[:, at]) for at, name in enumerate(model.features)]
    return rows.select(HEADS).with_columns(columns)


def _rows(read: Read) -> pl.DataFrame:
    """Join what a label rests on with its listing; the reader says of which time."""
    heads = read("listings", columns=["listing_key", "seller_key", "observed_at"]).join(
        read("listing_matches", columns=["listing_key", "brand"]), on="listing_key", how="left"
    )
    labelled = labels(read("decisions"), heads)
    wanted = pl.col("listing_key").is_in(labelled["listing_key"].implode())
    facts = join_facts(read("listings", where=wanted), *[read(name) for name in TABLES[1:4]])
    # labelled: one row a listing
    return facts.join(labelled, on="listing_key", how="inner").sort("listing_key")
