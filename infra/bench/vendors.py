"""Which seller accounts are one actor: the linker beside contact data alone, and beside Splink.

    python infra/bench/vendors.py
    SCALE=1 SELLERS=1000000 python infra/bench/vendors.py

All on made worlds (infra/bench/vendors_world.py), so every figure is simulated. What is learned is
learned on worlds of seeds 101 to 104, from decisions of which one in a hundred is wrong; the line
is chosen on seeds 201 and 202; neither has the tactics of UNKNOWN. Told are figures on seeds 3 and
4, in which all tactics are seen. With SCALE=1, a world of that many sellers is linked, and time and
memory are told instead.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl
from scipy.special import expit

from infra.bench import vendors_peers, vendors_world
from infra.bench.vendors_world import KNOWN, World, without_hard, world
from jobs.vendors._clusters import clusters
from jobs.vendors._company import NAMES, company
from jobs.vendors._evidence import evidence
from jobs.vendors._kinds import FAMILIES, HARD, KINDS
from jobs.vendors._likelihood import inputs, learned, weighed
from jobs.vendors._linking import Compared, Linked, Model, beside_company, compared, linked, paired
from jobs.vendors._stable import keyed
from ml.figures import calibration_error

LEARNED_ON, CHOSEN_ON, JUDGED_ON = (101, 102, 103, 104), (201, 202), (3, 4)
SMALL, CHOOSING, JUDGED = 5000, 8000, 12_000
DECISIONS = 1500  # of a world and of what is shown of it
WRONG = 0.01
LINES = tuple(np.arange(0.0, 3.0, 0.2).round(1).tolist())
LEAST_PRECISION = 0.98
HONEST_HIT, STOCK_LISTINGS, MOST_GROWTH, NEW_A_DAY = 5000, 50_000, 0.01, 0.01
HARD_KINDS = tuple(kind for family in HARD for kind in FAMILIES[family])
TARGETS = {
    "precision": ">= 0.98",
    "recall": ">= 0.85",
    "b_cubed_f1": ">= 0.92",
    "hidden_precision": ">= 0.95",
    "hidden_recall": ">= 0.40",
    "agency_growth": "<= 0.01",
    "stock_growth": "<= 0.01",
    "pasted_growth": "<= 0.01",
    "same_keys": "1.0",
    "next_day_keys": ">= 0.99",
    "link_ece": "<= 0.03",
    "first_build_minutes": "<= 15",
    "peak_gib": "<= 8",
}


def actors(of: Compared, made: World) -> pl.DataFrame:
    """Give the truth in the order of the index: seller_key, actor, tactic."""
    # truth: one row a seller
    return pl.DataFrame([of.index.sellers]).join(
        made.truth, on="seller_key", how="left", maintain_order="left"
    )


def is_same(of: Compared, made: World, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell which pairs are one actor."""
    names = actors(of, made)["actor"].rank("dense").to_numpy()
    return np.asarray(names[left] == names[right])


class Asked(msgspec.Struct, frozen=True):
    """Decisions that were asked for: what was weighed, what was said, how many each stands for."""

    x: np.ndarray
    said: np.ndarray
    counts: np.ndarray


def asked(x: np.ndarray, truth: np.ndarray, odds: np.ndarray, rng: np.random.Generator) -> Asked:
    """Ask for decisions, twenty times as often where doubt is; some are wrong."""
    share = np.where(np.abs(odds) < 6, 1.0, 0.05)  # noqa: PLR2004 - log-odds of 400 to 1
    share = np.minimum(1.0, share * DECISIONS / share.sum())
    drawn = rng.random(len(x)) < share
    said = np.where(rng.random(len(x)) < WRONG, ~truth, truth).astype(float)
    return Asked(x[drawn], said[drawn], 1 / share[drawn])


def _together(parts: Sequence[Asked]) -> Asked:
    return Asked(
        *(np.concatenate([getattr(one, f) for one in parts]) for f in Asked.__struct_fields__)
    )


