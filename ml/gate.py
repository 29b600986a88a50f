"""Holds a judgement against a model's gate, number by number."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from conf.model import Gate
from jobs.judged import Interval, Judged


class Check(msgspec.Struct, frozen=True):
    """One number beside its gate."""

    figure: str
    value: float | None  # None when it could not be measured
    gate: float
    is_least: bool  # the gate is the least that is allowed, else the largest
    holds: bool

    def __str__(self) -> str:
        """Say it in words."""
        value = "not measured" if self.value is None else f"{self.value:.3f}"
        line = "at least" if self.is_least else "at most"
        verdict = "holds" if self.holds else "does not hold"
        return f"{self.figure} {value}, gate {line} {self.gate:g}: {verdict}"


def against(gate: Gate, judged: Judged) -> tuple[Check, ...]:
    """Hold a judgement against the gate; what was not measured does not hold."""
    return (*_least_of(gate, judged), *_largest_of(gate, judged))


def _least_of(gate: Gate, judged: Judged) -> Iterator[Check]:
    precision = None if judged.precision is None else judged.precision.value
    yield _least("AUC on unseen platforms", judged.platform_auc.value, gate.least_platform_auc)
    yield _least("AUC at a later time", judged.later_auc.value, gate.least_later_auc)
    yield _least("AUC on unseen sellers", judged.seller_auc.value, gate.least_seller_auc)
    figure = "precision of red flags on unseen platforms"
    yield _least(figure, precision, gate.least_platform_precision)
    if (asked := gate.least_gain_over_rules) is not None:
        yield _least("AUC above that of the rules, low end", _low(judged.gain_over_rules), asked)
    if (asked := gate.least_recall_attacked) is not None:
        yield _least("share of red flags that the worst attack leaves", worst_attack(judged), asked)


def _largest_of(gate: Gate, judged: Judged) -> Iterator[Check]:
    yield _most(
        "AUC of a control that sees only what is missing",
        judged.missing_auc,
        gate.largest_missing_auc,
    )
    yield _most(
        "AUC of a control whose labels were shuffled",
        judged.permuted_auc,
        gate.largest_permuted_auc,
    )
    if (asked := gate.largest_calibration_error) is not None:
        yield _most("calibration error on unseen platforms", judged.calibration_error, asked)
    yield _most("features that alone tell the labels", float(len(judged.leak_suspects)), 0.0)


def worst_attack(judged: Judged) -> float | None:
    """Give the smallest share of red flags that any attack leaves; None where none was tried."""
    kept = [one.recall_after / one.recall for one in judged.attacks if one.recall > 0]
    return min(kept, default=None)


def _low(one: Interval | None) -> float | None:
    return None if one is None else one.low


def _least(figure: str, value: float | None, gate: float) -> Check:
    return Check(figure, value, gate, is_least=True, holds=value is not None and value >= gate)


def _most(figure: str, value: float, gate: float) -> Check:
    return Check(figure, value, gate, is_least=False, holds=value <= gate)
