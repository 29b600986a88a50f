"""Judges a registered version and keeps the judgement with it: run, tags, and `judged.json`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
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
from ml.attacks import reread
from ml.card import card, markdown
from ml.examples import Examples, examples
from ml.frame import readable, rows_at
from ml.gate import against
from ml.judgement import judgement
from ml.labels import agreement
from ml.page import page
from ml.train import TASKS, configured, tables_of, training_key

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

JUDGED_AT = "judged_at"  # tag of a judged version
PAGE_FILE, CARD_FILE = "judged.html", "card.md"
SURE = (
    "platform_auc",
    "later_auc",
    "seller_auc",
    "brand_auc",
    "rules_auc",
    "price_auc",
    "precision",
    "automatic_precision",
    "recall",
    "rules_precision",
    "average_precision",
    "rules_average_precision",
    "price_average_precision",
    "gain_over_rules",
    "top_precision",
    "sure_recall",
)


def judge(site: Site, name: str, number: str | None, now: datetime) -> Judged:
    """Give a version's judgement, the newest version's by default; it is made if it is not there.

    Raises:
        ModelError: there is no such version, or what it was made of is no longer there.

    """
    gate = read_model(name).gate
    site = models.of(site, name)
    with registry.held(site, name):
        version = chosen(site, name, number)
        found = models.judged_of(site, version) if JUDGED_AT in version.tags else None
        if found is None:
            model = msgspec.structs.replace(configured(site, version), gate=gate)
            at, rows, examples = learned(site, version)
            with registry.opening(site) as opening:
                made = judgement(model, version.number, rows, examples, now, reread(site))
                opened = opening.result()
            twice, agreed = agreement(Lake(site.lake).frame("decisions", version=at["decisions"]))
            found = msgspec.structs.replace(made, looked_twice=twice, agreed=agreed)
            _keep(site, opened, model, version, found)
        return found


def page_of(site: Site, judged: Judged) -> Path:
    """Give the page of a judgement, a file on this machine."""
    own = models.of(site, judged.model_name)
    return models.files(own, models.named(own, judged.model_version)) / PAGE_FILE


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


def learned(site: Site, version: Version) -> tuple[Mapping[str, int], pl.DataFrame, Examples]:
    """Give versions of the tables, rows and examples that a version learned from.

    Raises:
        ModelError: the tables are no longer there, and the newest are others.

    """
    model = configured(site, version)
    at = readable(site, tables_of(version))
    rows = rows_at(site, at)
    made = examples(model, rows)
    tasks = int(version.tags.get(TASKS, "0"))
    if training_key(model, made, tasks) != version.tags.get(registry.KEY):
        raise ModelError(
            f"the tables that {model.name} version {version.number} learned from are no longer "
            f"there and the newest hold others: `countermark model train {model.name}` makes a "
            "version of them"
        )
    return at, rows, made


def _keep(site: Site, opened: MlflowClient, model: Model, version: Version, found: Judged) -> None:
    """Write the judgement; the tag comes last, so that a judgement is whole or not there."""
    run = opened.get_run(version.run_id)
    registry.log(opened, run, numbers(found))
    told = card(model, found, version.tags.get(models.SHA256, ""), tables_of(version))
    text = markdown(told)
    files = {
        "reliability_unseen_platforms.svg": plots.reliability(found.reliability),
        "precision_recall_unseen_platforms.svg": plots.precision_recall(
            found.curve, found.rules_curve
        ),
        PAGE_FILE: page(model, found, told, against(model.gate, found)).encode(),
        CARD_FILE: text.encode(),
        models.JUDGED_FILE: msgspec.json.format(msgspec.json.encode(found)),
    }
    registry.put(opened, run, files, site.state / "model")
    opened.update_model_version(site.model, version.number, description=text)
    for name, value in numbers(found).items():
        opened.set_model_version_tag(site.model, version.number, name, f"{value:.4f}")
    at = found.judged_at.isoformat()
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
    if judged.own_calibration_error is not None:
        found["own_calibration_error"] = judged.own_calibration_error
    for name in SURE:
        one: Interval | None = getattr(judged, name)
        if one is not None:
            found |= {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
    return found
