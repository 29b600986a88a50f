"""What the price says beside what the same kind of thing costs, by how sure that is."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.market import LEAST_EVIDENCE, MOST_EVIDENCE, evidence

# How far an honest price lies from a product's own reference, and from its brand's median.
OF_PRODUCT, OF_BRAND = 0.35, 1.0


@feature(lowest=LEAST_EVIDENCE, highest=MOST_EVIDENCE)
def price_evidence(price_to_reference: pl.Expr, product_key: pl.Expr) -> pl.Expr:
    """How much likelier the price is of a copy than of an original; a logarithm, 0 is even."""
    width = pl.when(product_key.is_not_null()).then(OF_PRODUCT).otherwise(OF_BRAND)
    return evidence(price_to_reference, width)
