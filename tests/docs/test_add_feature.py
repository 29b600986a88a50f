"""A feature is added by its page: found, computed of rows, told of, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# One seller of three listings: a bait, an honest one, one whose shipping is not told.
COMPUTED = """
import tempfile
from functools import partial
from pathlib import Path

from conf.site import site
from jobs.features.seller_features import seller_features
from jobs.session import start
from tests.conftest import make_stored

spark = start(site())
stored = partial(make_stored, Path(tempfile.mkdtemp()))
prices = [("a", 1.0, 9.0), ("b", 30.0, 5.0), ("c", 30.0, None)]
listings = [
    {"listing_key": key, "seller_key": "s", "price_usd": price, "shipping_usd": shipping}
    for key, price, shipping in prices
]
made = seller_features(
    stored("listings", *listings), stored("listing_matches"), stored("sellers")
)
print(made.frame().select("seller_key", "seller_bait_price_share").collect())
spark.stop()
"""


@pytest.fixture(scope="module")
def followed(copy: Any) -> tuple[Any, dict[str, str], Any]:
    """A copy in which the page was done, the files before, and the page."""
    before = copy.state()
    return copy, before, copy.follow("feature")


def test_the_page_works_and_names_every_file_that_changes(
    followed: Any, changed: Callable[..., set[str]]
) -> None:
    copy, before, page = followed
    assert changed(before, copy.state()) == page.changes
    assert "nothing written" in copy.run("make docs")


@pytest.mark.spark
def test_what_was_added_is_computed(followed: Any) -> None:
    copy, _, _ = followed
    said = copy.python(COMPUTED)
    assert "Row(seller_key='s', seller_bait_price_share=0.5)" in said
