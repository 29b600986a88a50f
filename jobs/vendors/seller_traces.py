"""What each seller's listings leave behind that another account of the same people may share."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql.types import StructType

from conf import contract
from jobs.buckets import Bucket
from jobs.exchange import exchanged
from jobs.facts import read_facts
from jobs.passes import Pass, by_bucket
from jobs.stored import Stored, bucket_count
from jobs.vendors._traces import traces

READ = (
    "observed_at",
    "listed_at",
    "title_folded",
    "description_folded",
    "mention_text",
    "product_key",
    "price_usd",
)


def seller_traces(listings: Stored, listing_matches: Stored) -> Pass:
    """Gather each seller's sentences, templates, titles, prices and days, one row a value.

    None of it points at a person (`identifiers` has what does). How many sellers share a value is
    not told here, as it changes with every other seller; what links sellers counts it.
    """
    table = contract.table("seller_traces")
    nothing_of = {name: Stored(contract.table(name)) for name in ("sellers", "seller_features")}

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        facts = read_facts(bucket, READ, listings, listing_matches, **nothing_of)
        known = facts.filter(pl.col("seller_key").is_not_null())
        yield from known.to_arrow().to_batches()

    def of_sellers(rows: pl.DataFrame) -> pa.Table:
        return traces(rows).select(table.names).to_arrow().cast(table.arrow())

    count = bucket_count((listings, listing_matches))
    rows = by_bucket(count, of_bucket, StructType())
    return exchanged(rows, "seller_key", count, of_sellers, table.spark())
