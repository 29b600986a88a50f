"""The labels of real listings, by the key that the lake knows each by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from infra.real.data import labels


def test_labels_are_by_the_key_that_the_lake_has(
    data: Path, add_source: Callable[..., Path]
) -> None:
    add_source(
        "Shop", {"listing_id": "7", "label": 0}, {"title": "no id", "label": 1}, {"label": 5}
    )
    frame = labels(data)
    assert frame.rows()[0] == ("shop:7", "shop", 0)
    assert frame["label"].to_list() == [0, 1]
    assert frame["listing_key"][1].startswith("shop:")
