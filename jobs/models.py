"""Which model scores: the registry's champion, else the rules. The one place that knows MLflow.

Importing MLflow costs seconds, so what the registry says is kept beside the artefacts
(`models/<name>/shelf.json`) and used for as long as the registry's database stays as it was.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from conf.errors import ModelError
from conf.site import Site
from jobs.catalogue import catalogue
from jobs.judged import Judged
from jobs.score import _rules
from jobs.score._scorer import Scorer, read

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

CHAMPION, CHALLENGER = "champion", "challenger"
MODEL_FILE, JUDGED_FILE, SHELF_FILE = "model.ubj", "judged.json", "shelf.json"
SHA256 = "model_sha256"  # tag of a version
SQLITE = "sqlite:///"
_MAGIC = b"SQLite format 3\0"


class Version(msgspec.Struct, frozen=True):
    """One version of a model, as the registry has it."""

    number: str
    run_id: str
    source: str  # where its files are
    tags: dict[str, str]
    aliases: tuple[str, ...] = ()


class Shelf(msgspec.Struct, frozen=True):
    """The versions of one model, oldest first, and the stamp of the registry that said so."""

    stamp: str
    versions: tuple[Version, ...]


def scorer(site: Site, version: str | None = None) -> Scorer:
    """Give what scores at this site: the champion, or the rules while there is none.

    Args:
        site: where.
        version: this version instead of the champion, to repeat an older score.

    Raises:
        ModelError: the registry or the model's file is damaged, the version is missing, or a
            feature that the model needs is gone.

    """
    if version is None:
        found = champion(site)
        return rules() if found is None else load(site, found)
    return load(site, named(site, version))


def of(site: Site, name: str) -> Site:
    """Give the site with another of its models in place of the one that scores."""
    return msgspec.structs.replace(site, model=name)


def rules() -> Scorer:
    """Give the rules as a scorer."""
    return Scorer(_rules.NAME, _rules.VERSION, _rules.SHA256)


def champion(site: Site) -> Version | None:
    """Give the version that is promoted; None when none is."""
    return next((one for one in shelf(site) if CHAMPION in one.aliases), None)


def challenger(site: Site) -> Version | None:
    """Give the version that scores beside the champion, in its shadow; None when none does."""
    found = next((one for one in shelf(site) if CHALLENGER in one.aliases), None)
    return None if found is None or CHAMPION in found.aliases else found


def named(site: Site, version: str) -> Version:
    """Give one version by its number.

    Raises:
        ModelError: there is no such version.

    """
    versions = shelf(site)
    for one in versions:
        if one.number == version:
            return one
    known = ", ".join(one.number for one in versions) or "none"
    raise ModelError(f"model {site.model} has no version {version}; there are: {known}")


def judged(site: Site) -> Judged | None:
    """Give what the champion's judgement found; None when there is no champion."""
    found = champion(site)
    return None if found is None else judged_of(site, found)


def judged_of(site: Site, version: Version) -> Judged | None:
    """Give what a version's judgement found; None when it has not been judged.

    Raises:
        ModelError: the file is damaged.

    """
    path = files(site, version) / JUDGED_FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Judged)
    except (msgspec.DecodeError, OSError) as error:
        raise ModelError(f"{path} cannot be read ({error}): judge the model again") from None


def load(site: Site, version: Version) -> Scorer:
    """Read a version's model.

    Raises:
        ModelError: the file is missing or is not the one that was registered.

    """
    path = files(site, version) / MODEL_FILE
    where = f"model {site.model} version {version.number}: {path}"
    again = f"restore it, or `countermark model train {site.model}` and promote that"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{where} cannot be read ({error.strerror}); {again}") from None
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != version.tags.get(SHA256):
        raise ModelError(f"{where} is not the file that was registered; {again}")
    found = read(content, site.model, version.number, sha256)
    if gone := sorted(set(found.features) - set(catalogue())):
        raise ModelError(
            f"{where} needs feature {', '.join(gone)}, which jobs/features does not have; "
            "bring it back or train again"
        )
    return found


