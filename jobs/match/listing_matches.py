"""One row a listing: which brand and product it offers, on what evidence."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name everyone knows

from conf import contract
from conf.brand import Brand
from conf.weights import Weights
from jobs.clean._fold import fold_series
from jobs.match._decide import Listing, Match, Matcher
from jobs.passes import Pass

_READ = [name for name in Listing.__struct_fields__ if name != "brand_folded"]


def listing_matches(
    listings: DataFrame,
    listing_photos: DataFrame,
    products: DataFrame,
    *,
    brands: tuple[Brand, ...],
    weights: Weights,
) -> Pass:
    """Match each listing to the brand and product that it offers."""
    # products: the alliance's catalogue, some thousand rows, so it travels with the code
    reference_usd = {row.product_key: row.reference_usd for row in products.collect()}
    nearest = listing_photos.where(F.col("product_key").isNotNull()).groupBy("listing_key")
    photos = nearest.agg(
        F.min_by("product_key", F.struct("distance_bits", "image_url")).alias("photo_product_key")
    )
    # photos: one row a listing
    rows = listings.join(photos, on="listing_key", how="left").select(*_READ)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        matcher = Matcher(brands, reference_usd, weights)
        for batch in batches:
            yield from matched(matcher, pl.DataFrame(pa.Table.from_batches([batch]))).to_batches()

    return Pass(rows, kernel, contract.table("listing_matches").spark())


def matched(matcher: Matcher, listings: pl.DataFrame) -> pa.Table:
    """Match the listings of a frame; the rows of `listing_matches` as Arrow."""
    folded, _ = fold_series(listings["brand_text"])
    rows = listings.with_columns(folded.alias("brand_folded")).select(Listing.__struct_fields__)
    made = [msgspec.structs.astuple(one) for one in matcher.match_each(rows)]
    by_name = (
        dict(zip(Match.__struct_fields__, zip(*made, strict=True), strict=True)) if made else {}
    )
    schema = contract.table("listing_matches").arrow()
    columns = [pa.array(by_name.get(field.name, ()), field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)
