"""Apply a reader of texts to a column, once for each different text."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import polars as pl

Value = TypeVar("Value")
# White space that is not one blank already: most is, and to replace it takes three times as long.
_UNTIDY = r"\s\s+|[^\S ]"


def each(
    texts: pl.Series, read: Callable[[str | None], object], dtype: pl.DataType | type[pl.DataType]
) -> pl.Series:
    """Read every text of a column; equal texts are read once."""
    return pl.Series(texts.name, once(texts.to_list(), read), dtype=dtype)


def once(values: Sequence[Hashable], read: Callable[..., Value]) -> list[Value]:
    """Apply `read` to each value, asking it once for equal values."""
    known: dict[Hashable, Value] = {value: read(value) for value in set(values)}
    return [known[value] for value in values]


def tidy(texts: pl.Series) -> pl.Series:
    """Make runs of white space one space; a text of nothing else is null."""
    plain = texts.str.replace_all(_UNTIDY, " ").str.strip_chars()
    return plain.to_frame().select(pl.when(plain != "").then(plain)).to_series().alias(texts.name)
