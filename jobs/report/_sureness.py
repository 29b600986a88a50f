"""What the numbers of a report mean, and how sure they are: the model's judged figures in words."""

from __future__ import annotations

import msgspec
import polars as pl

from jobs.judged import Interval, Judged
from jobs.report._view import View
from jobs.report._words import count, share

RULES = "rules"  # name of the scorer that is no model


class Meaning(msgspec.Struct, frozen=True):
    """A word of the report and what it means."""

    word: str
    text: str


def sureness(view: View, judged: Judged | None) -> tuple[Meaning, ...]:
    """Explain the words of a report, the most asked for first."""
    review = f"{view.brand.gates.review:g}"
    return (
        Meaning(
            "Suspicion",
            "orders listings from 0 to 100 by how much price, words, pictures and seller look like "
            f"a counterfeit offer.{_calibrated(judged)} It says where to look first; what the "
            "goods are is known only when someone has examined them.",
        ),
        Meaning(
            "Red flag, to review",
            f"a red flag is over 80; from {review} up to 80 a listing waits for a person's look.",
        ),
        Meaning("How often a red flag is right", _right(judged)),
        Meaning("What is missed", _missed(judged)),
        Meaning("Scored by", _scored_by(view)),
        Meaning(
            "Reference price",
            "your own price of the product that was recognised, as a median over markets; where no "
            "product was recognised, the median of your catalogue, which is rougher.",
        ),
        Meaning(
            "New",
            f"first seen on {view.day.isoformat()}, counted in UTC. The seller may have put it up "
            "earlier, where nobody had looked.",
        ),
        Meaning(
            "Official photo",
            "a picture that is yours but for at most 48 of 256 bits of its print. Honest resellers "
            "use such pictures too, so it is a sign and no proof.",
        ),
    )


def _calibrated(judged: Judged | None) -> str:
    if judged is None:
        return ""
    points = round(100 * judged.calibration_error)
    return (
        " Where the model was judged, of listings with a suspicion of 90 about 90 in 100 were "
        f"counterfeit, give or take {count(max(1, points), 'point')} on average."
    )


def _right(judged: Judged | None) -> str:
    if judged is None:
        return (
            "not measured. These scores come from fixed rules that anyone can read, and no learned "
            "model has been judged and promoted here; take each red flag as a lead."
        )
    if judged.precision is None:
        return "not measured: the judgement met no red flag on a platform that was held out."
    return (
        f"{_with_interval(judged.precision)} of {count(judged.red_flags, 'red flag')} were, on "
        f"{count(judged.platforms, 'platform')} that the model had not learned from. Right means: "
        f"{judged.labels.rstrip('.')}. They were listings that people had decided on, so not a "
        "random draw, and your platforms may differ from those."
    )


def _missed(judged: Judged | None) -> str:
    if judged is None or judged.recall is None:
        return "not measured; what no crawl reached and no mark names is in no report."
    return (
        f"{_with_interval(judged.recall)} of {count(judged.counterfeits, 'counterfeit')} known "
        "there were red flags; the others lie below the line. What no crawl reached is in no "
        "report."
    )


def _with_interval(one: Interval) -> str:
    return f"{share(one.value)} (between {share(one.low)} and {share(one.high)}, 95 times of 100)"


def _scored_by(view: View) -> str:
    models = view.listings.group_by("model_name", "model_version", "model_sha256").len("count")
    if not models.height:
        return "nothing has been scored."
    rows = models.sort(["count", "model_name", "model_version"], descending=[True, False, False])
    return "; ".join(_model(row) for row in rows.to_dicts()) + "."


def _model(row: dict[str, str]) -> str:
    name = "the rules" if row["model_name"] == RULES else f"model {row['model_name']}"
    scored = count(int(row["count"]), "listing")
    return f"{name}, version {row['model_version']} (sha256 {row['model_sha256'][:12]}…): {scored}"


def judged_platforms(judged: Judged | None) -> pl.DataFrame:
    """Give the judgement platform by platform: name, listings, counterfeits, red_flags, shares."""
    schema = {
        "name": pl.String(),
        "listings": pl.Int64(),
        "counterfeits": pl.Int64(),
        "red_flags": pl.Int64(),
        "precision": pl.Float64(),
        "recall": pl.Float64(),
    }
    found = [one for one in judged.slices if one.kind == "platform"] if judged else []
    return pl.DataFrame(
        [{name: getattr(one, name) for name in schema} for one in found], schema=schema
    )
