"""Texts that nearly repeat each other are one group, whatever their language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.groups import LEAST_LETTERS, groups, sign

ENGLISH = "Leather bag with box and receipt, made in Italy; ships from Hamburg within two days."
CHINESE = (
    "顶级牛货市场唯一一家购买原装正品手表在全拆解分析后"
    "一比一极限制造出来的精品爆款到货支持专柜验货全国联保"
)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (ENGLISH, ENGLISH, True),
        (ENGLISH, ENGLISH.replace("two", "three"), True),
        (ENGLISH, ENGLISH.replace(" ", "  "), True),
        (CHINESE, CHINESE.replace("全国联保", "全国包邮"), True),
        (
            ENGLISH,
            "Steel watch with sapphire glass and a date window, water resistant to 100 m",
            False,
        ),
        (CHINESE, CHINESE[::-1], False),
        ("Nike Air Force 1", "Nike Air Force 1", False),  # short texts repeat by chance
        (None, None, False),
    ],
)
def test_near_repeats(one: str | None, other: str | None, *, is_same: bool) -> None:
    first, second = groups([one, other])
    assert (first == second) == is_same


def test_a_chain_is_one_group_and_order_does_not_matter() -> None:
    words = [f"word{at}" for at in range(60)]
    chain = [
        " ".join([*words[step:], *(f"new{at}" for at in range(step))]) for step in range(0, 12, 3)
    ]
    assert len(set(groups(chain))) == 1
    assert len(set(groups(chain[::-1]))) == 1
    assert len(set(groups([chain[0], "x" * 50, None, chain[1]]))) == 3


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_texts_have_a_group_each(texts: list[str]) -> None:
    found = groups(texts)
    assert len(found) == len(texts)
    for at, text in enumerate(texts):
        assert (sign(text) is None) == (len("".join(text.split())) < LEAST_LETTERS)
        assert found[found[at]] == found[at]
