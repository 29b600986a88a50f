"""Keeps the rows of some keys, without moving the others."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

MOST_TOLD = 5_000_000  # numbers of 8 bytes that every task may be told
NUMBER = "_number"


def number(*key: str) -> Column:
    """Give 64 bits of a key."""
    return F.xxhash64(*key).alias(NUMBER)


def among(rows: DataFrame, key: tuple[str, ...], few: DataFrame, count: int) -> DataFrame:
    """Give the rows whose key is among these `numbers`, of which there are so many.

    Each task is told all numbers, so that wide rows stay where they are; if there are too many,
    rows are shuffled. Of ten million keys two share a number once in 400,000 runs; a row too many
    is kept then, so whatever follows must not mind one.
    """
    told = F.broadcast(few) if count <= MOST_TOLD else few
    return rows.select("*", number(*key)).join(told, on=NUMBER, how="left_semi").drop(NUMBER)


def beyond(rows: DataFrame, key: tuple[str, ...], few: DataFrame, count: int) -> DataFrame:
    """Give the rows whose key is not among these numbers; one that only shares a number is lost."""
    told = F.broadcast(few) if count <= MOST_TOLD else few
    return rows.select("*", number(*key)).join(told, on=NUMBER, how="left_anti").drop(NUMBER)