def taught(worlds: Sequence[World], seed: int) -> tuple[Model, int]:
    """Learn from decisions on these worlds, whole and with identifiers hidden; with how many."""
    rng = np.random.default_rng(seed)
    views = [view for one in worlds for view in (one, without_hard(one, HARD_KINDS))]
    m = _mean([compared(one.sightings, one.traits) for one in worlds])
    sides = [compared(one.sightings, one.traits, m) for one in views]
    names: tuple[str, ...] = ()
    alone = []
    for view, of in zip(views, sides, strict=True):
        rows = evidence(of.index, of.about, (of.left, of.right), of.weights, of.tied)
        names, x = inputs(rows, len(of.index.sellers))
        truth = is_same(of, view, of.left, of.right)
        alone.append(asked(x, truth, weighed(rows, of.weights), rng))
    one = _together(alone)
    pair = learned(names, one.x, one.said, one.counts)
    beside = []
    for view, of in zip(views, sides, strict=True):
        links = paired(of, pair)
        x = company(links, len(of.index.sellers))
        truth = is_same(of, view, links["left"].to_numpy(), links["right"].to_numpy())
        beside.append(asked(x, truth, x[:, 0], rng))
    two = _together(beside)
    model = Model(m, pair, learned(NAMES, two.x, two.said, two.counts))
    return model, len(one.said) + len(two.said)


def _mean(sides: Sequence[Compared]) -> dict[str, float]:
    """Give each kind's m, the mean of what was estimated."""
    found = np.mean([one.weights.m for one in sides], axis=0)
    return dict(zip(KINDS, found.tolist(), strict=True))


def with_line(model: Model, worlds: Sequence[World]) -> Model:
    """Choose the lowest line at which pairs are as precise as asked for, of all worlds together."""
    sides = [(made, compared(made.sightings, made.traits, model.m)) for made in worlds]
    scored = []
    for made, of in sides:
        count = len(of.index.sellers)
        links = beside_company(paired(of, model.pair), model.company, count)
        scored.append((links, count, actors(of, made)["actor"]))
    for line in LINES:
        found = [
            pair_figures(clusters(links, count, None, line), truth)
            for links, count, truth in scored
        ]
        if np.mean([precision for precision, _, _ in found]) >= LEAST_PRECISION:
            return msgspec.structs.replace(model, line=line)
    return msgspec.structs.replace(model, line=LINES[-1])


def pair_figures(groups: np.ndarray, actor: pl.Series) -> tuple[float, float, float]:
    """Give precision and recall of pairs that are put together, and B-cubed F1."""
    rows = pl.DataFrame({"group": groups, "actor": actor})

    def pairs(*by: str) -> float:
        count = rows.group_by(by).len()["len"].cast(pl.Float64)
        return float((count * (count - 1) / 2).sum())

    hit = pairs("group", "actor")
    both = pl.len().over("group", "actor")
    shares = rows.select(both / pl.len().over("group"), recall=both / pl.len().over("actor"))
    precise, found = float(shares["len"].mean()), float(shares["recall"].mean())  # type: ignore[arg-type]
    f1 = 2 * precise * found / (precise + found)
    return hit / max(pairs("group"), 1.0), hit / max(pairs("actor"), 1.0), f1


def link_error(found: Linked, made: World) -> float:
    """Give the calibration error of links: pairs whose chance to be one actor is half or more."""
    links = found.links.filter(pl.col("log_odds") >= 0)
    truth = is_same(found.compared, made, links["left"].to_numpy(), links["right"].to_numpy())
    chance = expit(links["log_odds"].to_numpy())
    return calibration_error(chance, truth.astype(float), np.ones(len(chance)))


class Grown(msgspec.Struct, frozen=True):
    """What an attack did: the worst growth of a cluster, and how many of how many grew."""

    most: float
    count: int
    of: int


def growth(before: Linked, after: Linked, made: World) -> Grown:
    """Tell by how much of its size clusters grew by accounts of actors that were not in them.

    A cluster, one account or many, lives on in the cluster that holds most of it.
    """
    keys = after.compared.index.sellers.to_list()
    actor = dict(zip(keys, actors(after.compared, made)["actor"].to_list(), strict=True))
    now = dict(zip(keys, after.groups.tolist(), strict=True))
    holds: dict[int, list[str]] = {}
    for key, group in now.items():
        holds.setdefault(group, []).append(key)
    was: dict[int, list[str]] = {}
    for key, group in zip(before.compared.index.sellers, before.groups.tolist(), strict=True):
        was.setdefault(group, []).append(key)
    grown = []
    for members in was.values():
        heir = statistics.mode(now[one] for one in members)
        own = {actor[one] for one in members}
        grown.append(sum(actor[one] not in own for one in holds[heir]) / len(members))
    return Grown(max(grown), sum(one > MOST_GROWTH for one in grown), len(grown))


