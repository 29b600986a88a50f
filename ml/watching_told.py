"""Says what watching, roll-backs and shadows came to, for people."""

from __future__ import annotations

from ml.drift import EVERY
from ml.recall import Recall
from ml.shadow import Compared, Shadow
from ml.shelf import RolledBack
from ml.watching import Watched

MOST_SHOWN = 15


def watched(one: Watched) -> str:
    """Say what has moved, what was caught, and whether to train anew."""
    lines = [f"{one.model} version {one.version}, held against {one.listings:,} listings of today"]
    lines += [
        f"  {m.level:<6} {m.feature} on {m.platform}: index {m.psi:.2f}, chance alone "
        f"{m.chance_psi:.2f}"
        for m in one.moved[:MOST_SHOWN]
    ]
    if more := len(one.moved) - MOST_SHOWN:
        lines += [f"  and {more} more that moved"] if more > 0 else []
    if not one.moved:
        lines.append("  no feature and no score has moved")
    if one.strange:
        lines.append(f"  new since it was trained: {', '.join(one.strange)}")
    lines += [
        f"  counterfeits on {s.platform}, estimated: {100 * s.then:.1f} % then, "
        f"{100 * s.now:.1f} % now"
        for s in one.prevalence
        if s.platform == EVERY or abs(s.now - s.then) > 0.02  # noqa: PLR2004 - two in a hundred
    ]
    off = "not measured" if one.calibration_error is None else f"{one.calibration_error:.3f}"
    lines.append(f"  labels since it was trained: {one.labels_since:,}, calibration error {off}")
    lines.append(f"  {_recall(one.recall)}")
    lines += [f"alarm: {why}" for why in one.alarms]
    lines += [f"train anew: {why}" for why in one.retrain]
    return "\n".join(lines)


def _recall(one: Recall | None) -> str:
    if one is None or one.recall is None:
        return (
            "recall: not known; decisions upon the table audit_sample, with their "
            "selection_probability, tell it"
        )
    value = one.recall
    unseen = f"; {one.unseen:,} listings are in strata that nothing was drawn of" * bool(one.unseen)
    return (
        f"recall of what is reviewed: {value.value:.3f} [{value.low:.3f}, {value.high:.3f}], "
        f"{one.below.value:,.0f} counterfeits [{one.below.low:,.0f}, {one.below.high:,.0f}] under "
        f"the line, by {one.drawn:,} drawn of {one.listings:,} listings{unseen}"
    )


def rolled_back(one: RolledBack) -> str:
    """Say who scores now."""
    verb = "scores already" if one.was_champion else "scores now"
    return f"{one.model} version {one.version} {verb}, back from version {one.back_from}"


def shadow(one: Shadow) -> str:
    """Say which version scores in the shadow."""
    if one.version is None:
        return f"no version of {one.model} scores in the shadow" + " any more" * one.is_new
    verb = "will score" if one.is_new else "scores already"
    return (
        f"{one.model} version {one.version} {verb} {100 * one.share:g} % of the listings in the "
        "shadow: `countermark job run shadow_scores`"
    )


def compared(one: Compared) -> str:
    """Say what would be another with the challenger."""
    agree = 100 * one.agreement
    lines = [
        f"{one.challenger} beside {one.champion}, {one.listings:,} listings",
        f"  agree on the red flag in {agree:.2f} %, orders alike {one.correlation:.3f}",
        f"  {one.gained:,} would get a red flag, {one.lost:,} would lose it",
        f"  {one.mean_difference:+.2f} points on the mean",
    ]
    lines += [
        f"  {m.listing_key}: {m.suspicion:.0f} -> {m.shadow_suspicion:.0f}" for m in one.moved
    ]
    return "\n".join(lines)
