"""Judges a registered version and keeps the judgement with it: run, tags, and `judged.json`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from conf.errors import ModelError
from conf.model import Model
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.judged import Interval, Judged
from jobs.models import Version
from jobs.reader import Lake
from ml import plots, registry
from ml.examples import Examples, read, readable
from ml.judgement import Judgement, judgement
from ml.labels import agreement
from ml.train import tables_of, training_key

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

JUDGED_AT = "judged_at"  # tag of a judged version
SURE = ("platform_auc", "later_auc", "seller_auc", "precision", "recall", "rules_precision")


def judge(site: Site, name: str, number: str | None, now: datetime) -> Judged:
    """Give a version's judgement, the newest version's by default; it is made if it is not there.

    Raises:
        ModelError: there is no such version, or what it was made of is no longer there.

    """
    model = read_model(name)
    site = models.of(site, name)
    with registry.held(site, name):
        version = chosen(site, name, number)
        found = models.judged_of(site, version) if JUDGED_AT in version.tags else None
        if found is None:
            examples, decisions = _examples(site, model, version)
            with registry.opening(site) as opening:
                made = judgement(model, version.number, examples, now)
                opened = opening.result()
            twice, agreed = agreement(decisions)
            found = msgspec.structs.replace(made.judged, looked_twice=twice, agreed=agreed)
            _keep(site, opened, version, msgspec.structs.replace(made, judged=found))
        return found


def chosen(site: Site, name: str, number: str | None) -> Version:
    """Give a version by number, or the newest.

    Raises:
        ModelError: there is none.

    """
    if number is not None:
        return models.named(site, number)
    versions = models.shelf(site)
    if not versions:
        raise ModelError(f"model {name} has no version: `countermark model train {name}` makes one")
    return versions[-1]


def _examples(site: Site, model: Model, version: Version) -> tuple[Examples, pl.DataFrame]:
    """Give the very examples that the version learned from, and the decisions behind them."""
    at = readable(site, tables_of(version))
    examples = read(site, model, at)
    if training_key(model, examples) != version.tags.get(registry.KEY):
        raise ModelError(
            f"conf/models/{model.name}.yaml or the tables are others than version {version.number} "
            f"was made of: `countermark model train {model.name}` makes a version of them"
        )
    return examples, Lake(site.lake).frame("decisions", version=at["decisions"])


def _keep(site: Site, opened: MlflowClient, version: Version, made: Judgement) -> None:
    """Write the judgement; the tag comes last, so that a judgement is whole or not there."""
    run = opened.get_run(version.run_id)
    registry.log(opened, run, numbers(made.judged))
    content = msgspec.json.format(msgspec.json.encode(made.judged))
    drawn = (made.chances, made.labels, made.weights)
    found = {
        "reliability_unseen_platforms.svg": plots.reliability(*drawn),
        "precision_recall_unseen_platforms.svg": plots.precision_recall(*drawn),
        models.JUDGED_FILE: content,
    }
    registry.put(opened, run, found, site.state / "model")
    for name, value in numbers(made.judged).items():
        opened.set_model_version_tag(site.model, version.number, name, f"{value:.4f}")
    at = made.judged.judged_at.isoformat()
    opened.set_model_version_tag(site.model, version.number, JUDGED_AT, at)


def numbers(judged: Judged) -> dict[str, float]:
    """Give the headline figures by name, intervals as three numbers."""
    found: dict[str, float] = {
        "judged_listings": float(judged.listings),
        "judged_red_flags": float(judged.red_flags),
        "missing_auc": judged.missing_auc,
        "permuted_auc": judged.permuted_auc,
        "calibration_error": judged.calibration_error,
    }
    for name in (*SURE, "rules_auc"):
        one: Interval | None = getattr(judged, name)
        if one is not None:
            found |= {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
    return found
