"""Who shows three others' identifiers pasted them; old numbers and couriers' are no paste."""

from __future__ import annotations

import numpy as np
import polars as pl

from jobs.vendors._blocking import indexed
from jobs.vendors._pasted import pasters


def found(rows: list[tuple[str, str]], actors: dict[str, int], kind: str = "phone") -> set[str]:
    frame = pl.DataFrame(rows, ["seller_key", "value"], orient="row")
    index = indexed(frame.with_columns(kind=pl.lit(kind), listing_count=pl.lit(5)))
    groups = np.array([actors[key] for key in index.sellers])
    told = pasters(index, groups, np.ones(index.values.height))
    return {key for key, is_one in zip(index.sellers, told, strict=True) if is_one}


RIVALS = {"a": 1, "b": 2, "c": 3, "d": 4}


def test_who_shows_the_numbers_of_three_others_pasted_them() -> None:
    own = [(one, f"number of {one}") for one in RIVALS]
    pasted = [("x", f"number of {one}") for one in "abc"]
    assert found(own + pasted, RIVALS | {"x": 9}) == {"x"}
    assert found(own + pasted[:2], RIVALS | {"x": 9}) == set()


def test_it_pasted_them_though_it_was_taken_for_one_of_them() -> None:
    own = [(one, f"number of {one}") for one in RIVALS]
    pasted = [("x", f"number of {one}") for one in RIVALS]
    assert found(own + pasted, RIVALS | {"x": 1}) == {"x"}


def test_an_actor_s_many_numbers_are_its_own() -> None:
    rows = [(one, f"number {at}") for at in range(5) for one in ("a", "b", "x")]
    assert found(rows, {"a": 1, "b": 1, "x": 1}) == set()


def test_a_courier_s_number_is_one_number() -> None:
    rows = [(one, "courier") for one in (*RIVALS, "x")]
    assert found(rows, RIVALS | {"x": 9}) == set()


def test_sentences_are_no_identifiers() -> None:
    rows = [(one, f"text of {one}") for one in RIVALS]
    rows += [("x", f"text of {one}") for one in RIVALS]
    assert found(rows, RIVALS | {"x": 9}, kind="sentence") == set()
