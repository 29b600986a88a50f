"""Models: one YAML file a model; its features by name, label, parameters and promotion gate."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

MODELS = reading.HERE / "models"


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an error costs, in US dollars."""

    missed_usd: float = 40.0  # a counterfeit that stays up: what its sales take from the brand
    false_flag_usd: float = 12.0  # a genuine listing that a person looks at, and the complaint


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model must reach on platforms, times and sellers that it did not see."""

    least_platform_auc: float
    least_later_auc: float
    least_seller_auc: float
    least_platform_precision: float = 0.0  # of red flags, on held-out platforms
    largest_missing_auc: float = 0.6  # of a control that sees only what is missing
    largest_permuted_auc: float = 0.6  # of a control whose labels were shuffled
    # Not asked for where they are left out.
    largest_calibration_error: float | None = None  # on held-out platforms
    least_gain_over_rules: float | None = None  # AUC, the low end of its interval
    least_recall_attacked: float | None = None  # of red flags, those that the worst attack leaves


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model is watched once it scores; none of it changes what is trained."""

    psi_watch: float = 0.1  # population stability index from which a feature is told of
    psi_alarm: float = 0.25  # and from which it is an alarm
    least_weight: float = 0.02  # share of the trees' gain, for a feature to be worth training anew
    new_label_share: float = 0.2  # labels since training, over those learned from
    largest_calibration_error: float = 0.1  # on labels decided since training
    shadow_share: float = 0.1  # of the listings, scored by a challenger as well
    audit_a_day: int = 40  # listings drawn at random for people to look at


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model."""

    name: str
    purpose: str
    label: str  # what a positive is, in words
    features: tuple[str, ...]
    parameters: dict[str, float | int | str | bool]
    gate: Gate
    least_labels: int = 40  # of each kind, to learn from
    # Counterfeits in a hundred listings of alliance brands: shares of labels tell nothing of it.
    base_rate: float = 0.066
    review_share: float = 0.05  # of listings, the most suspect, that people have time to look at
    costs: Costs = Costs()
    not_for: tuple[str, ...] = ()  # what it must not be used for, for its card
    monotone: dict[str, int] = {}  # feature -> 1 (more is more suspect) or -1
    seed: int = 7
    watch: Watch = Watch()

    @property
    def made_of(self) -> Model:
        """What a trained version depends on: all but how it is watched."""
        return msgspec.structs.replace(self, watch=Watch())


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
    if fault := _fault(found.watch):
        raise ConfError(f"{path}: watch: {fault}")
    if strange := sorted(set(found.monotone) - set(found.features)):
        raise ConfError(f"{path}: monotone names {', '.join(strange)}, no feature of this model")
    return found


def _fault(watch: Watch) -> str | None:
    if not 0 < watch.psi_watch <= watch.psi_alarm:
        return "psi_watch must be over 0 and no more than psi_alarm"
    if not 0 < watch.shadow_share <= 1:
        return f"shadow_share is {watch.shadow_share:g}; it must be over 0 and at most 1"
    if watch.audit_a_day < 1:
        return f"audit_a_day is {watch.audit_a_day}; at least one listing a day must be drawn"
    return None


def models(where: Path = MODELS) -> tuple[Model, ...]:
    """Read every model, by name."""
    return tuple(model(name, where) for name in reading.names(where))
