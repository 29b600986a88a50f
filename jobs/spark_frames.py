"""Spark frames of the lake to look at: as it is, at a version, or as it was on a day.

A day's `listings`, `sellers` and `listing_sightings` are made by the jobs themselves from the
observations until then, so they are what a run at that day's end would have made.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf import contract
from jobs.consumed import Stand
from jobs.givens import Givens
from jobs.graph import job
from jobs.passes import framed
from jobs.past import MADE_OF, version_on

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from conf.site import Site
    from jobs.tables import LakeTables


def at(tables: LakeTables, table: str, version: int | None = None) -> DataFrame:
    """Give a table at a version, or as it is.

    Raises:
        LakeError: it is missing, or has no such version (any more).

    """
    opened = tables.lake.open(table, version)  # Spark would say the same in forty lines
    return tables.read(table, Stand(None, opened.version()))


def on(tables: LakeTables, site: Site, table: str, day: date) -> DataFrame:
    """Give a table as it was at the end of a day.

    Raises:
        LakeError: it is missing, was not there yet, or does not reach back any more.

    """
    if table in MADE_OF:
        made_by = job("clean", table)
        seen = on(tables, site, MADE_OF[table][0], day)
        made = made_by.function(seen, **Givens(site, day).take(made_by.givens))
        return framed(made).select(contract.table(table).names)
    part = contract.table(table).partition
    if part is not None:
        return at(tables, table).where(F.col(part) <= F.lit(day))
    return at(tables, table, version_on(tables.lake, table, day))
