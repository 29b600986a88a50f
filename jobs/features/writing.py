"""How title and description are written: scripts, capitals, numbers, marks, sentences."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over

SCRIPTS = ("Latin", "Han", "Cyrillic", "Greek", "Arabic", "Hiragana", "Katakana", "Hangul", "Thai")
_WORD = r"\w+"
_ENDING = "[.!?]+(?: |$)|[\u3002\uff01\uff1f]+"


@feature(lowest=0.0, highest=5.0)
def title_script_count(title: pl.Expr) -> pl.Expr:
    """Number of scripts in the title: Latin, Chinese, Cyrillic and so on."""
    first, *others = (title.str.contains(rf"\p{{{name}}}").cast(pl.Int8) for name in SCRIPTS)
    return sum(others, first)


@feature(lowest=0.0, highest=20.0)
def title_shouted_word_count(title: pl.Expr) -> pl.Expr:
    """Number of the title's words of four and more letters that are all capitals."""
    return title.str.count_matches(r"\b[A-Z]{4,}\b")


@feature(lowest=0.0, highest=20.0)
def title_number_count(title: pl.Expr) -> pl.Expr:
    """Number of numbers in the title: years, sizes, pieces."""
    return title.str.count_matches(r"\b[0-9]+(?:[.,][0-9]+)?\b")


@feature(lowest=0.0, highest=10.0)
def title_code_count(title: pl.Expr) -> pl.Expr:
    """Number of the title's words that mix letters and digits, as style numbers do."""
    return title.str.count_matches(r"\b(?:[A-Za-z]+[0-9]+|[0-9]+[A-Za-z]+)[A-Za-z0-9]*\b")


@feature(lowest=0.0, highest=20.0)
def title_separator_count(title: pl.Expr) -> pl.Expr:
    """Number of marks that chain search words in the title: | / , ; and brackets."""
    return title.str.count_matches("[|/,;\\[\\](){}\u3010\u3011\uff0c\u3001\uff5c\u300a\u300b]")


@feature(lowest=0.0, highest=30.0)
def title_word_length(title_folded: pl.Expr) -> pl.Expr:
    """Characters of the title for each of its words."""
    return over(title_folded.str.len_chars(), title_folded.str.count_matches(_WORD))


@feature(lowest=0.0, highest=20.0)
def question_count(title: pl.Expr, description: pl.Expr) -> pl.Expr:
    """Number of question marks."""
    marks = [text.str.count_matches("[?\uff1f]") for text in (title, description)]
    is_known = title.is_not_null() | description.is_not_null()
    return pl.when(is_known).then(pl.sum_horizontal(marks))


@feature(lowest=0.0, highest=20.0)
def title_mark_run_count(title: pl.Expr) -> pl.Expr:
    """Number of runs of marks in the title such as *** or !!!, by which trade texts stress."""
    return title.str.count_matches("[-!*~#=+_\u2605\u2606\uff01]{3,}")


@feature(lowest=0.0, highest=1.0)
def description_digit_share(description: pl.Expr) -> pl.Expr:
    """Share of the description's characters that are digits."""
    return over(description.str.count_matches("[0-9]"), description.str.len_chars())


@feature(lowest=0.0, highest=7.0)
def sentence_count_log(description: pl.Expr) -> pl.Expr:
    """Logarithm of the number of sentences of the description."""
    return description.str.count_matches(_ENDING).log1p()


@feature(lowest=0.0, highest=1000.0)
def sentence_length(description: pl.Expr) -> pl.Expr:
    """Characters of the description for each of its sentences; high where words are only listed."""
    sentences = description.str.count_matches(_ENDING).clip(lower_bound=1)
    return description.str.len_chars() / sentences
