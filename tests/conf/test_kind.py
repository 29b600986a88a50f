"""Kinds of things are read whole, and a noun of two kinds is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf.errors import ConfError
from conf.kind import nouns


def test_a_noun_names_its_kind_in_any_language() -> None:
    found = nouns()
    assert {found[one] for one in ("shoes", "schuhe", "кроссовки", "运动鞋")} == {"shoe"}
    assert found["手表"] == "watch"
    assert found["包邮"] is None  # "postage included" holds the sign for a bag


def test_a_noun_of_two_kinds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("kinds:\n  tee: [polo]\n  car: [polo]\n")
    with pytest.raises(ConfError, match=r"tee and car both have the noun 'polo'"):
        nouns(path)


def test_a_strange_field_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yaml"
    path.write_text("kinds: {}\nothers: [a]\n")
    with pytest.raises(ConfError, match="others"):
        nouns(path)
