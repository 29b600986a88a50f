"""One small history, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.sandbox.history.past import Past, past
from infra.sandbox.history.people import Decision, decisions
from infra.sandbox.history.write import Written, write
from infra.sandbox.world import World
from infra.sandbox.world.markets import PARTNERS

SEED, LISTINGS = 1005, 200


@pytest.fixture(scope="session")
def world() -> World:
    """The partners' world."""
    return World(SEED, LISTINGS, PARTNERS)


@pytest.fixture(scope="session")
def pasts(world: World) -> list[Past]:
    """What each partner saw."""
    return [past(world, partner) for partner in PARTNERS]


@pytest.fixture(scope="session")
def taken(world: World, pasts: list[Past]) -> list[list[Decision]]:
    """What each partner's people decided."""
    return [decisions(world, one) for one in pasts]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole history."""
    made = tmp_path_factory.mktemp("history")
    write(made, SEED, LISTINGS)
    return made


@pytest.fixture(scope="session")
def listed(folder: Path) -> Written:
    """What the folder says that it holds."""
    return write(folder, SEED, LISTINGS)
