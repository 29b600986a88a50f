"""What each seller's listings and pages say that points at a person, one row a value."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql.types import StructType

from conf import contract
from jobs.buckets import Bucket
from jobs.exchange import exchanged
from jobs.passes import Pass, by_bucket
from jobs.stored import Stored, bucket_count
from jobs.vendors._sightings import of_listings, of_pages, sightings


def identifiers(listings: Stored, sellers: Stored, *, home_countries: dict[str, str]) -> Pass:
    """Gather each seller's telephone numbers, messenger names, links, accounts and the like.

    Texts that cannot hold any stay where they are; the others come together by seller, whose
    country tells how a telephone number without a prefix is meant. A value is here as long as a
    newest state of a listing or of the seller's page shows it.
    """
    table = contract.table("identifiers")

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        yield from of_listings(bucket, listings).to_arrow().to_batches()
        yield from of_pages(bucket, sellers).to_arrow().to_batches()

    def of_sellers(rows: pl.DataFrame) -> pa.Table:
        return sightings(rows, home_countries).select(table.names).to_arrow().cast(table.arrow())

    count = bucket_count((listings, sellers))
    rows = by_bucket(count, of_bucket, StructType())
    return exchanged(rows, "seller_key", count, of_sellers, table.spark())
