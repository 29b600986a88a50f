"""Why a listing has its score, computed anew from the very tables and model that its row names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
import polars as pl

from conf.errors import LakeError
from conf.site import Site
from jobs.past import version_on
from jobs.reader import Lake
from jobs.receipt import Repeated, Value, repeated

MOST = 12  # features that are told


class Explained(msgspec.Struct, frozen=True):
    """A row of `listing_scores`, and the same computed anew."""

    listing_key: str
    scores_version: int  # of the table that the row stands in
    suspicion: float
    is_red_flag: bool
    rules_suspicion: float
    reasons: list[str]
    evidence_text: str | None
    model_name: str
    model_version: str
    model_sha256: str
    observed_at: datetime
    anew: Repeated
    suspicion_low: float | None = None  # where no platform's audited labels tell it
    suspicion_high: float | None = None


def explain(site: Site, listing_key: str, day: date | None = None) -> Explained:
    """Explain the newest score of a listing, or the one that it had when a day ended.

    Raises:
        LakeError: there is no such score, or the table does not reach back to that day.

    """
    lake = Lake(site.lake)
    version = (
        lake.version("listing_scores") if day is None else version_on(lake, "listing_scores", day)
    )
    if version is None:
        raise LakeError(f"{site.lake} has no listing_scores: `countermark job run all` makes it")
    found = lake.frame(
        "listing_scores", version=version, where=pl.col("listing_key") == listing_key
    )
    if not found.height:
        when = "" if day is None else f" at the end of {day}"
        raise LakeError(
            f"listing {listing_key} has no score{when}: give a listing_key of listing_scores, as "
            "reports and `countermark lake sql` show it"
        )
    row = found.row(0, named=True)
    own = {name: row[name] for name in Explained.__struct_fields__ if name in row}
    return Explained(**own, scores_version=version, anew=repeated(site, lake, row))


def told(one: Explained) -> Iterator[str]:
    """Tell it in lines: the score, its reasons, what weighs, and whether it came out the same."""
    flag = ", a red flag" if one.is_red_flag else ""
    low, high = one.suspicion_low, one.suspicion_high
    within = "" if low is None or high is None else f" ({low:g} to {high:g}, 95 times of 100)"
    points = f"suspicion {one.suspicion:g} of 100{within}{flag}; the rules {one.rules_suspicion:g}"
    yield f"{one.listing_key}: {points}"
    yield f"  as seen {one.observed_at:%Y-%m-%d %H:%M} UTC"
    yield f"  by {one.model_name} version {one.model_version}, sha256 {one.model_sha256}"
    tables = ", ".join(f"{name} {at}" for name, at in sorted(one.anew.versions.items()))
    yield f"  from {tables}; stands in listing_scores {one.scores_version}"
    for reason in one.reasons:
        yield f"  - {reason}"
    if one.evidence_text:
        yield f"  evidence: “{one.evidence_text}”"
    if one.anew.features:
        unit = "points" if one.model_name == "rules" else "log-odds"
        yield f"  what weighs most, in {unit}:"
        yield from (_line(value) for value in one.anew.features[:MOST] if value.weight)
    yield f"  {one.anew.finding}"


def _line(one: Value) -> str:
    value = "not known" if one.value is None else f"{one.value:g}"
    return f"    {one.weight:+8.3f}  {one.feature} = {value}  ({one.meaning.rstrip('.')})"
