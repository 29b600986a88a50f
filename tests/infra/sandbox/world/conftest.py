"""One world of some thousand listings, and one of the partners."""

from __future__ import annotations

import pytest

from infra.sandbox.world import PARTNERS, World

SEED, LISTINGS = 7, 4000


@pytest.fixture(scope="session")
def world() -> World:
    """The eight marketplaces."""
    return World(SEED, LISTINGS)


@pytest.fixture(scope="session")
def partners() -> World:
    """The four partners' platforms."""
    return World(SEED, 1000, PARTNERS)
