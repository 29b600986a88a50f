"""The examples that a model learns from and is judged by: features, labels, weights, groups."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from conf.errors import LakeError, ModelError
from conf.model import Model
from conf.site import Site
from jobs import catalogue
from jobs.facts import join_facts
from jobs.reader import Lake
from jobs.score import _rules
from ml.labels import labels

TABLES = ("listings", "listing_matches", "sellers", "seller_features", "decisions")
LEAST_LABELS = 40  # of each kind
LEAST_DRAWN = 300  # labels drawn with a known chance that can speak for all listings


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled listings, one row each, in the order of their keys."""

    keys: np.ndarray
    vectors: np.ndarray  # float32, columns as the model names its features
    by_rules: np.ndarray  # suspicion by the rules, 0 to 100
    labels: np.ndarray  # 1.0 is a positive
    weights: np.ndarray  # in learning: how much the label is trusted
    drawn: np.ndarray  # listings that a label speaks for; 0 when it was not drawn
    is_own: np.ndarray  # the verdict was on the listing itself
    platforms: np.ndarray
    languages: np.ndarray
    sellers: np.ndarray
    days: np.ndarray  # days since 1970 at which each was decided

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.labels)

    def only(self, which: np.ndarray) -> Examples:
        """Give some of the examples."""
        return replace(self, **{one.name: getattr(self, one.name)[which] for one in fields(self)})

    @property
    def population(self) -> np.ndarray:
        """How many listings each example speaks for when figures are counted.

        A listing drawn with a chance of a quarter speaks for four; one that was looked at for a
        reason of its own (a complaint, a test buy) speaks for itself, and so does each while too
        few were drawn. Then all of them together are their platforms' listings. What a seller's
        verdict lends its listings is no look at them and counts nothing.
        """
        own = self.is_own.astype(np.float64)
        enough = int((own * self.drawn > 0).sum()) >= LEAST_DRAWN
        return own * np.maximum(self.drawn, 1.0) if enough else own

    @property
    def sha256(self) -> str:
        """A digest of everything that a model learns from."""
        hasher = hashlib.sha256()
        for one in fields(self):
            value = getattr(self, one.name)
            shown = value if value.dtype != object else np.array("\n".join(value))
            hasher.update(one.name.encode() + str(shown.dtype).encode() + shown.tobytes())
        return hasher.hexdigest()


def versions(site: Site) -> dict[str, int]:
    """Give the newest version of every table that is learned from.

    Raises:
        ModelError: a table is missing.

    """
    lake = Lake(site.lake)
    found = {name: lake.version(name) for name in TABLES}
    if missing := [name for name, version in found.items() if version is None]:
        raise ModelError(
            f"{site.lake} has no {', '.join(missing)} to learn from: import partners' listings and "
            "decisions (`countermark feed import`) and run `countermark job run all`"
        )
    return {name: version for name, version in found.items() if version is not None}


def read(site: Site, model: Model, at: Mapping[str, int]) -> Examples:
    """Read the examples from the tables at these versions.

    Raises:
        LakeError: a table has no such version any more.
        ModelError: there are too few labels of one kind.

    """
    lake = Lake(site.lake)
    heads = lake.frame(
        "listings", version=at["listings"], columns=["listing_key", "seller_key", "observed_at"]
    ).join(
        lake.frame(
            "listing_matches", version=at["listing_matches"], columns=["listing_key", "brand"]
        ),
        on="listing_key",
        how="left",
    )
    labelled = labels(lake.frame("decisions", version=at["decisions"]), heads)
    return examples(model, _facts(lake, labelled, at), labelled)


def _facts(lake: Lake, labelled: pl.DataFrame, at: Mapping[str, int]) -> pl.DataFrame:
    wanted = labelled["listing_key"].to_list()
    listings = lake.frame(
        "listings", version=at["listings"], where=pl.col("listing_key").is_in(wanted)
    )
    rest = [lake.frame(name, version=at[name]) for name in TABLES[1:4]]
    return join_facts(listings, *rest)


def examples(model: Model, facts: pl.DataFrame, labelled: pl.DataFrame) -> Examples:
    """Make examples of facts and labels.

    Args:
        model: names the features.
        facts: one row a listing, as jobs/facts.py joins them.
        labelled: one row a labelled listing, as ml/labels.py gives them.

    Raises:
        ModelError: there are too few labels of one kind.

    """
    # labelled: one row a listing
    rows = facts.join(labelled, on="listing_key", how="inner").sort("listing_key")
    _check_enough(rows["is_counterfeit"])
    return Examples(
        keys=_texts(rows["listing_key"]),
        vectors=catalogue.vectors(rows, model.features),
        by_rules=_by_rules(rows),
        labels=rows["is_counterfeit"].cast(pl.Float64).to_numpy(),
        weights=rows["weight"].to_numpy(),
        drawn=rows["drawn"].to_numpy(),
        is_own=rows["is_own"].to_numpy(),
        platforms=_texts(rows["platform"]),
        languages=_texts(rows["language"]),
        # Who sells is not always known; such a listing is a group of its own.
        sellers=_texts(rows["seller_key"].fill_null(rows["listing_key"])),
        days=rows["decided_at"].dt.epoch("s").to_numpy() / 86_400,
    )


def _by_rules(rows: pl.DataFrame) -> np.ndarray:
    vectors = catalogue.vectors(rows, _rules.FEATURES)
    return _rules.suspicion({name: vectors[:, at] for at, name in enumerate(_rules.FEATURES)})


def _texts(column: pl.Series) -> np.ndarray:
    return np.array(column.fill_null("unknown").to_list(), dtype=object)


def _check_enough(is_positive: pl.Series) -> None:
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if min(positives, negatives) < LEAST_LABELS:
        raise ModelError(
            f"the decisions label {positives} listings as counterfeit and {negatives} as genuine; "
            f"a model needs {LEAST_LABELS} of each: import more decisions"
        )


def readable(site: Site, at: Mapping[str, int]) -> Mapping[str, int]:
    """Give these versions, or the newest if the lake was made anew since and has them no more."""
    lake = Lake(site.lake)
    try:
        for name in TABLES:
            lake.open(name, at[name])
    except (LakeError, KeyError):
        return versions(site)
    return at
