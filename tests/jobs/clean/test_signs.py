"""What texts show by words and patterns."""

from __future__ import annotations

import polars as pl
import pytest

from jobs.clean._signs import lexicons, signs


def shown(title: str | None, description: str | None = None) -> tuple[list[str] | None, int | None]:
    """Give what one listing shows."""
    texts = (pl.Series([text], dtype=pl.String) for text in (title, description))
    made = signs(*texts, lexicons())
    return made["text_signs"].to_list()[0], made["trade_word_count"][0]


@pytest.mark.parametrize(
    ("title", "description", "expected"),
    [
        (None, None, (None, None)),
        ("steel watch", None, ([], 0)),
        ("aaa watch", "mirror copy", (["quality", "replica", "title:quality"], 4)),
        (
            "watch",
            "1:1 mirror copy, aaa",
            (["quality", "replica"], 5),
        ),  # "mirror" and "copy" count, too
        ("watch", "add wechat id: lucky88", (["contact", "messenger_id"], 0)),
        ("watch", "see shop dot com", (["link"], 0)),
        (None, "lucky(at)mail(dot)com", (["phone_or_mail"], 0)),
        ("shoes 36-45", None, (["size_run"], 0)),
        ("复刻手表", None, (["replica", "title:replica"], 1)),
    ],
)
def test_signs_are_words_of_groups_and_patterns(
    title: str | None, description: str | None, expected: tuple[list[str] | None, int | None]
) -> None:
    assert shown(title, description) == expected


def test_part_of_a_word_is_no_word() -> None:
    assert shown("aaabc replicant") == ([], 0)


def test_a_phrase_does_not_reach_from_the_description_into_the_title() -> None:
    signs_, _ = shown("velora", "aaa")
    assert signs_ == ["quality"]
