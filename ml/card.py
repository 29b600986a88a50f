"""A model's card: what it is for, what it must not be used for, where it fails, what it is of.

After Mitchell et al., Model Cards for Model Reporting (2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from conf.model import Model
from jobs.judged import Interval, Judged, Slice
from jobs.score._scoring import AUTOMATIC

LEAST_COUNTERFEITS = 15  # of a slice, for its recall to be called a failing
MOST_FAILS = 8
WEAK_RECALL, WEAK_AUC, LOST = 0.5, 0.8, 0.7


class Card(msgspec.Struct, frozen=True):
    """The card, in sentences."""

    title: str
    purpose: str
    label: str
    not_for: tuple[str, ...]
    figures: tuple[str, ...]
    fails: tuple[str, ...]
    made_of: tuple[str, ...]


def card(model: Model, judged: Judged, sha256: str, tables: Mapping[str, int]) -> Card:
    """Give a judged version's card."""
    return Card(
        title=f"Model {model.name}, version {judged.model_version}",
        purpose=model.purpose,
        label=model.label,
        not_for=model.not_for,
        figures=tuple(_figures(judged)),
        fails=tuple(fails(judged)),
        made_of=tuple(_made_of(model, judged, sha256, tables)),
    )


def markdown(one: Card) -> str:
    """Give the card as Markdown, as MLflow shows it."""
    parts = (
        ("Must not be used for", one.not_for),
        ("Figures, on platforms that it had not learned from", one.figures),
        ("Where it fails", one.fails),
        ("Made of", one.made_of),
    )
    lists = [f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) for title, lines in parts]
    head = f"# {one.title}\n\n{one.purpose} A positive is: {one.label}."
    return "\n\n".join([head, *lists]) + "\n"


def fails(judged: Judged) -> Iterator[str]:
    """Say where it is weak: the worst slices, the worst attacks, what was not measured."""
    weak = [one for one in judged.slices if _is_weak(one)]
    for one in sorted(weak, key=lambda one: (one.recall or 0.0, one.name))[:MOST_FAILS]:
        yield (
            f"{one.kind} {one.name}: it finds {_share(one.recall)} of {one.counterfeits} "
            f"counterfeits, AUC {_number(one.auc)}"
        )
    for attack in judged.attacks:
        if attack.recall_after < LOST * attack.recall:
            yield (
                f"attack “{attack.name}”: red flags fall from {_share(attack.recall)} to "
                f"{_share(attack.recall_after)} of counterfeits, when {attack.meaning}"
            )
    few = [one for one in judged.slices if 0 < one.counterfeits < LEAST_COUNTERFEITS]
    if few:
        names = ", ".join(f"{one.kind} {one.name}" for one in few[:MOST_FAILS])
        more = f" and {len(few) - MOST_FAILS} more" if len(few) > MOST_FAILS else ""
        yield f"not known, fewer than {LEAST_COUNTERFEITS} counterfeits were judged: {names}{more}"
    yield "brands, languages and platforms that nobody decided upon: not measured"


def _is_weak(one: Slice) -> bool:
    if one.counterfeits < LEAST_COUNTERFEITS:
        return False
    return (one.recall or 0.0) < WEAK_RECALL or (one.auc is not None and one.auc < WEAK_AUC)


def _figures(judged: Judged) -> Iterator[str]:
    yield f"AUC {_sure(judged.platform_auc)}; the rules {_sure(judged.rules_auc)}"
    yield f"AUC at a later time {_sure(judged.later_auc)}"
    yield (
        f"AUC on unseen sellers {_sure(judged.seller_auc)}, on unseen brands "
        f"{_sure(judged.brand_auc)}"
    )
    yield (
        f"average precision at {_share(judged.base_rate)} counterfeits "
        f"{_sure(judged.average_precision)}; the rules {_sure(judged.rules_average_precision)}"
    )
    yield (
        f"of {judged.red_flags:,} red flags, right: {_sure(judged.precision)}; of counterfeits, "
        f"found: {_sure(judged.recall)}"
    )
    yield (
        f"of {judged.automatic_listings:,} listings from {AUTOMATIC:g} points, right: "
        f"{_sure(judged.automatic_precision)}"
    )
    yield (
        f"calibration error {judged.calibration_error:.3f}; by other sellers' labels of the "
        f"platform {_number(judged.own_calibration_error)}"
    )


def _made_of(model: Model, judged: Judged, sha256: str, tables: Mapping[str, int]) -> Iterator[str]:
    yield f"file: sha256 {sha256}"
    yield f"{len(model.features)} features, {len(model.monotone)} held to one direction"
    at = ", ".join(f"{name} version {version}" for name, version in sorted(tables.items()))
    yield f"tables: {at}"
    yield (
        f"judged on {judged.listings:,} listings of {judged.sellers:,} sellers on "
        f"{judged.platforms} platforms, {judged.counterfeits:,} of them counterfeit"
    )
    if judged.looked_twice:
        yield (
            f"people who decided upon one listing twice agreed in {judged.agreed:,} of "
            f"{judged.looked_twice:,}"
        )


def _sure(one: Interval | None) -> str:
    return "not measured" if one is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _share(part: float | None) -> str:
    return "not measured" if part is None else f"{part:.1%}".replace("%", " %")


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
