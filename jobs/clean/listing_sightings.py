"""When each listing was seen, first and last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl
from pyspark.sql import DataFrame

from conf import contract
from jobs.clean._states import SEEN, sightings
from jobs.passes import Pass

if TYPE_CHECKING:
    import pyarrow as pa


def listing_sightings(observations: DataFrame) -> Pass:
    """Count each listing's observations and say whether the newest still showed it.

    Kept out of `listings`, so that a listing that did not change costs one narrow row a day.
    """
    # All rows of a listing come to one task. Spark's own grouping would sort them to find the
    # newest, as texts are no numbers (measured: three times the CPU).
    rows = observations.select(*SEEN).repartition("listing_key")
    target = contract.table("listing_sightings").arrow()

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        if seen := list(batches):
            made = sightings(pl.DataFrame(pa.Table.from_batches(seen)))
            yield from made.to_arrow().cast(target).to_batches()

    return Pass(rows, kernel, contract.table("listing_sightings").spark())
