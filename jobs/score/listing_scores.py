"""How suspect each listing is, why, and by which model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame

from conf import contract
from conf.brand import Brand
from jobs.facts import join_facts
from jobs.passes import Pass
from jobs.score._scorer import Scorer
from jobs.score._scoring import fact_columns, scored

KEPT = ("listing_key", "platform", "seller_key", "brand", "product_key")
SEEN = ("observation_id", "observed_at")


def listing_scores(  # noqa: PLR0913 - four tables and three givens
    listings: DataFrame,
    listing_matches: DataFrame,
    sellers: DataFrame,
    seller_features: DataFrame,
    *,
    model: Scorer,
    brands: tuple[Brand, ...],
    versions: Mapping[str, int],
) -> Pass:
    """Score each listing in one Arrow pass: features, model, rules, and reasons of the suspect."""
    table = contract.table("listing_scores")
    review = review_lines(brands)
    stamp = stamps(model, versions)
    wanted, target = table.names, table.arrow()

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            facts = pl.DataFrame(pa.Table.from_batches([batch]))
            made = score_rows(model, facts, review, stamp)
            yield from made.select(wanted).to_arrow().cast(target).to_batches()

    facts = join_facts(listings, listing_matches, sellers, seller_features)
    columns = sorted({*fact_columns(model), *KEPT, *SEEN})
    return Pass(facts.select(columns), kernel, table.spark())


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
