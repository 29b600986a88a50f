"""Sellers as they were last seen to change, typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame

from conf import contract
from jobs.clean._newest import newest_states, with_changed
from jobs.clean._seller import typed
from jobs.passes import Pass

if TYPE_CHECKING:
    import pyarrow as pa


def sellers(
    seller_observations: DataFrame,
    *,
    home_currencies: dict[str, str],
    countries: dict[str, str],
) -> Pass:
    """Type each seller's newest state, as the observation that first showed it tells it."""

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield typed(batch, home_currencies, countries)

    newest = newest_states(seller_observations, "seller_key")
    return Pass(newest, kernel, with_changed(contract.table("sellers").spark()))
