"""Says what was trained, judged and promoted, for people."""

from __future__ import annotations

from collections.abc import Sequence

from jobs.judged import Interval, Judged, Slice
from jobs.report._words import count
from jobs.score._scoring import AUTOMATIC
from ml.frame import Written
from ml.shelf import Promoted, Shelved
from ml.train import Trained


def trained(one: Trained) -> str:
    """Say which version there is now."""
    how = "trained" if one.is_new else "is there already, of the same examples"
    return (
        f"{one.model} version {one.version} {how}: {one.examples:,} labelled listings, "
        f"{one.counterfeits:,} of them counterfeit, from {', '.join(one.platforms)}\n"
        f"sha256 {one.sha256}"
    )


def judged(one: Judged) -> str:
    """Say what the judgement found, the figures that count first; the page has the rest."""
    lines = [
        (
            f"{one.model_name} version {one.model_version}, judged on {one.listings:,} listings "
            f"({one.counterfeits:,} counterfeit) of {one.sellers:,} sellers on {one.platforms} "
            "platforms, each held out in turn"
        ),
        f"  AUC on unseen platforms     {_sure(one.platform_auc)}   rules {_sure(one.rules_auc)}",
        f"  AUC at a later time         {_sure(one.later_auc)}",
        f"  AUC on unseen sellers       {_sure(one.seller_auc)}",
        f"  AUC on unseen brands        {_sure(one.brand_auc)}",
        (
            f"  average precision           {_sure(one.average_precision)}   "
            f"rules {_sure(one.rules_average_precision)}   price alone "
            f"{_sure(one.price_average_precision)}   (if {one.base_rate:.1%} are counterfeit)"
        ),
        (
            f"  precision of red flags      {_sure(one.precision)}   "
            f"rules {_sure(one.rules_precision)}   ({one.red_flags:,} red flags)"
        ),
        f"  recall of counterfeits      {_sure(one.recall)}",
        f"  precision of the top {one.top_share:4.0%}   {_sure(one.top_precision)}",
        (
            f"  precision from {AUTOMATIC:g} points    {_sure(one.automatic_precision)}   "
            f"({count(one.automatic_listings, 'listing')}, where something may be done unseen)"
        ),
        (
            f"  calibration error           {one.calibration_error:.3f}   by other sellers' labels "
            f"of the platform {_plain(one.own_calibration_error)}"
        ),
        (
            f"  control: only what is missing {one.missing_auc:.3f}, shuffled labels "
            f"{one.permuted_auc:.3f}"
        ),
        f"  a warning, not a result: split at random, AUC {_plain(one.random_auc)}",
    ]
    if one.looked_twice:
        lines.append(
            f"  people who decided upon one listing twice agreed in {one.agreed:,} of "
            f"{one.looked_twice:,}"
        )
    lines += [_slice(part) for part in one.slices if part.kind in {"platform", "language"}]
    lines += [
        f"  attack, {each.name}: red flags on {each.recall:.1%} of counterfeits, then "
        f"{each.recall_after:.1%}"
        for each in one.attacks
    ]
    lines += [f"  a thousand listings, {each.way}: ${each.usd:,.0f}" for each in one.costs]
    return "\n".join(lines)


def _slice(part: Slice) -> str:
    figures = (_plain(part.auc), _plain(part.precision), _plain(part.recall))
    auc, precision, recall = figures
    return (
        f"  {part.kind} {part.name}: {part.listings:,} listings, {part.counterfeits:,} "
        f"counterfeit, AUC {auc}, precision {precision}, recall {recall}"
    )


def framed(one: Written) -> str:
    """Say what was written."""
    return (
        f"{one.path}: {one.listings:,} labelled listings, {one.counterfeits:,} of them "
        f"counterfeit, {one.features} features, decided {one.first_decided_at:%Y-%m-%d} to "
        f"{one.last_decided_at:%Y-%m-%d}; all as it was at the end of {one.as_of}"
    )


def promoted(one: Promoted) -> str:
    """Say each number beside its gate, and who scores now."""
    verb = "is champion already" if one.was_champion else "is champion now"
    return "\n".join([*map(str, one.checks), f"{one.model} version {one.version} {verb}"])


def listed(found: Sequence[Shelved]) -> str:
    """Give a table of versions; the rules score while it is empty."""
    if not found:
        return "no version yet; the rules score. `countermark model train NAME` makes one"
    names = Shelved.__struct_fields__
    rows = [names, *[tuple(getattr(one, name) for name in names) for one in found]]
    widths = [max(len(row[at]) for row in rows) for at in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _sure(one: Interval | None) -> str:
    return "not measured" if one is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _plain(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
