"""What a challenger says of the listings beside the champion, while there is one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from conf import contract
from jobs import buckets, catalogue
from jobs.buckets import Bucket
from jobs.facts import read_facts
from jobs.passes import Pass, by_bucket
from jobs.score._scorer import Scorer
from jobs.score._scoring import DIGITS, feature_names, held
from jobs.stored import Stored, bucket_count

BESIDE = ("platform", "seller_key", "brand", "suspicion", "model_name", "model_version")
_PARTS = 1_000_000  # of which a share of the listings is so many
_TURN = 20  # bits by which a key's number is turned: its lowest name the bucket


def shadow_scores(  # noqa: PLR0913 - five tables and two givens
    listings: Stored,
    listing_matches: Stored,
    sellers: Stored,
    seller_features: Stored,
    listing_scores: Stored,
    *,
    challenger: Scorer,
    shadow_share: float,
) -> Pass:
    """Score a share of the listings, the same ones every day, with the challenger.

    Only scores: reasons cost more than they and nobody reads them. Without a challenger the job
    has nothing to do and leaves the table as it is.
    """
    table = contract.table("shadow_scores")
    names, target = feature_names(challenger), table.arrow()
    columns = catalogue.fact_columns(names)
    tables = (listings, listing_matches, sellers, seller_features)

    def kernel(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        scored = listing_scores.of(bucket, ["listing_key", *BESIDE])
        scored = scored.filter(is_chosen(scored["listing_key"], shadow_share))
        if not scored.height:
            return
        facts = read_facts(bucket, columns, *tables).select("listing_key", *_beyond(columns))
        # scored, facts: one row a listing
        rows = scored.join(facts, on="listing_key", how="inner")
        made = shadowed(challenger, names, rows).select(table.names)
        yield from made.to_arrow().cast(target).to_batches()

    return by_bucket(bucket_count((*tables[:2], listing_scores)), kernel, table.spark())


def is_chosen(keys: pl.Series, share: float) -> pl.Series:
    """Tell which listings are of the share: always the same, whatever else there is."""
    turned = buckets.numbers(keys).reinterpret(signed=False) // 2**_TURN
    found: pl.Series = turned % _PARTS < round(share * _PARTS)
    return found


def shadowed(challenger: Scorer, names: tuple[str, ...], rows: pl.DataFrame) -> pl.DataFrame:
    """Put the challenger's score beside the rows, held under the same ceilings as a champion's."""
    vectors = catalogue.vectors(rows, names)
    by_name = {name: vectors[:, at] for at, name in enumerate(names)}
    own = np.column_stack([by_name[name] for name in challenger.features])
    found = challenger.suspicion(own, rows["platform"].to_list())
    points = held(found[0], by_name).round(DIGITS)
    return rows.with_columns(
        pl.Series("shadow_suspicion", points, pl.Float64),
        pl.lit(challenger.name).alias("shadow_name"),
        pl.lit(challenger.version).alias("shadow_version"),
        pl.lit(challenger.sha256).alias("shadow_sha256"),
    )


def _beyond(columns: list[str]) -> list[str]:
    """Name the facts that do not stand beside the champion's score already."""
    return [name for name in columns if name not in BESIDE]
