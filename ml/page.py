"""A version's judgement as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import jinja2
from markupsafe import Markup

from conf.model import Model
from jobs.judged import SURE, Interval, Judged, Slice
from jobs.report._page import Numbers, environment
from jobs.report._words import count, moment, share
from jobs.score._scoring import AUTOMATIC
from ml import plots
from ml.card import Card
from ml.gate import Check

NONE = "\u2013"
KINDS = {
    "platform": "By platform, each held out",
    "language": "By language",
    "brand": "By brand",
    "tactic": "By what a counterfeit shows, beside all genuine listings",
}


def page(model: Model, judged: Judged, card: Card, checks: Sequence[Check]) -> str:
    """Give the page."""
    drawn = {
        "precision_recall": plots.precision_recall(judged.curve, judged.rules_curve),
        "reliability": plots.reliability(judged.reliability),
    }
    return (
        _templates()
        .get_template("judged.html")
        .render(
            judged=judged,
            card=card,
            when=moment(judged.judged_at),
            headline=tuple(_headline(judged)),
            words=_words(model, judged, checks),
            # Drawn by us from numbers alone.
            charts={name: Markup(svg.decode()) for name, svg in drawn.items()},  # noqa: S704
            tables=_tables(judged, checks),
        )
    )


@cache
def _templates() -> jinja2.Environment:
    """Give ours beside those of the reports, whose layout they extend."""
    reports = environment()
    both = jinja2.ChoiceLoader([jinja2.PackageLoader("ml"), *filter(None, [reports.loader])])
    return reports.overlay(loader=both)


def _headline(judged: Judged) -> Iterator[tuple[str, str]]:
    yield "AUC on unseen platforms", f"{judged.platform_auc.value:.2f}"
    yield "of red flags, right", _percent(judged.precision)
    yield "of counterfeits, found", _percent(judged.recall)
    yield "mean distance of score and share", f"{100 * judged.calibration_error:.1f} points"


def _words(model: Model, judged: Judged, checks: Sequence[Check]) -> dict[str, object]:
    failing = [one for one in checks if not one.holds]
    return {
        "verdict": "It passes its gate."
        if not failing
        else f"It does not pass its gate: {count(len(failing), 'number')} of {len(checks)} short.",
        "basis": (
            f"Judged on {count(judged.listings, 'listing')} ({judged.counterfeits:,} counterfeit) "
            f"of {count(judged.sellers, 'seller')} on {count(judged.platforms, 'platform')}, each "
            "held out in turn."
        ),
        "base_rate": f"{judged.base_rate:.1%}".replace("%", " %"),
        "random": _random(judged),
        "costs": (
            "For a thousand listings, that share of them counterfeit: a missed "
            f"one costs ${model.costs.missed_usd:g}, a genuine one flagged "
            f"${model.costs.false_flag_usd:g} (conf/models). The line that costs least was chosen "
            "on these rows: a bound, not a promise."
        ),
        "controls": tuple(_controls(judged)),
    }


def _random(judged: Judged) -> str:
    if judged.random_auc is None:
        return "a split drawn at random was not measured."
    return (
        f"split at random, the same examples give an AUC of {judged.random_auc:.3f}, against "
        f"{judged.platform_auc.value:.3f} on platforms that were held out. The same sellers and "
        "texts are then on both sides; what is deployed meets others."
    )


def _controls(judged: Judged) -> Iterator[str]:
    yield f"Only what is missing, as features: AUC {judged.missing_auc:.3f}; it should be about .5."
    yield f"Labels shuffled: AUC {judged.permuted_auc:.3f}; it should be about .5."
    if judged.leak_suspects:
        names = ", ".join(judged.leak_suspects)
        yield f"Features that alone tell the labels, which no honest sign does: {names}."
    else:
        yield "No single feature tells the labels alone."


def _tables(judged: Judged, checks: Sequence[Check]) -> dict[str, object]:
    return {
        "gate": Numbers(
            "What is asked and what was measured",
            ("Figure", "Measured", "Asked", ""),
            tuple(_check(one) for one in checks),
        ),
        "beside": Numbers(
            "On platforms that were held out",
            ("Figure", "Model", "Rules", "Price alone"),
            tuple(_beside(judged)),
        ),
        "reliability": Numbers(
            "Bins of the chance told",
            ("Told", "Found", "Listings"),
            tuple((f"{a:.3f}", f"{b:.3f}", share(c)) for a, b, c in judged.reliability),
        ),
        "slices": [_slices(judged.slices, kind) for kind in KINDS],
        "attacks": Numbers(
            f"Red flags among {judged.counterfeits:,} counterfeits",
            ("Attack", "Before", "After", "AUC before", "After"),
            tuple(_attack(judged)),
        ),
        "costs": Numbers(
            "A thousand listings",
            ("Way", "Missed", "Flagged wrongly", "Costs"),
            tuple(
                (one.way, f"{one.missed:.1f}", f"{one.false_flags:.1f}", f"${one.usd:,.0f}")
                for one in judged.costs
            ),
        ),
    }


def _check(one: Check) -> tuple[str, ...]:
    value = "not measured" if one.value is None else f"{one.value:.3f}"
    line = "at least" if one.is_least else "at most"
    return one.figure, value, f"{line} {one.gate:g}", "holds" if one.holds else "does not hold"


def _beside(judged: Judged) -> Iterator[tuple[str, ...]]:
    ours, rules, price = judged.platform_auc, judged.rules_auc, judged.price_auc
    yield "AUC", _sure(ours), _sure(rules), _sure(price)
    yield (
        "Average precision",
        _sure(judged.average_precision),
        _sure(judged.rules_average_precision),
        _sure(judged.price_average_precision),
    )
    yield "Precision of red flags", _sure(judged.precision), _sure(judged.rules_precision), NONE
    automatic = (
        f"Precision from {AUTOMATIC:g} points, {count(judged.automatic_listings, 'listing')}"
    )
    yield automatic, _sure(judged.automatic_precision), NONE, NONE
    yield "Calibration error", _number(judged.calibration_error), NONE, NONE
    own = _number(judged.own_calibration_error)
    yield "Calibration error, by other sellers' labels of the platform", own, NONE, NONE
    yield f"Precision of the top {share(judged.top_share)}", _sure(judged.top_precision), NONE, NONE
    yield f"Recall at a precision of {SURE:g}", _sure(judged.sure_recall), NONE, NONE
    yield "AUC at a later time", _sure(judged.later_auc), NONE, NONE
    yield "AUC on unseen sellers", _sure(judged.seller_auc), NONE, NONE
    yield "AUC on unseen brands", _sure(judged.brand_auc), NONE, NONE
    yield "AUC above the rules", _sure(judged.gain_over_rules), NONE, NONE


def _attack(judged: Judged) -> Iterator[tuple[str, ...]]:
    for one in judged.attacks:
        yield (
            f"{one.name}: {one.meaning}",
            share(one.recall),
            share(one.recall_after),
            _number(one.auc),
            _number(one.auc_after),
        )


def _slices(slices: Sequence[Slice], kind: str) -> Numbers:
    heads = (
        "Name",
        "Judged",
        "Counterfeit",
        "AUC",
        "AP",
        "Red flags right",
        "Found",
        "Calibration",
    )
    rows = tuple(
        (
            one.name,
            f"{one.listings:,}",
            f"{one.counterfeits:,}",
            _number(one.auc),
            _number(one.average_precision),
            share(one.precision) if one.precision is not None else NONE,
            share(one.recall) if one.recall is not None else NONE,
            _number(one.calibration_error),
        )
        for one in slices
        if one.kind == kind
    )
    return Numbers(KINDS[kind], heads, rows)


def _percent(one: Interval | None) -> str:
    return NONE if one is None else f"{one.value:.0%}".replace("%", " %")


def _sure(one: Interval | None) -> str:
    return NONE if one is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"
