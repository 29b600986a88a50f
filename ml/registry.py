"""Writes to MLflow: runs with what went into a model, their files, and versions made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.errors import LakeError, ModelError
from conf.site import Site
from jobs import models
from jobs.lock import writer
from jobs.score._scorer import xgboost

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

KEY = "countermark.training_sha256"  # tag: digest of examples and configuration
FOLDER = "model"  # of a run's artefacts: what the registered version points at


@contextmanager
def held(site: Site, name: str) -> Iterator[None]:
    """Hold a model, so that two commands never write one at a time.

    Raises:
        ModelError: another process holds it.

    """
    try:
        with writer(site.state / "locks", f"model {name}"):
            yield
    except LakeError as error:
        if "is being written" not in str(error):
            raise
        raise ModelError(str(error).removeprefix("table ")) from None


def client(site: Site) -> MlflowClient:
    """Open the registry for writing; a database is made aside and put in place when it is whole."""
    path = models.database(site)
    if path is not None and not path.exists():
        _make(path)
    return _told(site)


@contextmanager
def opening(site: Site) -> Iterator[Future[MlflowClient]]:
    """Open the registry beside other work: MLflow takes seconds to import, on one core."""
    xgboost()  # first, as it hides scikit-learn from itself for a moment
    with ThreadPoolExecutor(1) as aside:
        yield aside.submit(client, site)


def run_for(site: Site, opened: MlflowClient, name: str, key: str) -> Any:
    """Give the run of this key, a new one or one that was stopped half-way."""
    experiment = _experiment(site, opened, name)
    found = opened.search_runs([experiment], f"tags.`{KEY}` = '{key}'")
    return found[0] if found else opened.create_run(experiment, tags={KEY: key}, run_name=name)


def log(
    opened: MlflowClient,
    run: Any,
    metrics: Mapping[str, float],
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write metrics, parameters and tags of a run, in one go.

    A parameter is written once and never changed; what may differ when a run that was stopped is
    taken up again (versions of tables that hold the same) is a tag.
    """
    from mlflow.entities import Metric, Param, RunTag

    at = run.info.start_time
    opened.log_batch(
        run.info.run_id,
        metrics=[Metric(name, value, at, 0) for name, value in metrics.items()],
        params=[Param(name, str(value)) for name, value in (params or {}).items()],
        tags=[RunTag(name, value) for name, value in (tags or {}).items()],
    )


def put(opened: MlflowClient, run: Any, files: Mapping[str, bytes], scratch: Path) -> None:
    """Put files beside each other into the run's folder of the model."""
    scratch.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = scratch / name
        path.write_bytes(content)
        opened.log_artifact(run.info.run_id, str(path), FOLDER)
        path.unlink()


def register(opened: MlflowClient, name: str, run: Any, tags: Mapping[str, str]) -> str:
    """Make the run's model a version of the registry; its number."""
    from mlflow.exceptions import MlflowException

    try:
        opened.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = opened.create_model_version(
        name, f"{run.info.artifact_uri}/{FOLDER}", run_id=run.info.run_id, tags=dict(tags)
    )
    opened.set_terminated(run.info.run_id)
    return str(made.version)


def _experiment(site: Site, opened: MlflowClient, name: str) -> str:
    found = opened.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    place = (site.artefacts / name).absolute().as_uri() if models.database(site) else None
    return str(opened.create_experiment(name, artifact_location=place))


def _told(site: Site) -> MlflowClient:
    """Open the client, and see that the registry answers."""
    try:
        opened = models.registry(site)
        opened.search_registered_models(max_results=1)
    except Exception as error:  # noqa: BLE001 - whatever the database's driver raises
        raise models.unreadable(site, error) from None
    return opened


def _make(path: Path) -> None:
    """Make a registry's database; killed half-way there is none, and the next run makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.new")
    made.unlink(missing_ok=True)
    models.quiet()
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    uri = f"{models.SQLITE}{made}"
    store = SqlAlchemyStore(uri, (path.parent / "models").as_uri())  # type: ignore[no-untyped-call] # MLflow's
    store.engine.dispose()
    made.replace(path)
