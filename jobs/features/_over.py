"""Division as features need it."""

from __future__ import annotations

import polars as pl


def over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Divide; missing where the divisor is not above zero."""
    return pl.when(whole > 0).then(part / whole)
