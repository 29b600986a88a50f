"""Models: one YAML file a model; its features by name, label, parameters and promotion gate."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

MODELS = reading.HERE / "models"


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model must reach on platforms, times and sellers that it did not see."""

    least_platform_auc: float
    least_later_auc: float
    least_seller_auc: float
    least_platform_precision: float = 0.0  # of red flags, on held-out platforms
    largest_missing_auc: float = 0.6  # of a control that sees only what is missing


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model."""

    name: str
    purpose: str
    label: str  # what a positive is, in words
    features: tuple[str, ...]
    parameters: dict[str, float | int | str | bool]
    gate: Gate
    monotone: dict[str, int] = {}  # feature -> 1 (more is more suspect) or -1
    seed: int = 7


def model(name: str, where: Path = MODELS) -> Model:
    """Read one model.

    Raises:
        ConfError: the file is missing or wrong, or names a feature twice.

    """
    path = where / f"{name}.yaml"
    found = reading.read(path, Model)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    if len(set(found.features)) < len(found.features):
        raise ConfError(f"{path}: a feature is named twice")
    if strange := sorted(set(found.monotone) - set(found.features)):
        raise ConfError(f"{path}: monotone names {', '.join(strange)}, no feature of this model")
    return found


def models(where: Path = MODELS) -> tuple[Model, ...]:
    """Read every model, by name."""
    return tuple(model(name, where) for name in reading.names(where))
