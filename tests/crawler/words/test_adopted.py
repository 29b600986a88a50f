from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conf.errors import ConfError
from crawler.words.adopted import adopt, adopted

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)


def test_adopted_words_are_kept_in_order_each_once(tmp_path: Path) -> None:
    assert adopted(tmp_path, "shop") == ()
    assert adopt(tmp_path, "shop", ["n0rth", " 高仿  北风 "], NOW) == ("n0rth", "高仿 北风")
    assert adopt(tmp_path, "shop", ["N0RTH", "gale v5"], NOW) == ("gale v5",)
    assert adopted(tmp_path, "shop") == ("n0rth", "高仿 北风", "gale v5")
    assert adopted(tmp_path, "other") == ()
    assert [path.name for path in (tmp_path / "words").iterdir()] == ["shop.json"]


@pytest.mark.parametrize("wrong", ["", "   ", "two\nlines", "x" * 101])
def test_what_is_no_word_leaves_all_as_it_was(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfError, match="is no search word"):
        adopt(tmp_path, "shop", ["good", wrong], NOW)
    assert adopted(tmp_path, "shop") == ()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    adopt(tmp_path, "shop", ["good"], NOW)
    (tmp_path / "words" / "shop.json").write_text('[{"word": 7}]')
    with pytest.raises(ConfError, match=r"shop\.json cannot be read: .*mend it, or remove it"):
        adopted(tmp_path, "shop")
