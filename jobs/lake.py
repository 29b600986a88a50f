"""The lake for a notebook: one way in, and one verb for each engine.

>>> from datetime import date
>>> from jobs.lake import open_lake
>>> lake = open_lake()

Polars, for what fits into memory; conditions and columns go down into the scan:

>>> import polars as pl
>>> flags = lake.frame("listing_scores", where=pl.col("is_red_flag"))
>>> flags.sort("suspicion", descending=True)["listing_key"].to_list()
['bazaar:3', 'bazaar:2']

Any day, for every table; DuckDB's SQL; the states of one listing or seller:

>>> lake.frame("listings", columns=["price_usd"], as_of=date(2026, 11, 1)).height
1
>>> lake.sql("SELECT count(*) AS n FROM listings").item()
3
>>> lake.history("bazaar:1")["from_at"].dt.date().to_list()
[datetime.date(2026, 11, 1), datetime.date(2026, 11, 3)]

Spark, for what does not fit; the JVM starts with the first frame and ends with `close`:

>>> lake.spark_frame("listings").where("price_usd < 50").count()
2
>>> lake.close()
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Self

import polars as pl

from conf.errors import LakeError
from conf.site import Site
from conf.site import site as read_site
from jobs.past import Past
from jobs.reader import Lake

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.receipt import Repeated
    from jobs.tables import LakeTables


def open_lake(site: Site | None = None) -> OpenLake:
    """Open the lake of a site: the one that COUNTERMARK_SITE and COUNTERMARK_HOME name.

    It starts nothing, and nothing that it gives can write.
    """
    return OpenLake(site or read_site())


class OpenLake:
    """The tables of one site, to be read with whatever engine suits."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._lake = Lake(site.lake)
        self._tables: LakeTables | None = None

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End Spark, if it was started."""
        self.close()

    def tables(self) -> pl.DataFrame:
        """Say what tables there are: layer, version, rows, what each holds.

        >>> open_lake().tables().filter(table="listings").select("layer", "rows").row(0)
        ('silver', 3)
        """
        from jobs import look

        return pl.DataFrame(look.tables(self._lake), infer_schema_length=None)

    def columns(self, table: str) -> pl.DataFrame:
        """Say what the columns of a table mean: type, rules, unit.

        >>> open_lake().columns("listings").filter(column="price_usd").select("unit", "means")[0, 0]
        'USD'
        """
        from jobs import look

        return pl.DataFrame(look.describe(table), infer_schema_length=None)

    def frame(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | Sequence[pl.Expr] | None = None,
        as_of: date | None = None,
        version: int | None = None,
    ) -> pl.DataFrame:
        """Read a table as a Polars frame, in no certain order: now, on a day or at a version.

        >>> lake, mine = open_lake(), pl.col("listing_key") == "bazaar:1"
        >>> lake.frame("listings", columns=["title"], where=mine).item()
        'Abyss 300, second hand'
        >>> lake.frame("listings", where=mine, as_of=date(2026, 11, 1))["title"].item()
        'Abyss 300'

        Raises:
            LakeError: it is missing, or not there (any more) as of that day or version.

        """
        if as_of is None:
            return self._lake.frame(table, version=version, columns=columns, where=where)
        if version is not None:
            raise LakeError("give as_of or version, not both")
        return Past(self.site, as_of).frame(table, columns=columns, where=where)

    def sql(
        self, query: str, *, as_of: date | None = None, limit: int = 1_000_000, seconds: float = 600
    ) -> pl.DataFrame:
        """Answer one SELECT in DuckDB's SQL, over the tables as they are or were on a day.

        >>> open_lake().sql("SELECT platform, count(*) AS n FROM listings GROUP BY 1").row(0)
        ('bazaar', 3)

        Raises:
            ConfError: DuckDB does not take the query, or it does more than read.

        """
        from jobs import query as queries

        where = self._lake if as_of is None else Past(self.site, as_of)
        return queries.sql(where, query, limit, seconds)

    def history(self, key: str) -> pl.DataFrame:
        """Give the states of a listing or a seller, the oldest first, with what each shows.

        >>> open_lake().history("bazaar:1").select("sightings", "changes").row(-1)
        (1, ['title'])
        """
        import msgspec

        from jobs.history import history

        rows = [msgspec.structs.asdict(one) for one in history(self.site, key)]
        told = [row | {"changes": [one.column for one in row["changes"]]} for row in rows]
        return pl.DataFrame(told, infer_schema_length=None)

    def repeated(self, listing_key: str, *, as_of: date | None = None) -> Repeated:
        """Compute a listing's score anew from the very tables and model that its receipt names.

        The answer's `features` are what the model saw, the weightiest first.

        Raises:
            LakeError: the listing has no score, or had none on that day.

        """
        from jobs.receipt import repeated

        mine = pl.col("listing_key") == listing_key
        found = self.frame("listing_scores", where=mine, as_of=as_of)
        if found.is_empty():
            raise LakeError(f"listing_scores holds no score of {listing_key}")
        return repeated(self.site, self._lake, found.to_dicts()[0])

    def spark_frame(
        self, table: str, *, as_of: date | None = None, version: int | None = None
    ) -> DataFrame:
        """Read a table as a Spark frame: now, on a day or at a version; starts Spark if need be.

        Raises:
            LakeError: it is missing, or not there (any more) as of that day or version.

        """
        from jobs import spark_frames

        if self._tables is None:
            from jobs.tables import LakeTables

            self._tables = LakeTables(self.site)
        if as_of is not None:
            return spark_frames.on(self._tables, self.site, table, as_of)
        return spark_frames.at(self._tables, table, version)

    def close(self) -> None:
        """End Spark, if it was started."""
        if self._tables is not None:
            self._tables.close()
            self._tables = None
