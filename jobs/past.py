"""The lake as it was at the end of any day, UTC; without Spark.

Three kinds of table, three ways back:

- what is seen and decided (bronze) is only ever added to: the rows of that day and of those before;
- `listings`, `sellers` and `listing_sightings` are made anew from the observations of those days,
  by the very kernels that the jobs run, so every day that is still in bronze can be had, and
  exactly: an observation that came late counts for the day on which it was made;
- whatever else jobs make is read in the version that was current when the day ended, by the
  commits' own times, for as long as the table's log and files reach back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from conf import contract
from conf.country import countries
from conf.currency import currencies
from conf.errors import LakeError
from jobs.clean import _listing, _seller, _states
from jobs.clean._signs import lexicons
from jobs.givens import home_currencies
from jobs.reader import Lake

if TYPE_CHECKING:
    import pyarrow as pa

    from conf.site import Site

Where = pl.Expr | Sequence[pl.Expr] | None

# Tables that are made anew: what they are made of, and which columns are the same in all
# observations of one key, so that a condition on them holds before the state is known.
MADE_OF = {
    "listings": ("observations", "listing_key", {"listing_key", "platform", "listing_id"}),
    "listing_sightings": ("observations", "listing_key", {"listing_key", "platform"}),
    "sellers": ("seller_observations", "seller_key", {"seller_key", "platform", "seller_id"}),
}
_AT_ONCE = 10_000  # rows that are typed in one batch, as in the jobs


class Past:
    """The tables under a site's lake, at the end of one day."""

    def __init__(self, site: Site, day: date) -> None:
        self.day = day
        self.lake = Lake(site.lake)
        self._site = site

    def frame(
        self, table: str, *, columns: Sequence[str] | None = None, where: Where = None
    ) -> pl.DataFrame:
        """Read one table as it was, or some of its columns and rows, in no certain order.

        Raises:
            LakeError: it is missing, was not there on that day, or does not reach back any more.

        """
        if table in MADE_OF:
            return self._made(table, columns, where)
        if (until := self._until(table)) is not None:
            return self.lake.frame(table, columns=columns, where=[until, *_listed(where)])
        version = version_on(self.lake, table, self.day)
        return self.lake.frame(table, version=version, columns=columns, where=where)

    def arrow(self, table: str) -> Any:
        """Give one table as it was as an Arrow dataset, of which a reader reads what it needs.

        Raises:
            LakeError: as `frame`.

        """
        import pyarrow.dataset as ds

        if table in MADE_OF:
            return self.frame(table).to_arrow()
        part = contract.table(table).partition
        if part is not None:
            return self.lake.arrow(table).filter(ds.field(part) <= self.day)
        return self.lake.arrow(table, version_on(self.lake, table, self.day))

    def _until(self, table: str) -> pl.Expr | None:
        """Give the condition that keeps the rows of that day and before; None if jobs made it."""
        part = contract.table(table).partition
        return None if part is None else pl.col(part) <= self.day

    def _made(self, table: str, columns: Sequence[str] | None, where: Where) -> pl.DataFrame:
        source, key, constant = MADE_OF[table]
        asked = _listed(where)
        early = [one for one in asked if set(one.meta.root_names()) <= constant]
        until = pl.col(contract.table(source).partition or "") <= self.day
        if table == "listing_sightings":
            seen = self.lake.frame(source, columns=_states.SEEN, where=[until, *early])
            made = _states.sightings(seen).select(contract.table(table).names)
        else:
            made = typed(self._site, table, self._newest(source, key, [until, *early]))
        found = made.filter(asked) if asked else made
        return found if columns is None else found.select(columns)

    def _newest(self, source: str, key: str, where: list[pl.Expr]) -> pl.DataFrame:
        """Give whole observations that began the newest states.

        First the narrow columns that tell which they are, then only these rows of only their days.
        """
        is_shown = [~pl.col("is_gone")] if source == "observations" else []
        narrow = (key, *_states.WHEN, _states.CONTENT)
        seen = self.lake.frame(source, columns=narrow, where=[*where, *is_shown])
        began = _states.newest(seen, key)
        del seen
        day = pl.col("observed_on").is_in(began["observed_at"].dt.date().unique().implode())
        this = pl.col("observation_id").is_in(began["observation_id"].implode())
        return self.lake.frame(source, where=[*where, day, this])


def typed(site: Site, table: str, shown: pl.DataFrame) -> pl.DataFrame:
    """Type observations as the job of `listings` or `sellers` does, row for row."""
    homes, lands = home_currencies(site), countries()
    made = []
    for part in _batches(shown):
        if table == "sellers":
            batch = _seller.typed(part, homes, lands)
        else:
            batch = _listing.typed(part, _listing.Reading(currencies(), homes, lands, lexicons()))
        made.append(pl.DataFrame(batch))
    return pl.concat(made) if made else pl.DataFrame(contract.table(table).arrow().empty_table())


def _batches(shown: pl.DataFrame) -> list[pa.RecordBatch]:
    parts = shown.iter_slices(_AT_ONCE)
    return [batch for part in parts for batch in part.to_arrow().combine_chunks().to_batches()]


def version_on(lake: Lake, table: str, day: date) -> int:
    """Give the version of a table that was current when a day ended.

    Raises:
        LakeError: it is missing, was not there yet, or does not reach back any more.

    """
    end_ms = _ms(day + timedelta(days=1))
    for commit in lake.commits(table):
        if commit["timestamp"] < end_ms:
            if lake.is_whole(table, commit["version"]):
                return int(commit["version"])
            break
    raise LakeError(
        f"{table} cannot be had as it was at the end of {day}: its log and files reach back to "
        f"{_oldest_day(lake, table)}; ask for that day or a later one"
    )


def _oldest_day(lake: Lake, table: str) -> date:
    """Give the first day that a table can be had as of."""
    oldest = datetime.now(UTC)
    for commit in lake.commits(table):
        if not lake.is_whole(table, commit["version"]):
            break
        oldest = datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)
    return oldest.date()


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _listed(where: Where) -> list[pl.Expr]:
    if where is None:
        return []
    return [where] if isinstance(where, pl.Expr) else list(where)
