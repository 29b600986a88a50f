"""Listings as they were last seen to change, typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame

from conf import contract
from conf.currency import Currencies
from jobs.clean._listing import Reading, typed
from jobs.clean._newest import newest_states, with_changed
from jobs.clean._signs import Lexicons
from jobs.passes import Pass

if TYPE_CHECKING:
    import pyarrow as pa


def listings(
    observations: DataFrame,
    *,
    currencies: Currencies,
    home_currencies: dict[str, str],
    countries: dict[str, str],
    lexicons: Lexicons,
) -> Pass:
    """Type each listing's newest state, as the observation that first showed it tells it.

    An observation that says "gone" shows no state; listing_sightings counts it.
    """
    reading = Reading(currencies, home_currencies, countries, lexicons)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield typed(batch, reading)

    newest = newest_states(observations.where("NOT is_gone"), "listing_key")
    return Pass(newest, kernel, with_changed(contract.table("listings").spark()))