def attacked(made: World, found: Linked, model: Model) -> dict[str, float]:
    """Link the world again under each attack."""
    attacks = {
        "agency": vendors_world.with_agency(made, HONEST_HIT, 7),
        "stock": vendors_world.with_stock_sentence(made, STOCK_LISTINGS, 7),
        "pasted": vendors_world.with_pasted(made, 20, 8, 7),
    }
    told: dict[str, float] = {}
    for name, world_ in attacks.items():
        after = linked(compared(world_.sightings, world_.traits, model.m), model)
        grown = growth(found, after, world_)
        told |= {f"{name}_growth": grown.most, f"{name}_grown": grown.count, "clusters": grown.of}
    return told


def keys_kept(made: World, found: Linked, model: Model) -> dict[str, float]:
    """Tell the share of accounts that keep their vendor's key, without a change and over a day.

    A day: one account in a hundred is new, one is gone, and of the rest one value in a hundred is.
    """
    rng = np.random.default_rng(3)
    part = dict(zip(made.truth["seller_key"].sort(), rng.random(made.truth.height), strict=True))
    day = pl.col("seller_key").replace_strict(part, return_dtype=pl.Float64)
    first = msgspec.structs.replace(made, sightings=made.sightings.filter(day > NEW_A_DAY))
    second = made.sightings.filter(day < 1 - NEW_A_DAY).sample(fraction=1 - NEW_A_DAY, seed=3)
    days = [first, msgspec.structs.replace(made, sightings=second)]
    keys: list[pl.DataFrame] = []
    for day_ in days:
        today = linked(compared(day_.sightings, day_.traits, model.m), model)
        keys.append(_keys(today, keys[-1] if keys else None))
    shuffled = msgspec.structs.replace(
        made, sightings=made.sightings.sample(fraction=1, shuffle=True, seed=9)
    )
    one = _keys(found, None)
    again = _keys(linked(compared(shuffled.sightings, made.traits, model.m), model), one)
    return {"same_keys": _same(one, again), "next_day_keys": _same(*keys)}


def _keys(found: Linked, before: pl.DataFrame | None) -> pl.DataFrame:
    groups = pl.DataFrame([found.compared.index.sellers]).with_columns(
        pl.Series("group", found.groups), first_seen_at=pl.lit(0)
    )
    none = pl.DataFrame(schema={"seller_key": pl.String, "vendor_key": pl.String})
    return keyed(groups, none if before is None else before)


def _same(one: pl.DataFrame, other: pl.DataFrame) -> float:
    both = one.join(other, on="seller_key", how="inner", suffix="_now")
    return float((both["vendor_key"] == both["vendor_key_now"]).mean())  # type: ignore[arg-type]


def judged(seed: int, model: Model, lines: tuple[float, float]) -> dict[str, float]:
    """Give all figures of one world."""
    made = world(seed, JUDGED)
    hidden = without_hard(made, HARD_KINDS)
    told: dict[str, float] = {}
    for name, view in (("", made), ("hidden_", hidden)):
        of = compared(view.sightings, view.traits, model.m)
        truth = actors(of, view)
        found = linked(of, model)
        told |= _named(name, pair_figures(found.groups, truth["actor"]))
        told[f"{name}link_ece"] = link_error(found, view)
        even = clusters(found.links, len(of.index.sellers))
        told |= _named(f"{name}even_", pair_figures(even, truth["actor"]))
        told |= _named(
            f"{name}undecided_", pair_figures(linked(_sides(view)).groups, truth["actor"])
        )
        peers = vendors_peers.splink(view, of, lines)
        for ending, groups in zip(("", "strict_"), peers, strict=True):
            told |= _named(f"{name}splink_{ending}", pair_figures(groups, truth["actor"]))
        if not name:
            is_known = truth["tactic"].is_in([*KNOWN])
            told |= _named(
                "known_tactics_",
                pair_figures(found.groups[is_known.to_numpy()], truth["actor"].filter(is_known)),
            )
            contact = vendors_peers.by_contact(of)
            told |= _named("contact_", pair_figures(contact, truth["actor"]))
            told |= _by_tactic(found, truth)
            told |= attacked(view, found, model) | keys_kept(view, found, model)
    return told


