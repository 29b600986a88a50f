"""Decisions of links teach what evidence weighs, and too few teach nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from conf.errors import LakeError
from conf.site import Site
from infra.bench.vendors import actors, is_same
from infra.bench.vendors_world import KNOWN, World, world
from jobs.vendors._decided import decide
from jobs.vendors._linker import Linker, of_site, own
from jobs.vendors._linking import Compared, compared, linked
from jobs.vendors._taught import LEAST, Decided, _judged, decided, model, teach

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> World:
    return world(77, 1200, KNOWN)


@pytest.fixture(scope="module")
def of(made: World) -> Compared:
    return compared(made.sightings, made.traits)


def ruled(of: Compared, made: World, most: int) -> pl.DataFrame:
    """Give decisions of the candidate pairs by the truth, some of each kind."""
    truth = is_same(of, made, of.left, of.right)
    rng = np.random.default_rng(3)
    some = [rng.permutation(np.flatnonzero(truth == one))[:most] for one in (True, False)]
    keys = of.index.sellers.to_list()
    rows = [
        (keys[of.left[at]], keys[of.right[at]], "confirmed" if truth[at] else "forbidden")
        for at in np.concatenate(some)
    ]
    names = ["seller_key_a", "seller_key_b", "verdict"]
    sorted_ = [(min(a, b), max(a, b), verdict) for a, b, verdict in rows]
    return pl.DataFrame(sorted_, names, orient="row")


@pytest.fixture(scope="module")
def known(of: Compared, made: World) -> Decided:
    return decided(of, ruled(of, made, 150))


def test_decisions_stand_for_the_pairs_of_their_stratum(of: Compared, known: Decided) -> None:
    assert len(known.said) == 300
    assert known.said.sum() == 150
    # Hopeless pairs are many, and few of them were decided upon.
    assert known.counts.min() >= 1
    assert known.counts.sum() == pytest.approx(len(of.left), rel=0.01)


def test_what_was_learned_tells_unseen_decisions_at_least_as_well(
    of: Compared, known: Decided
) -> None:
    right, without = _judged(of, known)
    assert right >= without
    assert right > 0.8


def test_accounts_of_one_actor_are_found_by_it(of: Compared, made: World, known: Decided) -> None:
    taught = model(of, known)
    assert min(taught.pair.weights) >= 0  # evidence never speaks against itself
    groups = linked(of, taught).groups
    truth = actors(of, made)["actor"].to_list()
    keys = range(len(truth))
    joined = [(a, b) for a in keys for b in keys if a < b and groups[a] == groups[b]]
    assert len(joined) > 50
    assert np.mean([truth[a] == truth[b] for a, b in joined]) > 0.9


def test_too_few_are_said(of: Compared, made: World) -> None:
    with pytest.raises(LakeError, match=f"weights need {LEAST} of each"):
        decided(of, ruled(of, made, LEAST - 1))


def test_a_site_that_learned_nothing_links_without(site: Site) -> None:
    assert of_site(site) == Linker()
    assert not own(site).exists()
    decide(site, [("a:1", "b:2")], "confirmed", "ann", "", AT)
    with pytest.raises(LakeError, match="identifiers is not there yet"):
        teach(site)
