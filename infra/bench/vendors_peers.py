"""The linker's peers: contact data with friends of friends, and Splink on the very same pairs."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from infra.bench.vendors_world import World
from jobs.vendors._clusters import components
from jobs.vendors._kinds import FAMILIES, HARD, KINDS
from jobs.vendors._linking import Compared

MOST_OF_A_CONTACT = 50  # sellers; beyond, any vendor of such a tool would call it an agency's
# Kinds of which Splink compares the value that most listings show.
ONE_VALUE = ("phone", "mail", "wechat", "album", "company", "address")
SOFT_VALUE = ("template", "opening", "price_ladder", "assortment", "place")
LINES = tuple((1 / (1 + np.exp(-np.arange(-3.0, 25.0, 0.5)))).tolist())


def by_contact(of: Compared) -> np.ndarray:
    """Give groups of sellers that identifiers lead from one to the other."""
    values = of.index.values
    is_hard = values["kind"].is_in([KINDS.index(k) for family in HARD for k in FAMILIES[family]])
    meant = (is_hard & (values["sharer_count"] <= MOST_OF_A_CONTACT)).to_numpy()
    seller, value = of.index.shown.tocoo().coords
    own = meant[value]
    seller, value = seller[own], value[own]
    order = np.lexsort((seller, value))
    seller, value = seller[order], value[order]
    next_too = value[1:] == value[:-1]
    return components(seller[:-1][next_too], seller[1:][next_too], len(of.index.sellers))


def splink(made: World, of: Compared, lines: Sequence[float]) -> list[np.ndarray]:
    """Give groups by Splink's chances of the same pairs at each line, and connected components."""
    left, right, chance = splink_chances(made, of)
    return [
        components(left[chance >= line], right[chance >= line], len(of.index.sellers))
        for line in lines
    ]


def splink_chances(made: World, of: Compared) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give Splink's chance that each candidate pair is one actor.

    Trained as its own guide says: u from random pairs, m by EM in a session for each of several
    blocking rules, frequencies of values adjusted for.
    """
    import splink as peer
    from splink import comparison_library as compare

    logging.getLogger("splink").setLevel(logging.ERROR)
    kinds = set(made.sightings["kind"].unique())
    one = [kind for kind in ONE_VALUE if kind in kinds]
    soft = [kind for kind in SOFT_VALUE if kind in kinds]
    exact = [
        compare.ExactMatch(kind).configure(term_frequency_adjustments=True) for kind in one + soft
    ]
    settings = peer.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            *exact,
            compare.ArrayIntersectAtSizes("sentence", [6, 3, 1]),
            compare.JaroWinklerAtThresholds("name", [0.9, 0.8]),
        ],
        blocking_rules_to_generate_predictions=[
            peer.block_on("pairs", arrays_to_explode=["pairs"])
        ],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = _trained(peer, settings, _table(made, of, one + soft), [*one[:2], *soft[:3]])
        told = linker.inference.predict().as_duckdbpyrelation().pl()
    a, b = told["unique_id_l"].to_numpy(), told["unique_id_r"].to_numpy()
    return np.minimum(a, b), np.maximum(a, b), told["match_probability"].to_numpy()


def _trained(peer: Any, settings: Any, table: pl.DataFrame, sessions: Sequence[str]) -> Any:
    frame = peer.DuckDBAPI().register(table.to_arrow())
    linker = peer.Linker(frame, settings, log_level=logging.ERROR)
    rules = [peer.block_on(kind) for kind in sessions[:2]]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for kind in sessions:
        # A level that no pair of a session shows comes out as 0, which it refuses.
        with contextlib.suppress(ValueError):
            linker.training.estimate_parameters_using_expectation_maximisation(peer.block_on(kind))
    return linker


def _table(made: World, of: Compared, kinds: Sequence[str]) -> pl.DataFrame:
    """Give a row a seller: the value of each kind that most listings show, sentences, its pairs."""
    sellers = pl.DataFrame([of.index.sellers]).with_row_index("unique_id")
    best = made.sightings.sort("listing_count", "value", descending=True)
    best = best.group_by("seller_key", "kind").agg(pl.first("value"))
    wide = best.filter(pl.col("kind").is_in([*kinds])).pivot(
        "kind", index="seller_key", values="value"
    )
    texts = made.sightings.filter(pl.col("kind") == "sentence").group_by("seller_key")
    number = np.arange(len(of.left))
    pairs = pl.DataFrame({"unique_id": np.r_[of.left, of.right], "pairs": np.r_[number, number]})
    pairs = pairs.with_columns(pl.col("unique_id").cast(pl.UInt32))
    # all: one row a seller
    return (
        sellers.join(wide, on="seller_key", how="left")
        .join(texts.agg(pl.col("value").sort().alias("sentence")), on="seller_key", how="left")
        .join(made.traits.select("seller_key", name="name_folded"), on="seller_key", how="left")
        .join(pairs.group_by("unique_id").agg("pairs"), on="unique_id", how="left")
    )


def best_lines(
    worlds: Sequence[tuple[World, Compared, pl.Series]], least: float
) -> tuple[float, float]:
    """Give the lines of Splink's pairs, closed over friends, of the best F1 and of this precision.

    Where no line is so precise, the second is the highest.
    """
    from infra.bench.vendors import pair_figures

    scored = [
        (splink_chances(made, of), len(of.index.sellers), truth) for made, of, truth in worlds
    ]

    def figures(line: float) -> tuple[float, float]:
        total, precision = 0.0, 0.0
        for (left, right, chance), count, actor in scored:
            near = chance >= line
            groups = components(left[near], right[near], count)
            precise, found, _ = pair_figures(groups, actor)
            total += 2 * precise * found / max(precise + found, 1e-9)
            precision += precise / len(scored)
        return total, precision

    told = {line: figures(line) for line in LINES}
    strict = [line for line in LINES if told[line][1] >= least]
    return max(LINES, key=lambda line: told[line][0]), min(strict, default=LINES[-1])
