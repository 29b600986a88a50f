"""Which of two versions is better is said only when it surely is."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from conf.site import Site
from ml.compare import compare, told
from ml.train import train
from tests.ml.conftest import NAME, Rewrite


def test_a_version_without_the_price_is_worse(learned: Site, rewrite: Rewrite) -> None:
    few = ("says_used", "says_wholesale", "shows_link")
    rewrite(features=few, monotone={})
    train(learned, NAME)
    rewrite(features=("price_ratio", "share_far_below_reference", "says_replica"), monotone={})
    train(learned, NAME)
    found = compare(learned, f"{NAME}:1", NAME)
    assert (found.a, found.b, found.listings) == (f"{NAME}:1", f"{NAME}:2", 432)
    first = found.differences[0]
    assert first.difference.low > 0
    assert first.difference.value == pytest.approx(first.b - first.a)
    assert first.b_is_better > 0.99
    assert found.verdict.startswith(f"{NAME}:2 is better than {NAME}:1: so in 100%")
    assert found.gained > found.lost
    assert told(found)

    back = compare(learned, NAME, f"{NAME}:1")
    assert back.differences[0].difference.value == pytest.approx(-first.difference.value)
    assert back.verdict.startswith(f"{NAME}:2 is better than {NAME}:1")

    same = compare(learned, NAME, f"{NAME}:2")
    assert same.verdict.startswith("neither is surely better")
    assert all(each.b_is_better == 0.5 for each in same.differences)
    assert not np.any([each.difference.high for each in same.differences])
    assert msgspec.json.encode(same)
