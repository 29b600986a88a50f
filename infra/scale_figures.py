"""What infra/scale.yaml holds: what was measured, what is assumed, and whole runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from conf import contract, reading

PATH = Path(__file__).with_name("scale.yaml")
KEPT = ("captures", "observations")  # tables whose contract says for how long

Kind = Literal["crawl", "jobs"]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something measured."""

    value: float
    unit: str
    command: str
    day: date
    note: str = ""


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something chosen."""

    value: float
    unit: str
    why: str


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole run: of how many pages or changed listings, and what CPU it took."""

    kind: Kind
    count: int
    cpu_s: float
    command: str
    day: date
    is_fitted: bool = True
    note: str = ""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of scale.yaml."""

    figures: dict[str, Figure]
    assumptions: dict[str, Assumption]
    runs: tuple[Run, ...]

    def value(self, name: str) -> float:
        """Give a figure or an assumption."""
        found: Figure | Assumption = self.figures.get(name) or self.assumptions[name]
        return found.value


def known(path: Path = PATH) -> Known:
    """Read the figures, and from the contracts how long rows are kept.

    Raises:
        ConfError: the file is wrong.

    """
    found = reading.read(path, Known)
    days = {f"{name}_days": _kept(name) for name in KEPT}
    return msgspec.structs.replace(found, assumptions=found.assumptions | days)


def _kept(table: str) -> Assumption:
    days = contract.table(table).retention_days or 0
    return Assumption(days, "days", f"how long rows are kept, by conf/tables/{table}.yaml")
