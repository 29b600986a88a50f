"""Takes out of examples what a marketplace may not show, so that a model learns to do without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from conf import contract
from jobs.catalogue import fact_columns

# Facts that some marketplaces show and others do not; features made of one go together.
MAY_BE_HIDDEN = (
    "description_folded",
    "ships_from_country",
    "is_outside_brand_trade",
    "photo_product_key",
    "image_count",
    "condition",
    "brand_text",
    "seller_since_on",
    "seller_rating_share",
    "seller_review_count",
    "seller_listing_count",
    "seller_country",
    "share_outside_trade",
    "share_official_photo",
    "share_said_new",
    "seller_same_description_share",
)


@cache
def groups(names: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Give the places of the features that each hideable fact takes with it."""
    facts = [set(fact_columns([name])) for name in names]
    found = (
        np.array([at for at, own in enumerate(facts) if hidden in own], dtype=int)
        for hidden in MAY_BE_HIDDEN
    )
    return tuple(places for places in found if places.size)


def masked(
    vectors: np.ndarray, names: Sequence[str], share: float, rng: np.random.Generator
) -> np.ndarray:
    """Give a copy of the vectors in which each hideable fact is missing from a share of rows."""
    copy = vectors.copy()
    for places in groups(tuple(names)):
        rows = np.flatnonzero(rng.random(len(copy)) < share)
        copy[np.ix_(rows, places)] = np.nan
    return copy


def tells_absence(names: Sequence[str]) -> np.ndarray:
    """Tell which features are missing only where a seller or marketplace left something out.

    What comes of the match is missing where no brand is offered, which is a finding of its own.
    """
    matched = set(contract.table("listing_matches").names)
    return np.array([not matched & set(fact_columns([name])) for name in names])
