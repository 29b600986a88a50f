"""Texts and lexicon groups as Polars expressions that find words, not parts of words."""

from __future__ import annotations

import re

import polars as pl

from conf import lexicon
from jobs.clean._fold import fold

_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BETWEEN = re.compile(r"\W+")


def spaced(*texts: pl.Expr) -> pl.Expr:
    """Give folded texts as words with one space around each; missing texts are empty."""
    joined = pl.concat_str(
        [pl.lit(" "), *[text.fill_null("") + pl.lit(" | ") for text in texts]],
        ignore_nulls=True,
    )
    return joined.str.replace_all(r"\W+", " ")


def patterns(group: str) -> list[str]:
    """Give a group's words as substrings of spaced text; Chinese words need no spaces around."""
    found = {_pattern(word) for word in lexicon.words(group)}
    return sorted(found - {"  "})


def _pattern(word: str) -> str:
    plain = _BETWEEN.sub(" ", fold(word).text).strip()
    return plain if _EASTERN.search(plain) else f" {plain} "


def has_word(text: pl.Expr, group: str) -> pl.Expr:
    """Tell whether spaced text holds a word of the group."""
    return text.str.contains_any(patterns(group))


def word_kinds(text: pl.Expr, group: str) -> pl.Expr:
    """Count the different words of the group in spaced text."""
    return text.str.extract_many(patterns(group), overlapping=True).list.n_unique()


def known(*texts: pl.Expr) -> pl.Expr:
    """Tell whether there is a text at all; a listing without one says nothing, not "no"."""
    return pl.any_horizontal([text.is_not_null() for text in texts])


def said(title: pl.Expr, description: pl.Expr, group: str) -> pl.Expr:
    """Tell whether title or description holds a word of the group; missing when both are."""
    flag = has_word(spaced(title, description), group)
    return pl.when(known(title, description)).then(flag)
