"""Types the columns of seller observations: one Arrow batch in, one of the contract out."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from conf import contract
from jobs.clean._contact import has_contact
from jobs.clean._country import country
from jobs.clean._counts import count, share
from jobs.clean._dates import day
from jobs.clean._fold import fold_series
from jobs.clean._listing import MONTH_FIRST, in_contract
from jobs.clean._words import each, tidy


def typed(
    batch: pa.RecordBatch, homes: Mapping[str, str], countries: Mapping[str, str]
) -> pa.RecordBatch:
    """Give the typed columns; what cannot be read is null. Columns that begin with _ stay."""
    shown = pl.DataFrame(batch)
    name = tidy(shown["name_text"])
    texts = shown.select("name_text", "about_text", "contact_text").iter_rows()
    columns = {
        "name": name,
        "name_folded": fold_series(name)[0],
        "about": tidy(shown["about_text"]),
        "contact": tidy(shown["contact_text"]),
        "since_on": _days(shown, homes),
        "country": each(shown["location_text"], lambda text: country(text, countries), pl.String),
        "rating_share": each(shown["rating_text"], share, pl.Float64),
        "review_count": each(shown["review_count_text"], count, pl.Int64),
        "listing_count": each(shown["listing_count_text"], count, pl.Int64),
        "sold_count": each(shown["sold_text"], count, pl.Int64),
        "has_contact": pl.Series([has_contact(*row) for row in texts], dtype=pl.Boolean),
    }
    return in_contract(contract.table("sellers"), shown, columns, batch.schema)


def _days(shown: pl.DataFrame, homes: Mapping[str, str]) -> pl.Series:
    rows = shown.select("since_text", "observed_at", "platform").iter_rows()
    found = [
        day(text, seen, is_month_first=homes.get(platform) == MONTH_FIRST)
        for text, seen, platform in rows
    ]
    return pl.Series(found, dtype=pl.Date)
