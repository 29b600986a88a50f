"""One row a picture of a listing, beside the official photo that it repeats."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name everyone knows

from jobs.match._photos import nearest

_NEAREST = "pdq_hex string, product_key string, brand string, distance_bits int"


def listing_photos(images: DataFrame, products: DataFrame) -> DataFrame:
    """Set each picture of each listing beside the official photo within 48 bits of it."""
    newest = F.struct("fetched_at", "image_id")
    pictures = images.groupBy("listing_key", "image_url").agg(
        *[F.max_by(name, newest).alias(name) for name in ("image_sha256", "capture_id", "pdq_hex")]
    )
    # Catalogue photos stand under many listings: each distinct hash is compared once.
    distinct = pictures.select("pdq_hex").where(F.col("pdq_hex").isNotNull()).distinct()
    official = _official(products)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from beside(batch.column("pdq_hex").to_pylist(), official).to_batches()

    # the right side: one row a hash
    return pictures.join(distinct.mapInArrow(kernel, _NEAREST), on="pdq_hex", how="left")


def beside(hashes: list[str], official: pl.DataFrame) -> pa.Table:
    """Give each hash with the product, brand and distance of the nearest official photo."""
    found = nearest(hashes, official["pdq_hex"].to_list())
    keys, brands = official["product_key"].to_list(), official["brand"].to_list()
    rows = [
        {
            "pdq_hex": one,
            "product_key": keys[near.which] if near else None,
            "brand": brands[near.which] if near else None,
            "distance_bits": near.distance_bits if near else None,
        }
        for one, near in zip(hashes, found, strict=True)
    ]
    kinds = [("pdq_hex", pa.string()), ("product_key", pa.string()), ("brand", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema([*kinds, ("distance_bits", pa.int32())]))


def _official(products: DataFrame) -> pl.DataFrame:
    """Give the official hashes with their products, in one order every time."""
    rows = products.select("product_key", "brand", F.explode("photo_pdq_hex").alias("pdq_hex"))
    found = [row.asDict() for row in rows.collect()]
    schema = {"product_key": pl.String, "brand": pl.String, "pdq_hex": pl.String}
    return pl.DataFrame(found, schema=schema).sort("product_key", "pdq_hex")
