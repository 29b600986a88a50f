"""The examples that a model learns from and is judged by: features, labels, weights, groups."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from conf.errors import ModelError
from conf.model import Model
from conf.site import Site
from jobs import catalogue
from jobs.score import _rules
from ml import frame
from ml.groups import groups

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
    brands: np.ndarray
    sellers: np.ndarray
    groups: np.ndarray  # number of those whose texts nearly repeat each other
    days: np.ndarray  # days since 1970 at which each was decided

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.labels)

    def only(self, which: np.ndarray) -> Examples:
        """Give some of the examples."""
        return replace(self, **{one.name: getattr(self, one.name)[which] for one in fields(self)})

    def apart_from(self, held_out: np.ndarray) -> Examples:
        """Give those that may be learned from to judge these: nearly the same text is no one's."""
        return self.only(~held_out & ~np.isin(self.groups, self.groups[held_out]))

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


def read(site: Site, model: Model, at: Mapping[str, int]) -> Examples:
    """Read the examples from the tables at these versions.

    Raises:
        LakeError: a table has no such version any more.
        ModelError: there are too few labels of one kind.

    """
    return examples(model, frame.rows_at(site, at))


def examples(model: Model, rows: pl.DataFrame) -> Examples:
    """Make examples of labelled listings.

    Args:
        model: names the features.
        rows: one row a listing, as ml/frame.py reads them.

    Raises:
        ModelError: there are too few labels of one kind.

    """
    _check_enough(rows["is_counterfeit"], model)
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
        brands=_texts(rows["brand"]),
        # Who sells is not always known; such a listing is a group of its own.
        sellers=_texts(rows["seller_key"].fill_null(rows["listing_key"])),
        groups=groups(_shown(rows)),
        days=rows["decided_at"].dt.epoch("s").to_numpy() / 86_400,
    )


def _by_rules(rows: pl.DataFrame) -> np.ndarray:
    vectors = catalogue.vectors(rows, _rules.FEATURES)
    return _rules.suspicion({name: vectors[:, at] for at, name in enumerate(_rules.FEATURES)})


def _shown(rows: pl.DataFrame) -> list[str]:
    both = pl.concat_str("title_folded", "description_folded", separator=" ", ignore_nulls=True)
    return rows.select(both).to_series().to_list()


def _texts(column: pl.Series) -> np.ndarray:
    return np.array(column.fill_null("unknown").to_list(), dtype=object)


def _check_enough(is_positive: pl.Series, model: Model) -> None:
    positives = int(is_positive.sum())
    negatives = len(is_positive) - positives
    if min(positives, negatives) < model.least_labels:
        raise ModelError(
            f"the decisions label {positives} listings as counterfeit and {negatives} as genuine; "
            f"{model.name} needs {model.least_labels} of each: import more decisions"
        )
