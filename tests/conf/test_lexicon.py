"""Lexicons read whole, and faults are told by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import lexicon, reading
from conf.errors import ConfError


@pytest.mark.parametrize("language", list(reading.names(lexicon.LEXICONS)))
def test_every_language_reads_and_names_grades_and_trade(language: str) -> None:
    words = lexicon.lexicon(language).words
    assert words.quality
    assert words.wholesale
    assert words.denied


def test_words_real_sellers_use_are_there() -> None:
    assert {"正品", "专柜"} <= set(lexicon.words("authentic"))
    assert {"原版", "顶级"} <= set(lexicon.words("quality"))
    assert {"批", "一件代发"} <= set(lexicon.words("wholesale"))


def test_a_wrong_group_or_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx.yaml").write_text("language: xx\nwords:\n  nonsense: [a]\n")
    with pytest.raises(ConfError, match="nonsense"):
        lexicon.lexicon("xx", tmp_path)
    (tmp_path / "yy.yaml").write_text("language: xx\nwords: {}\n")
    with pytest.raises(ConfError, match="must be the file's name"):
        lexicon.lexicon("yy", tmp_path)
    with pytest.raises(ConfError, match="no group 'nonsense'"):
        lexicon.words("nonsense")
