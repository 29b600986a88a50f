from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.words.disguises import MOST, disguises


@pytest.mark.parametrize(
    ("mark", "some"),
    [
        ("Brennholm", {"br3nnholm", "brnnholm", "b r e n n h o l m", "brenholm", "brennholrn"}),
        ("Dongyuchun", {"d0ngyuchun", "clongyuchun", "dongyuсhun"}),
        ("洞玉春", {"洞·玉·春", "洞*玉*春"}),
    ],
)
def test_gives_what_sellers_write(mark: str, some: set[str]) -> None:
    assert some <= set(disguises(mark))


def test_a_short_mark_has_none() -> None:
    assert disguises("VYQ") == ()


@given(st.text(max_size=40), st.integers(0, 20))
def test_are_few_different_and_never_the_mark(mark: str, most: int) -> None:
    found = disguises(mark, most)
    assert len(found) <= most
    assert len(set(found)) == len(found)
    assert " ".join(mark.split()).casefold() not in {one.casefold() for one in found}
    assert found == disguises(mark, most)
    assert all(found)
    assert len(disguises(mark)) <= MOST