def files(site: Site, version: Version) -> Path:
    """Give the folder of a version's files; one that lies elsewhere is fetched once."""
    local = Path(unquote(version.source.removeprefix("file://")))
    if local.is_dir():
        return local
    # A home that was moved keeps its files at the same place below it.
    moved = site.artefacts / site.model / version.run_id / "artifacts" / local.name
    if moved.is_dir() or version.source.startswith(("file:", "/")):
        return moved
    return _fetched(site, version, moved)


def shelf(site: Site) -> tuple[Version, ...]:
    """Give every version of the site's model, oldest first; none while there is no registry.

    Raises:
        ModelError: the registry cannot be read.

    """
    stamp = _stamp(site)
    if stamp is None:
        return ()
    kept = _kept(site)
    if kept is not None and stamp and kept.stamp == stamp:
        return kept.versions
    found = Shelf(stamp, _asked(site))
    _keep(site, found)
    return found.versions


def registry(site: Site) -> MlflowClient:
    """Give MLflow's client for a site, quiet; the database is made if it is not there."""
    quiet()
    from mlflow.tracking import MlflowClient

    return MlflowClient(tracking_uri=site.tracking_uri, registry_uri=site.tracking_uri)


def quiet() -> None:
    """Let MLflow tell nobody that it is used, and log no more than warnings."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def database(site: Site) -> Path | None:
    """Give the file of a SQLite registry; None when the registry is a server."""
    uri = site.tracking_uri
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def unreadable(site: Site, error: object) -> ModelError:
    """Give the one-line error for a registry that does not answer as it should."""
    why = " ".join(str(error).split())[:200]
    return ModelError(
        f"{site.tracking_uri} cannot be read as MLflow's registry ({why}); restore it from a copy, "
        "or move it away and train again"
    )


def _stamp(site: Site) -> str | None:
    """Say which state the registry is in: None without one, empty when only it can tell."""
    path = database(site)
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(site, error.strerror) from None
    if head != _MAGIC:
        raise unreadable(site, "it is no SQLite database")
    return f"{found.st_size}-{found.st_mtime_ns}"


def _asked(site: Site) -> tuple[Version, ...]:
    """Ask MLflow for the versions of the site's model."""
    quiet()
    from mlflow.exceptions import MlflowException

    try:
        client = registry(site)
        aliases = client.get_registered_model(site.model).aliases
        found = client.search_model_versions(f"name = '{site.model}'")
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return ()
        raise unreadable(site, error) from None
    except Exception as error:  # noqa: BLE001 - whatever the database's driver raises
        raise unreadable(site, error) from None
    return tuple(_version(one, aliases) for one in sorted(found, key=lambda one: int(one.version)))


def _version(one: Any, aliases: dict[str, Any]) -> Version:
    number = str(one.version)
    own = tuple(sorted(alias for alias, at in aliases.items() if str(at) == number))
    return Version(number, one.run_id, one.source, dict(one.tags), own)


def _kept(site: Site) -> Shelf | None:
    try:
        content = (site.artefacts / site.model / SHELF_FILE).read_bytes()
        return msgspec.json.decode(content, type=Shelf)
    except (OSError, msgspec.DecodeError):  # no more than a shortcut
        return None


def _keep(site: Site, found: Shelf) -> None:
    """Keep what the registry said; a site that cannot be written asks again each time."""
    path = site.artefacts / site.model / SHELF_FILE
    own = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(msgspec.json.encode(found))
        own.replace(path)
    except OSError:
        own.unlink(missing_ok=True)


def _fetched(site: Site, version: Version, into: Path) -> Path:
    """Fetch a version's files from an artefact store."""
    registry(site)
    from mlflow.artifacts import download_artifacts

    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        download_artifacts(artifact_uri=version.source, dst_path=str(into.parent))
    except Exception as error:  # noqa: BLE001 - whatever the store's client raises
        raise ModelError(f"{version.source} cannot be fetched: {error}; mend the store") from None
    return into
