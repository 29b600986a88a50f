from __future__ import annotations

from typing import Any

import pytest

from conf.brand import Brand
from crawler.words.kinds import of_brands, replica_words

NORTH = Brand(
    key="north",
    name="North",
    industry="watches",
    country="CH",
    marks=("NORTHVANE", "北风"),
    aliases=("North Vane", "northvane"),
    nicknames=("the gale",),
)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("marks", "aliases"), ["NORTHVANE", "北风", "North Vane"]),
        (("nicknames",), ["the gale"]),
        (("replicas",), None),
        (("disguises", "marks"), None),
    ],
)
def test_gives_the_kinds_that_are_asked_for(kinds: Any, words: list[str] | None) -> None:
    found = list(of_brands([NORTH], kinds, "zh"))
    if words is not None:
        assert found == words
    elif "replicas" in kinds:
        assert {"NORTHVANE 高仿", "北风 高仿", "北风 1:1"} <= set(found)
        assert len(found) == 2 * len(replica_words("zh"))
    else:
        assert {"n0rthvane", "北·风", "NORTHVANE"} <= set(found)


def test_a_language_without_words_takes_the_english_ones() -> None:
    assert replica_words("xx") == replica_words(None) == replica_words("en")
    assert "replik" in replica_words("de")
