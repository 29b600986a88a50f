"""How suspect each listing is, why, and by which model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import polars as pl
import pyarrow as pa

from conf import contract
from conf.brand import Brand
from jobs.buckets import Bucket
from jobs.facts import read_facts
from jobs.passes import Pass, by_bucket
from jobs.score._scorer import Scorer
from jobs.score._scoring import fact_columns, scored
from jobs.stored import Stored, bucket_count

KEPT = ("listing_key", "platform", "seller_key", "brand", "product_key")
SEEN = ("observation_id", "observed_at")
_AT_ONCE = 50_000  # rows whose vectors are in memory


def listing_scores(  # noqa: PLR0913 - four tables and three givens
    listings: Stored,
    listing_matches: Stored,
    sellers: Stored,
    seller_features: Stored,
    *,
    model: Scorer,
    brands: tuple[Brand, ...],
    versions: Mapping[str, int],
) -> Pass:
    """Score each listing in one pass over its bucket: features, model, rules, reasons."""
    table = contract.table("listing_scores")
    review = review_lines(brands)
    stamp = stamps(model, versions)
    wanted, target = table.names, table.arrow()
    columns = sorted({*fact_columns(model), *KEPT, *SEEN})
    tables = (listings, listing_matches, sellers, seller_features)

    def kernel(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        for facts in read_facts(bucket, columns, *tables).iter_slices(_AT_ONCE):
            made = score_rows(model, facts, review, stamp)
            yield from made.select(wanted).to_arrow().cast(target).to_batches()

    return by_bucket(bucket_count(tables[:2]), kernel, table.spark())


def score_rows(
    model: Scorer, facts: pl.DataFrame, review: Mapping[str, float], stamp: Mapping[str, str]
) -> pl.DataFrame:
    """Give the rows of `listing_scores` of a frame of facts."""
    return pl.concat(
        [facts.select(*KEPT, *SEEN), scored(model, facts, review)], how="horizontal"
    ).with_columns(*[pl.lit(value).alias(name) for name, value in stamp.items()])


def stamps(model: Scorer, versions: Mapping[str, int]) -> dict[str, str]:
    """Give the columns that are the same for every row: who scored, from what."""
    receipt = msgspec.json.encode(dict(versions), order="deterministic").decode()
    return {
        "model_name": model.name,
        "model_version": model.version,
        "model_sha256": model.sha256,
        "receipt_json": receipt,
    }


def review_lines(brands: tuple[Brand, ...]) -> dict[str, float]:
    """Give the line from which a person looks at a listing, by brand."""
    return {brand.key: brand.gates.review for brand in brands}
