"""Which listings a challenger scores: always the same share."""

from __future__ import annotations

import polars as pl
import pytest

from jobs import buckets
from jobs.score.shadow_scores import is_chosen


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1.0])
def test_a_share_is_always_the_same_listings_and_no_bucket_is_left_out(share: float) -> None:
    keys = pl.Series([f"bazaar:{at}" for at in range(20_000)])
    chosen = is_chosen(keys, share)
    assert chosen.mean() == pytest.approx(share, rel=0.15)
    assert is_chosen(keys[:100], share).equals(chosen[:100])
    at = buckets.of_numbers(buckets.numbers(keys), 16)
    assert at.filter(chosen).n_unique() == 16
