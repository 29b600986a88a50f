"""What infra/features.yaml holds: what each feature costs, weighs, and how steady it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from conf import reading

PATH = Path(__file__).with_name("features.yaml")


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feature's."""

    importance: float  # share of the gain of all features
    psi: float  # mean over platforms, each against the others
    cost_us: float | None = None  # CPU microseconds a listing


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of features.yaml: of what it was measured, and the figures by feature."""

    day: date
    listings: int
    decisions: int
    platforms: tuple[str, ...]
    figures: dict[str, Figure]


def measured(path: Path = PATH) -> Measured:
    """Read the figures.

    Raises:
        ConfError: the file is wrong.

    """
    return reading.read(path, Measured)


def columns(found: Measured) -> dict[str, Mapping[str, str]]:
    """Give the columns that docs/features.md shows, by head, and in each what it says."""
    figures = found.figures.items()
    costs = {name: f"{one.cost_us:.3g}" for name, one in figures if one.cost_us is not None}
    return {
        "CPU µs": costs,
        "gain %": {name: f"{100 * one.importance:.2g}" for name, one in figures},
        "PSI": {name: f"{one.psi:.2g}" for name, one in figures},
    }


def note(found: Measured) -> str:
    """Say what the columns mean and what they were measured on."""
    return (
        f"Measured on {found.day} by `make bench NAME=features` on {found.listings:,} listings of "
        f"the {len(found.platforms)} platforms of `make demo`, a made-up world: the order holds "
        "there, and what a feature gives on real marketplaces is for them to say.\n\n"
        "- CPU µs: what the feature alone takes for a listing, its columns being read and its "
        "texts searched already; a seller's feature for each of its listings, its inputs being "
        "made.\n"
        f"- gain %: its share of the gain of trees that learn from all features and "
        f"{found.decisions:,} labelled listings; of features that tell the same, trees take one.\n"
        "- PSI: how differently platforms show it, by the population stability index of each "
        "against the others, their mean. What is missing on one and not on others counts. Over "
        "0.25 a feature tells much about where a listing was found.\n"
    )
