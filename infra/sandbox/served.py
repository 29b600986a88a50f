"""Which world a home's sandbox has served, on which days: what outlives `sandbox down`.

Seed, size and days only, nothing of the truth; whoever judges makes the same world again of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from conf.errors import ConfError


class Served(msgspec.Struct, frozen=True):
    """A world and the days of it that were shown."""

    seed: int
    listings: int
    days: tuple[int, ...]  # ascending


def note(home: Path, seed: int, listings: int, day: int) -> None:
    """Add a day to what the home has served; another world begins anew."""
    path = _path(home)
    known = _known(path)
    is_same = known is not None and (known.seed, known.listings) == (seed, listings)
    days = {*known.days, day} if known and is_same else {day}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_bytes(msgspec.json.encode(Served(seed, listings, tuple(sorted(days)))))
    partial.replace(path)


def served(home: Path) -> Served:
    """Tell what the home has served.

    Raises:
        ConfError: nothing yet.

    """
    known = _known(_path(home))
    if known is None:
        raise ConfError(
            f"no sandbox has been up in {home}; start one with `countermark sandbox up`, or name "
            "the world with --seed, --listings and --day"
        )
    return known


def asked(home: Path, seed: int | None, listings: int | None, days: tuple[int, ...]) -> Served:
    """Give the world that was named; what was not named is as the home has served it.

    Raises:
        ConfError: something is not named and the home has served nothing, or a day is before 1.

    """
    if days and min(days) < 1:
        raise ConfError(f"there is no day {min(days)}; the world's days count from 1")
    if seed is not None and listings is not None and days:
        return Served(seed, listings, tuple(sorted(set(days))))
    known = served(home)
    return Served(
        known.seed if seed is None else seed,
        known.listings if listings is None else listings,
        tuple(sorted(set(days))) or known.days,
    )


def _known(path: Path) -> Served | None:
    """Read the note; a broken one counts as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Served)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _path(home: Path) -> Path:
    return home / "sandbox" / "world.json"
