"""Whether a model still does what it was promoted for: drift, prevalence, recall, calibration.

Says when to train anew: a feature that carries weight has moved, people have decided much since, or
what they decided is not what the scores said.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import polars as pl

from conf.brand import brands
from conf.errors import ModelError
from conf.model import Model, Watch
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.models import Version
from jobs.reader import Lake
from jobs.score._drawing import banded
from jobs.score._scorer import Scorer, booster
from jobs.score._scoring import REVIEW
from jobs.score.listing_scores import review_lines
from ml import figures, sampled
from ml.drift import FILE, Frame, Moved, Reference, moved, prevalence, shapes, strange
from ml.frame import versions
from ml.labels import labels
from ml.recall import Looked, Recall, recall

LEAST_JUDGED = 100  # labels since training, to say anything of calibration
DRAWS = 200


class Share(msgspec.Struct, frozen=True):
    """The estimated share of counterfeits of a platform, when it was trained and now."""

    platform: str
    then: float
    now: float


class Watched(msgspec.Struct, frozen=True):
    """What watching found; `alarms` and `retrain` say why, and are empty when all is well."""

    model: str
    version: str
    listings: int  # looked at
    moved: tuple[Moved, ...]  # features and scores that are not steady
    strange: tuple[str, ...]  # platforms that were not there when it was trained
    prevalence: tuple[Share, ...]
    labels_since: int
    calibration_error: float | None  # on labels since training; None while they are too few
    recall: Recall | None
    alarms: tuple[str, ...]
    retrain: tuple[str, ...]


def watch(site: Site, name: str, number: str | None = None) -> Watched:
    """Watch a version, the champion by default.

    Raises:
        ModelError: there is none, it was trained before anything was kept to compare with, or a
            table is missing.

    """
    model = read_model(name)
    site = models.of(site, name)
    version = models.champion(site) if number is None else models.named(site, number)
    if version is None:
        raise ModelError(
            f"model {name} has no champion to watch; --version N watches another version"
        )
    then, scorer, at = kept(site, version), models.load(site, version), versions(site)
    frame = sampled.frame(site, scorer, at)
    found = labelled(site, at)
    since = newer(site, then, found)
    return watched(model, scorer, then, frame, since, of_lake(site, found))


def watched(
    model: Model,
    scorer: Scorer,
    then: Reference,
    frame: Frame,
    since: pl.DataFrame,
    caught: Recall | None,
) -> Watched:
    """Hold what there is now against what there was.

    Args:
        model: its bounds.
        scorer: the version that is watched.
        then: what was kept with it.
        frame: a sample of the listings now.
        since: own labels after training, with their suspicion.
        caught: recall by the audit samples.

    """
    rules, told = model.watch, moved(then, frame, model.watch)
    weighty = weights(scorer)
    alarms = [one for one in told if one.level == "alarm"]
    error = calibration_off(since)
    labels_since = (since.height, then.examples)
    return Watched(
        model=model.name,
        version=scorer.version,
        listings=len(frame.chances),
        moved=tuple(one for one in told if one.level != "steady"),
        strange=tuple(strange(then, frame)),
        prevalence=tuple(shares(then, frame)),
        labels_since=since.height,
        calibration_error=None if error is None else error[0],
        recall=caught,
        alarms=tuple(f"{a.feature} on {a.platform}: index {a.psi:.2f}" for a in alarms),
        retrain=tuple(reasons(rules, alarms, weighty, labels_since, error)),
    )


def reasons(
    rules: Watch,
    alarms: list[Moved],
    weighty: Mapping[str, float],
    labels_since: tuple[int, int],
    error: tuple[float, float] | None,
) -> list[str]:
    """Say why a model should be trained anew; nothing when it need not be."""
    found = []
    heavy = {one.feature for one in alarms if weighty.get(one.feature, 0.0) >= rules.least_weight}
    if heavy:
        found.append(f"features that carry weight have moved: {', '.join(sorted(heavy))}")
    new, old = labels_since
    if new >= rules.new_label_share * max(old, 1):
        found.append(f"{new:,} labels since, {old:,} learned from")
    if error is not None and error[1] > rules.largest_calibration_error:
        found.append(f"chances are off by {error[0]:.2f} on labels since")
    return found


def weights(scorer: Scorer) -> dict[str, float]:
    """Give the share of each feature in what the trees gain."""
    gains = booster(scorer.content).get_score(importance_type="total_gain")
    total = sum(gains.values()) or 1.0
    return {name: float(gain) / total for name, gain in gains.items()}


def shares(then: Reference, frame: Frame) -> list[Share]:
    """Give the estimated share of counterfeits of each platform that was there, then and now."""
    now = shapes(frame, then.edges)
    both = [(name, then.shapes[name], one) for name, one in now.items() if name in then.shapes]
    return [
        Share(
            name,
            prevalence(before.scores, then.prevalence),
            prevalence(after.scores, then.prevalence),
        )
        for name, before, after in both
        if before.listings and after.listings
    ]


def calibration_off(since: pl.DataFrame) -> tuple[float, float] | None:
    """Give the mean distance of chance and share on labels since, and its lower bound.

    Chance alone makes a distance of few labels; what labels drawn from the chances themselves would
    show, in 19 of 20 draws, is taken off for the lower bound.
    """
    if since.height < LEAST_JUDGED:
        return None
    chances = since["suspicion"].to_numpy() / 100
    weight = since["drawn"].clip(1.0).to_numpy()
    found = figures.calibration_error(chances, since["is_counterfeit"].to_numpy(), weight)
    rng = np.random.default_rng(7)
    drawn = [
        figures.calibration_error(chances, rng.random(len(chances)) < chances, weight)
        for _ in range(DRAWS)
    ]
    return found, found - float(np.quantile(drawn, 0.95))


def kept(site: Site, version: Version) -> Reference:
    """Give what was kept with a version at its training.

    Raises:
        ModelError: nothing was, or it is damaged.

    """
    path = models.files(site, version) / FILE
    again = f"`countermark model train {site.model}` keeps it with a new version"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Reference)
    except FileNotFoundError:
        where = f"model {site.model} version {version.number}"
        raise ModelError(
            f"{where} was trained before anything was kept to hold later listings against: {again}"
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}): {again}") from None


def labelled(site: Site, at: Mapping[str, int]) -> pl.DataFrame:
    """Give the labels that people gave listings themselves, by the newest decisions."""
    lake = Lake(site.lake)
    decisions = lake.frame("decisions", version=at["decisions"])
    heads = lake.frame(
        "listings",
        version=at["listings"],
        columns=["listing_key", "seller_key", "observed_at"],
        where=pl.col("listing_key").is_in(decisions["subject_key"].unique().to_list()),
    )
    # Sellers' verdicts need brands to spread; here none is wanted.
    heads = heads.with_columns(pl.lit(None, pl.String).alias("brand"))
    return labels(decisions, heads).join(
        heads.select("listing_key", "seller_key"), on="listing_key", how="left"
    )


def newer(site: Site, then: Reference, found: pl.DataFrame) -> pl.DataFrame:
    """Give the labels that were decided after everything that was learned from, with scores."""
    new = found.filter(pl.col("decided_at") > then.decided_until)
    # scores: one row a listing
    return new.join(_scores(Lake(site.lake)), on="listing_key", how="inner").sort("listing_key")


def of_lake(site: Site, found: pl.DataFrame) -> Recall | None:
    """Estimate the recall of what is reviewed by all that people decided; None without scores."""
    lake = Lake(site.lake)
    scores = _scores(lake)
    if not scores.height:
        return None
    review = review_lines(brands(site.brands))
    line = pl.col("brand").replace_strict(review, default=REVIEW, return_dtype=pl.Float64)
    rows = banded(scores.with_columns(line.alias("review")))
    stratum = pl.format("{} {}", "platform", "band").alias("stratum")
    rows = rows.with_columns(stratum, (~pl.col("is_under_review")).alias("is_above"))
    counts = {
        (one, bool(above)): int(count)
        for one, above, count in rows.group_by("stratum", "is_above").len().iter_rows()
    }
    told = found.join(rows, on="listing_key", how="inner").sort("listing_key")
    looked = Looked(
        told["stratum"].to_numpy(),
        told["is_above"].to_numpy(),
        told["is_counterfeit"].to_numpy().astype(float),
        told["chance"].fill_null(float("nan")).to_numpy(),
        told["seller_key"].fill_null(told["listing_key"]).to_numpy(),
    )
    return recall(looked, counts, seed=7)


def _scores(lake: Lake) -> pl.DataFrame:
    """Give the live listings' scores."""
    wanted = ["listing_key", "platform", "brand", "suspicion"]
    if not lake.exists("listing_scores"):
        nothing = dict.fromkeys(wanted[:3], pl.String) | {"suspicion": pl.Float64}
        return pl.DataFrame(schema=nothing)
    scores = lake.frame("listing_scores", columns=wanted)
    if not lake.exists("listing_sightings"):
        return scores
    gone = lake.frame("listing_sightings", columns=["listing_key"], where=pl.col("is_gone"))
    return scores.join(gone, on="listing_key", how="anti")
