from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.words.grams import grams, may_be_personal
from crawler.words.proposing import Title, log_odds, proposals


def test_grams_are_runs_of_words_and_of_chinese_characters() -> None:
    assert grams("Super Clone 1:1 高仿表") == {
        *("super", "clone", "1:1", "super clone", "clone 1:1", "super clone 1:1"),
        *("高仿", "仿表", "高仿表"),
    }


@pytest.mark.parametrize(
    ("word", "is_personal"),
    [
        *((one, True) for one in ("13812345678", "wx8812", "anna1987", "20260101", "a" * 30)),
        *((one, False) for one in ("1:1", "v5", "7a", "clone", "2026")),
    ],
)
def test_numbers_and_ids_may_be_a_persons(word: str, *, is_personal: bool) -> None:
    assert may_be_personal(word) is is_personal
    assert (word in grams(f"watch {word} new")) is (not is_personal and not word.isdecimal())


@given(st.text(max_size=60))
def test_no_gram_of_any_title_holds_a_long_number(title: str) -> None:
    for gram in grams(title):
        assert not any(sum(one.isdecimal() for one in word) > 8 for word in gram.split())


def test_log_odds_are_those_of_the_formula() -> None:
    """Equal shares give 0; the sign follows the share; more of the same is surer."""
    few = log_odds(Counter(a=4, b=10), Counter(a=1, b=13))
    many = log_odds(Counter(a=400, b=1000), Counter(a=100, b=1300))
    assert 0 < few["a"] < many["a"]
    assert many["b"] < few["b"] < 0
    assert log_odds(Counter(a=5, b=5), Counter(a=5, b=5)) == {"a": 0.0, "b": 0.0}


def shown(text: str, count: int, *, is_suspect: bool, sellers: int = 3) -> list[Title]:
    return [Title(f"{text} no{n}x", f"s{n % sellers}", is_suspect) for n in range(count)]


TITLES = [
    *shown("Northvane gale superclone watch", 12, is_suspect=True),
    *shown("Northvane add vx7788123 watch", 12, is_suspect=True),
    *shown("Northvane by Anna Berg watch", 12, is_suspect=True),
    *shown("Northvane oneseller watch", 12, is_suspect=True, sellers=1),
    *shown("北风 超复刻版 手表", 12, is_suspect=True),
    *shown("Northvane watch with receipt", 60, is_suspect=False),
    *shown("北风 手表 全新", 30, is_suspect=False),
]


def test_proposes_what_suspect_listings_say_and_the_rest_does_not() -> None:
    found = proposals("shop", TITLES, ["Northvane", "北风", "gale"], ["Anna Berg", "add"])
    words = [one.word for one in found]
    assert any("superclone" in word for word in words)
    assert any("复刻" in word for word in words)
    for never in ("vx7788", "anna", "berg", "oneseller", "receipt", "add"):
        assert not any(never in word for word in words), never
    assert not {"northvane", "gale", "北风"} & set(words)
    for one in found:
        assert one.z >= 1.96
        assert one.suspect_share == one.suspect_count / (one.suspect_count + one.other_count)
        assert (one.suspect_count, one.seller_count) == (12, 3)


def test_without_suspects_nothing_is_proposed() -> None:
    assert proposals("shop", shown("watch", 20, is_suspect=False), []) == []
    assert proposals("shop", [], []) == []
