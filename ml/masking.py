"""Takes out of examples what a marketplace may not show, so that a model learns to do without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from conf import contract
from jobs.catalogue import catalogue

# Facts that some marketplaces show and others do not; features made of one go together.
MAY_BE_HIDDEN = (
    "ships_from_country",
    "is_outside_brand_trade",
    "photo_product_key",
    "condition",
    "brand_text",
    "seller_since_on",
    "seller_rating_share",
    "seller_review_count",
    "seller_country",
    "listed_at",
    "list_price_usd",
)


@cache
def facts_behind(name: str) -> frozenset[str]:
    """Give the facts that a feature is made of in the end, through other features and groups."""
    known = catalogue()
    if name not in known:
        return frozenset({name})
    return frozenset().union(*(facts_behind(one) for one in known[name].inputs))


@cache
def groups(names: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Give the places of the features that each hideable fact takes with it."""
    found = (
        np.array([at for at, name in enumerate(names) if hidden in facts_behind(name)], dtype=int)
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
    return np.array([not matched & facts_behind(name) for name in names])
