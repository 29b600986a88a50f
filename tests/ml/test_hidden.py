"""Of decisions that confirm counterfeits alone, the likest undecided listings are listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conf.errors import ModelError
from conf.model import Model
from conf.site import Site
from ml import hidden, queueing
from ml.train import train
from tests.ml.conftest import NAME, offers, tables
from tests.ml.test_watching import scores

Tables = dict[str, list[dict[str, Any]]]


def confirmed(sellers: int) -> tuple[Tables, set[str]]:
    """Tables in which so many sellers' plain copies are confirmed and nothing else; all copies."""
    given = offers()
    copies = sorted({one["seller"] for one in given if one["is_fake"]})
    known = {*copies[:: len(copies) // sellers]}
    keys = {one["key"] for one in given if one["is_fake"] and one["seller"] in known}
    made = tables(given)
    for row in made["listings"]:  # one text of all sellers would make one group of them
        row["description"] = row["description_folded"] = None
    decisions = [one for one in made["decisions"] if one["subject_key"] in keys]
    sure = [one | {"verdict": "counterfeit"} for one in decisions]
    return made | {"decisions": sure} | scores(made), {
        one["key"] for one in given if one["is_fake"]
    }


def test_what_looks_like_the_confirmed_is_listed_one_a_seller(
    learned: Site, small: Model, write: Callable[..., None], tmp_path: Path
) -> None:
    given, copies = confirmed(sellers=12)
    write(given)
    with pytest.raises(ModelError, match=r"\d+ listings as counterfeit and 0 as genuine"):
        train(learned, NAME)
    found = hidden.hidden(learned, NAME, 20)
    decided = {one["subject_key"] for one in given["decisions"]}
    assert (found.confirmed, found.genuine) == (len(decided), 0)
    assert found.looked_through == found.undecided == len(offers()) - len(decided)
    keys = [one.subject_key for one in found.picks]
    assert len(keys) == len({one.seller_key for one in found.picks}) == 20
    assert not {*keys} & decided
    # Half of what is undecided is about as many copies as genuine things.
    assert np.mean([key in copies for key in keys]) > 0.9
    assert found == hidden.hidden(learned, NAME, 20)
    assert found.share is not None
    told = hidden.as_table(found)
    assert "if what was confirmed was chosen at random" in told
    assert "0 are known to be genuine, and a training needs 40 of each" in told
    queueing.write(list(found.picks), tmp_path / "list.csv")
    assert pl.read_csv(tmp_path / "list.csv")["subject_key"].to_list() == keys
    assert small.name == NAME


def test_of_too_few_no_share_is_told_and_of_one_seller_nothing(
    learned: Site, small: Model, write: Callable[..., None]
) -> None:
    given, _ = confirmed(sellers=12)
    first, other = given["decisions"][0], given["decisions"][-1]
    write(given | {"decisions": [first, other]})
    found = hidden.hidden(learned, NAME, 5)
    assert found.share is None
    assert "no share of counterfeits is told: fewer than 8" in hidden.as_table(found)
    assert {one.why for one in found.picks} == {hidden.WHY}
    write({"decisions": [first]})
    with pytest.raises(ModelError, match="confirmed as counterfeit is of one group"):
        hidden.hidden(learned, NAME, 5)
    with pytest.raises(ModelError, match="a list of 0 listings makes no sense"):
        hidden.hidden(learned, small.name, 0)


def test_more_than_can_be_looked_through_are_drawn(
    learned: Site, small: Model, write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, _ = confirmed(sellers=12)
    write(given)
    every = hidden.hidden(learned, small.name, 5)
    monkeypatch.setattr(hidden, "MOST_ROWS", 150)
    some = hidden.hidden(learned, small.name, 5)
    assert (some.looked_through, some.undecided) == (150, every.undecided)
    assert some.share is not None
    assert every.share is not None
    assert some.share.hidden.low <= every.share.hidden.value <= some.share.hidden.high


def test_the_best_of_each_seller_comes_once() -> None:
    values = np.array([1.0, 3.0, 2.0, 5.0])
    sellers = np.array(["a", "b", "a", "b"], dtype=object)
    assert hidden.likest(values, sellers, 9).tolist() == [3, 2]
    assert hidden.likest(values, sellers, 1).tolist() == [3]
