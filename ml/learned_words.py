"""The words of a site's labelled listings."""

from __future__ import annotations

from datetime import date

import polars as pl

from conf.brand import brands
from conf.errors import ModelError
from conf.site import Site
from ml.frame import rows_at, versions
from ml.words import READ, Proposal, proposal


def learned(
    site: Site, language: str | None, since: date | None, until: date | None, most: int
) -> Proposal:
    """Propose words from the newest decisions.

    Raises:
        ModelError: tables are missing, or nothing was labelled in that language and time.

    """
    rows = rows_at(site, versions(site))
    day = pl.col("decided_at").dt.date()
    if language is not None:
        rows = rows.filter(pl.col("language") == language)
    if since is not None:
        rows = rows.filter(day >= since)
    if until is not None:
        rows = rows.filter(day <= until)
    if rows["is_counterfeit"].n_unique() < 2:  # noqa: PLR2004 - both labels
        raise ModelError(
            "words are told by comparing counterfeit and genuine offers, and the decisions of that "
            "language and time tell of one kind alone: ask for a longer time"
        )
    return proposal(rows.select(READ), brands(site.brands), most)
