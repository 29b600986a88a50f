"""Models: their features once each, their gate in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conf import model
from conf.errors import ConfError

SMALL: dict[str, Any] = {
    "name": "small",
    "purpose": "Tells copies.",
    "label": "counterfeit",
    "features": ["price_ratio", "seller_rating"],
    "parameters": {"depth": 3},
    "gate": {"least_platform_auc": 0.8, "least_later_auc": 0.8, "least_seller_auc": 0.8},
}


def read(folder: Path, **changes: Any) -> model.Model:
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL | changes))
    return model.model("small", folder)


def test_reads_what_it_says(tmp_path: Path) -> None:
    found = read(tmp_path, monotone={"price_ratio": -1})
    assert found.features == ("price_ratio", "seller_rating")
    assert model.models(tmp_path) == (found,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "big"}, "name is 'big'; it must be the file's name, 'small'"),
        ({"features": ["price_ratio", "price_ratio"]}, "a feature is named twice"),
        ({"monotone": {"colour": 1}}, "monotone names colour, no feature of this model"),
        ({"gate": {"least_platform_auc": 0.8}}, "missing required field `least_later_auc`"),
    ],
)
def test_a_wrong_file_is_refused(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfError, match=said):
        read(tmp_path, **changes)
