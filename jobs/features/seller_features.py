"""One row a seller: every feature that only its listings together tell."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name everyone knows
from pyspark.sql.pandas.types import to_arrow_schema

from jobs import catalogue
from jobs.catalogue import Feature
from jobs.facts import join_rows

# The last bits of a sum depend on the order of its rows, which is another on every cluster.
DIGITS = 9


def seller_features(
    listings: DataFrame, listing_matches: DataFrame, sellers: DataFrame
) -> DataFrame:
    """Aggregate each seller's listings into the group features, in one grouping."""
    facts = join_rows(listings, listing_matches, sellers).where(F.col("seller_key").isNotNull())
    groups = catalogue.group_features()
    rows = with_row_features(facts, _inputs(groups))
    return rows.groupBy("seller_key").agg(*[_aggregate(one) for one in groups])


def _inputs(groups: list[Feature]) -> list[str]:
    return sorted({name for one in groups for name in one.inputs})


def with_row_features(facts: DataFrame, names: list[str]) -> DataFrame:
    """Give seller_key and the named facts and row features; those are made in one Arrow pass."""
    made = [name for name in names if name in catalogue.catalogue()]
    kept = ["seller_key", *[name for name in names if name not in made]]
    plain = facts.select(sorted({*kept, *catalogue.fact_columns(made)}))
    empty = [F.lit(None).cast("float").alias(name) for name in made]
    schema = plain.select(*kept, *empty).schema
    target = to_arrow_schema(schema, timezone="UTC")

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            frame = pl.DataFrame(pa.Table.from_batches([batch]))
            # Spark's averages skip null, not NaN.
            features = [one.fill_nan(None) for one in catalogue.expressions(made)]
            told = frame.select(*[pl.col(name) for name in kept], *features).to_arrow()
            yield from told.cast(target).to_batches()

    return plain.mapInArrow(kernel, schema)


def _aggregate(one: Feature) -> Column:
    """Give one group feature, held in its range; null and not-a-number are missing."""
    exact = one.formula(*[F.col(name) for name in one.inputs]).cast("double")
    value = F.round(exact, DIGITS)
    held = F.least(F.greatest(value, F.lit(one.lowest)), F.lit(one.highest))
    # greatest() skips null: without the test a missing value would become the lowest.
    return F.when(value.isNotNull() & ~F.isnan(value), held).alias(one.name)
