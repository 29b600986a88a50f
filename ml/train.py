"""Trains a model, calibrates it, and registers it with everything that went into it.

The same examples and configuration give the same file, to the byte, and the same registered
version: training again makes nothing new, and a training that was killed is taken up again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from conf.errors import ModelError
from conf.model import Model
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.models import Version
from jobs.score._scorer import BANDS, CALIBRATION, Band, Line, calibrated
from ml import figures, plots, registry, sampled
from ml.examples import Examples, read
from ml.fitting import calibrate, fit, platform_bands
from ml.frame import versions

# Raised when the code makes another model of the same examples.
CODE = "4"
CONFIGURATION_FILE = "configuration.json"
TASKS = "tasks"  # tag: of a cluster that fitted it, 0 if one machine did
TABLE = "countermark.table."  # tag: version of a table that was read


class Trained(msgspec.Struct, frozen=True):
    """A version that training gave."""

    model: str
    version: str
    is_new: bool
    sha256: str
    examples: int
    counterfeits: int
    platforms: tuple[str, ...]
    tables: dict[str, int]


def train(site: Site, name: str, tasks: int = 0) -> Trained:
    """Give the version that the newest tables make; it is made if it is not there.

    Args:
        site: where.
        name: model, a file in conf/models.
        tasks: fit the trees by so many tasks of the site's cluster; 0 fits them here. What is held
            out to calibrate is always fitted here, part beside part.

    Raises:
        ModelError: tables or labels are missing, or the registry is damaged.
        ConfError: the model's YAML is wrong.

    """
    model = read_model(name)
    site = models.of(site, name)
    with registry.held(site, name):
        at = versions(site)
        examples = read(site, model, at)
        key = training_key(model, examples, tasks)
        found = made_before(site, key)
        if found is None:
            number = _make(site, model, examples, at, tasks)
            return _trained(model, models.named(site, number), examples, is_new=True)
        return _trained(model, found, examples, is_new=False)


def training_key(model: Model, examples: Examples, tasks: int = 0) -> str:
    """Digest everything that a model is made of."""
    made_by = msgspec.json.encode(model.made_of, order="deterministic").decode()
    made_of = [CODE, made_by, examples.sha256]
    made_of += [f"{tasks} tasks"] if tasks else []
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()


def made_before(site: Site, key: str) -> Version | None:
    """Give the newest version that was made of the same, if there is one."""
    found = [one for one in models.shelf(site) if one.tags.get(registry.KEY) == key]
    return found[-1] if found else None


def configured(site: Site, version: Version) -> Model:
    """Give the configuration that a version was made by, whatever conf/models says by now.

    Raises:
        ModelError: its file is missing or damaged.

    """
    path = models.files(site, version) / CONFIGURATION_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Model)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}): train the model again") from None


def tables_of(version: Version) -> dict[str, int]:
    """Give the versions of the tables that a version learned from."""
    tags = version.tags.items()
    return {name.removeprefix(TABLE): int(at) for name, at in tags if name.startswith(TABLE)}


def _make(site: Site, model: Model, examples: Examples, at: Mapping[str, int], tasks: int) -> str:
    """Fit, calibrate and register; the number of the new version."""
    key = training_key(model, examples, tasks)
    with registry.opening(site) as opening:
        line, unseen = calibrate(model, examples)
        bands = platform_bands(line, unseen, examples, model.seed)
        content = model_file(_fitted(site, model, examples, tasks), model, line, bands)
        opened = opening.result()
    run = registry.run_for(site, opened, model.name, key)
    tables = {f"{TABLE}{name}": str(version) for name, version in at.items()}
    params = model.parameters | {
        "seed": model.seed,
        "features": len(model.features),
        TASKS: tasks,
    }
    registry.log(opened, run, _metrics(examples, line, unseen), params, tables)
    files = sampled.kept(site, _files(model, examples, line, unseen, content), examples, at)
    registry.put(opened, run, files, site.state / "model")
    sha256 = hashlib.sha256(content).hexdigest()
    own = {registry.KEY: key, models.SHA256: sha256, "label": model.label, TASKS: str(tasks)}
    tags = own | tables
    return registry.register(opened, model.name, run, tags)


def _fitted(site: Site, model: Model, examples: Examples, tasks: int) -> Any:
    """Fit here, or on the site's cluster."""
    if not tasks:
        return fit(model, examples)
    from jobs import session
    from ml import spread

    spark = session.start(site, f"train {model.name}")
    try:
        return spread.fit(model, examples, spark, tasks)
    finally:
        session.end(spark)


def model_file(trees: Any, model: Model, line: Line, bands: Mapping[str, Band]) -> bytes:
    """Give the model as one file: trees, names of the features, calibration."""
    told = {CALIBRATION: line, BANDS: bands}
    texts = {name: msgspec.json.encode(one).decode() for name, one in told.items()}
    trees.set_attr(**texts, label=model.label)
    return bytes(trees.save_raw("ubj"))


def _files(
    model: Model, examples: Examples, line: Line, unseen: np.ndarray, content: bytes
) -> dict[str, bytes]:
    at = ~np.isnan(unseen) & (examples.population > 0)
    chances = calibrated(unseen[at], line)
    labels, weights = examples.labels[at], examples.population[at]
    return {
        models.MODEL_FILE: content,
        "features.json": msgspec.json.format(msgspec.json.encode(model.features)),
        "calibration.json": msgspec.json.format(msgspec.json.encode(line)),
        CONFIGURATION_FILE: msgspec.json.format(msgspec.json.encode(model)),
        "reliability.svg": plots.reliability(figures.reliability(chances, labels, weights)),
        "precision_recall.svg": plots.precision_recall(
            figures.precision_recall(chances, labels, weights)
        ),
    }


def _metrics(examples: Examples, line: Line, unseen: np.ndarray) -> dict[str, float]:
    at = ~np.isnan(unseen) & (examples.population > 0)
    labels, weights = examples.labels[at], examples.population[at]
    chances = calibrated(unseen[at], line)
    return {
        "examples": float(len(examples)),
        "counterfeits": float(examples.labels.sum()),
        "out_of_fold_auc": figures.auc(unseen[at], labels, weights),
        "out_of_fold_calibration_error": figures.calibration_error(chances, labels, weights),
    }


def _trained(model: Model, version: Version, examples: Examples, *, is_new: bool) -> Trained:
    return Trained(
        model=model.name,
        version=version.number,
        is_new=is_new,
        sha256=version.tags[models.SHA256],
        examples=len(examples),
        counterfeits=int(examples.labels.sum()),
        platforms=tuple(sorted(set(examples.platforms))),
        tables=tables_of(version),
    )