def _named(prefix: str, found: tuple[float, float, float]) -> dict[str, float]:
    names = ("precision", "recall", "b_cubed_f1")
    return {f"{prefix}{name}": one for name, one in zip(names, found, strict=True)}


def _by_tactic(found: Linked, truth: pl.DataFrame) -> dict[str, float]:
    """Give B-cubed precision and recall of each tactic's accounts."""
    rows = truth.with_columns(pl.Series("group", found.groups))
    hit = pl.len().over("group", "actor")
    rows = rows.with_columns(right=hit / pl.len().over("group"), found=hit / pl.len().over("actor"))
    told: dict[str, float] = {}
    for name, right, part in rows.group_by("tactic").agg(pl.mean("right", "found")).iter_rows():
        told |= {f"{name}: right": right, f"{name}: found": part}
    return told


def at_scale(sellers: int, model: Model) -> dict[str, float]:
    """Link one very large world: time and memory of the first build, and its figures."""
    made = vendors_world.tiled(1, sellers, 5, 20_000)
    before = _gib()
    begun = time.monotonic()
    of = compared(made.sightings, made.traits, model.m)
    found = linked(of, model)
    took = time.monotonic() - begun
    keys = _keys(found, None)
    told = {
        "sellers": len(of.index.sellers),
        "sightings": made.sightings.height,
        "pairs": len(of.left),
        "first_build_minutes": took / 60,
        "with_keys_minutes": (time.monotonic() - begun) / 60,
        "world_gib": before,
        "peak_gib": _gib(),
        "vendors": keys["vendor_key"].n_unique(),
    }
    return told | _named("scale_", pair_figures(found.groups, actors(of, made)["actor"]))


def _gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Learn, choose, judge; figures as JSON, last."""
    begun = time.monotonic()
    learned_on = [world(seed, SMALL, KNOWN) for seed in LEARNED_ON]
    model, decisions = taught(learned_on, 0)
    chosen_on = [world(seed, CHOOSING, KNOWN) for seed in CHOSEN_ON]
    model = with_line(model, chosen_on)
    if os.environ.get("SCALE"):
        figures = at_scale(int(os.environ.get("SELLERS", "1000000")), model)
        _tell([figures], figures)
        return
    lines = vendors_peers.best_lines(
        [(made, of, actors(of, made)["actor"]) for made in chosen_on for of in [_sides(made)]],
        LEAST_PRECISION,
    )
    runs = [judged(seed, model, lines) for seed in JUDGED_ON]
    worst = {name for name, target in TARGETS.items() if target.startswith("<=")}
    figures = {
        name: max(one[name] for one in runs)
        if name in worst
        else statistics.mean(one[name] for one in runs)
        for name in runs[0]
    }
    for name, weight in zip(model.pair.names, model.pair.weights, strict=True):
        sys.stdout.write(f"weight of {name:<24}{weight:>10.3f}\n")
    figures |= {"decisions": decisions, "line": model.line, "splink_line": lines[0]}
    _tell(runs, figures | {"minutes": (time.monotonic() - begun) / 60})


def _sides(made: World) -> Compared:
    return compared(made.sightings, made.traits)


def _tell(runs: Sequence[dict[str, float]], figures: dict[str, float]) -> None:
    for name, value in figures.items():
        each = "".join(f"{one[name]:>14,.4f}" for one in runs if name in one)
        sys.stdout.write(f"{name:<34}{value:>14,.4f}{each}\n")
    rounded = {name: round(float(value), 4) for name, value in figures.items()}
    targets = {name: one for name, one in TARGETS.items() if name in figures}
    sys.stdout.write(
        json.dumps({"bench": "vendors", "figures": rounded, "targets": targets}) + "\n"
    )


if __name__ == "__main__":
    main()
