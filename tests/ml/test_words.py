"""Words are learned by seller, hold on several platforms, and are only ever proposed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.brand import Brand
from conf.errors import ModelError
from conf.site import Site
from ml import learned_words as of_lake
from ml import words_told
from ml.words import Proposal, known, measured, phrases, proposal, uses

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
ORRIS = Brand(key="orris", name="Orris", industry="watches", country="CH", marks=("Orris",))


def listings(*texts: tuple[str, str, bool], language: str = "en", many: int = 1) -> pl.DataFrame:
    """Give labelled listings: platform, title, label; each of a seller of its own, `many` times."""
    rows: list[dict[str, Any]] = [
        {
            "listing_key": f"{platform}:{at}-{copy}",
            "seller_key": f"{platform}:{at}",
            "platform": platform,
            "language": language,
            "title_folded": title,
            "description_folded": None,
            "observed_at": FIRST + timedelta(days=at % 7),
            "is_counterfeit": is_fake,
        }
        for at, (platform, title, is_fake) in enumerate(texts)
        for copy in range(many)
    ]
    return pl.DataFrame(rows, schema_overrides={"description_folded": pl.String})


def trade(word: str, platforms: tuple[str, ...], language: str = "en") -> pl.DataFrame:
    """Give twelve sellers of either kind on each platform; those of copies say the word."""
    said = [
        (platform, f"orris watch steel {word}" if is_fake else "orris watch steel papers", is_fake)
        for platform in platforms
        for is_fake in (True, False)
        for _ in range(12)
    ]
    return listings(*said, language=language)


def added(rows: pl.DataFrame, most: int = 9) -> dict[str, Any]:
    return {one.phrase: one for one in proposal(rows, (ORRIS,), most).add}


def test_a_word_that_holds_on_two_platforms_is_proposed_with_its_dates() -> None:
    found = added(trade("frobnik", ("a", "b")))
    one = found["watch steel frobnik"]  # the longest that all of its sellers say
    assert (one.counterfeit_sellers, one.genuine_sellers, one.platforms) == (24, 0, 2)
    assert one.low > 0.4
    assert (one.first_seen, one.last_seen) == (FIRST.date(), FIRST.date() + timedelta(days=6))
    assert "orris" not in " ".join(found)  # the brand's name tells the brand
    assert not any("papers" in phrase for phrase in found)


def test_a_word_of_one_platform_alone_tells_the_platform() -> None:
    assert not added(trade("frobnik", ("a",)))


def test_copies_of_one_seller_count_once() -> None:
    one_seller = [("a", "orris watch frobnik", True), ("b", "orris watch frobnik", True)]
    others = [(platform, "orris watch", False) for platform in ("a", "b") for _ in range(10)]
    assert not added(listings(*one_seller, *others, many=40))


def test_chinese_is_learned_by_characters() -> None:
    said = [
        (platform, "手表复刻表带" if is_fake else "手表皮带包邮", is_fake)
        for platform in ("a", "b")
        for is_fake in (True, False)
        for _ in range(12)
    ]
    found = measured(uses(listings(*said, language="zh")), "zh", known("zh"))
    by_phrase = {one.phrase: one for one in found}
    assert by_phrase["复刻"].group == "replica"  # kept for the lexicon, though longer ones hold it
    assert by_phrase["复刻"].low > 0
    assert by_phrase["皮带包邮"].high < 0


def test_a_word_of_the_lexicon_that_honest_sellers_say_may_be_withdrawn() -> None:
    said = [
        (platform, "orris watch" if is_fake else "orris watch wholesale", is_fake)
        for platform in ("a", "b")
        for is_fake in (True, False)
        for _ in range(12)
    ]
    found = proposal(listings(*said), (ORRIS,), 9)
    assert [one.phrase for one in found.withdraw] == ["wholesale"]
    assert not found.confirmed
    assert "wholesale" in words_told.told(found)


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("1:1 mirror copy", {"1:1 mirror copy", "mirror", "1:1"}, {"1", "mirror mirror"}),
        ("steel | blue", {"steel", "blue"}, {"steel blue"}),  # of two texts
        ("size 42 x", {"size", "size 42", "42 x"} - {"42 x"}, {"42", "x", "42 x"}),
        ("专柜正品 abc", {"专柜", "柜正", "专柜正品", "abc"}, {"品 abc"}),
        ("orris lago", {"lago"}, {"orris", "orris lago"}),
    ],
)
def test_phrases(text: str, found: set[str], not_found: set[str]) -> None:
    given_ = set(phrases(text, {"orris"}))
    assert found <= given_
    assert not not_found & given_


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_phrases_that_stand_in_it(text: str) -> None:
    for phrase in phrases(text):
        assert phrase
        assert all(word in text for word in phrase.split(" "))


def test_what_is_proposed_can_be_read_as_yaml() -> None:
    found = proposal(trade("frobnik", ("a", "b")), (ORRIS,), 9)
    read = yaml.safe_load(words_told.as_yaml(found))
    assert read["add"]["en"]["watch steel frobnik"]["sellers"] == [24, 0]
    assert words_told.as_yaml(found).startswith("# Proposed by")
    empty = Proposal(0, 0, 0, (), (), ())
    assert yaml.safe_load(words_told.as_yaml(empty)) == {"add": {}, "withdraw": {}}


def test_decisions_of_a_lake(learned: Site) -> None:
    found = of_lake.learned(learned, None, None, None, 9)
    assert found.sellers == 108
    assert not any("mirror" in one.phrase for one in found.add)  # in the lexicon already
    assert {"1:1", "mirror copy"} & {one.phrase for one in found.confirmed}
    with pytest.raises(ModelError, match="tell of one kind alone"):
        of_lake.learned(learned, "xx", None, None, 9)
