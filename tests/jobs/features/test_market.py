"""A price far under its reference speaks for a copy, the more the surer the reference is."""

from __future__ import annotations

import numpy as np
import polars as pl

from jobs import catalogue


def test_a_known_products_price_tells_more_than_its_brands() -> None:
    facts = pl.DataFrame(
        {
            "price_to_reference": [0.3, 0.3, 1.0, None],
            "product_key": ["velmora/a", None, "velmora/a", None],
        }
    )
    of_product, of_brand, usual, unknown = catalogue.vectors(facts, ["price_evidence"])[:, 0]
    assert of_product > 2 > of_brand > usual
    assert np.isnan(unknown)  # missing stays missing
