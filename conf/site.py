"""Sites: one YAML file a place we run. The only reader of the environment.

(But for who may ask an object store, and where that is: conf/place.py.)

Every folder of a site lies under its home unless the file says otherwise:
`lake/` (Delta tables; they may lie in a bucket instead), `packs/` (captured bodies), `state/`
(frontier, spool), `mlflow.db` and `models/` (registry and artefacts), `reports/`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from conf import reading
from conf.errors import ConfError
from conf.kubernetes import Kubernetes
from conf.place import Place, S3Path

# Readers of Delta tables escape everything else in a path, and then do not find the files.
_PLAIN = re.compile(r"[A-Za-z0-9/._~+@=,:-]+")
_MASTER = re.compile(r"local(\[(\d+|\*)\])?|spark://[\w.-]+:\d+(,[\w.-]+:\d+)*|k8s://\S+|yarn")
# What an object store takes as a bucket; no name, password or port is any part of the address.
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._+=,-]+)*/?")
SITES = reading.HERE / "sites"
PROJECT = reading.HERE.parent
IN_PROCESS = "in-process"  # a frontier in a file of one process


class Spark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How Spark is started.

    With a master that is not `local[…]`, executors are processes of their own, which may be on
    other machines and may be lost; what is said of them counts then alone.
    """

    master: str = "local[2]"
    driver_memory: str = "2g"
    driver_host: str = "127.0.0.1"  # this machine's address as executors see it
    executor_memory: str = "2g"
    executor_python: str | None = None  # Python on the executors; None: at the path of this one
    shuffle_partitions: int = 2
    is_small: bool = True  # quick start and small tables: C1 compiler, serial collector
    options: dict[str, str] = {}

    @property
    def is_local(self) -> bool:
        """Tell whether tasks run inside the driver's own process."""
        return self.master.startswith("local")


class SiteFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What conf/sites/<name>.yaml may say."""

    name: str
    home: str = "var"
    lake: str | None = None  # s3://bucket/prefix; None: a folder of the home
    brands: str = "conf/brands"
    platforms: str = "conf/platforms"
    tracking_uri: str | None = None
    model: str = "counterfeit"
    frontier: str = IN_PROCESS  # or redis://HOST:PORT/0, shared by workers on many machines
    spark: Spark = Spark()
    kubernetes: Kubernetes | None = None  # a site that runs there


class Site(msgspec.Struct, frozen=True):
    """One place we run, every path absolute."""

    name: str
    home: Path
    brands: Path
    platforms: Path
    tracking_uri: str
    model: str
    spark: Spark
    frontier: str = IN_PROCESS
    jars: Path = PROJECT / ".cache" / "jars"
    kubernetes: Kubernetes | None = None
    lake_url: str | None = None

    @property
    def lake(self) -> Place:
        """Where the Delta tables lie."""
        return S3Path(self.lake_url) if self.lake_url else self.home / "lake"

    @property
    def packs(self) -> Path:
        """Folder of the pack files that hold captured bodies."""
        return self.home / "packs"

    @property
    def state(self) -> Path:
        """Folder of the frontier and of batches on their way to the lake."""
        return self.home / "state"

    @property
    def artefacts(self) -> Path:
        """Folder of the registry's artefacts."""
        return self.home / "models"

    @property
    def reports(self) -> Path:
        """Folder of the reports."""
        return self.home / "reports"


def site(name: str | None = None) -> Site:
    """Read one site; COUNTERMARK_SITE names it, COUNTERMARK_HOME moves its home.

    COUNTERMARK_LAKE is the address of a bucket that the tables are kept in.
    COUNTERMARK_FRONTIER is the address of the store that many workers' frontier is kept in,
    COUNTERMARK_SPARK_MASTER that of the Spark master, COUNTERMARK_DRIVER_HOST this machine's as
    executors see it; COUNTERMARK_JARS moves the folder of Delta's jars, which set-up fills.

    Raises:
        ConfError: the file is missing or wrong.

    """
    name = name or os.environ.get("COUNTERMARK_SITE", "local")
    path = SITES / f"{name}.yaml"
    found = reading.read(path, SiteFile)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    home = PROJECT / os.environ.get("COUNTERMARK_HOME", found.home)
    _check_home(home)
    return Site(
        name=found.name,
        home=home,
        brands=PROJECT / os.environ.get("COUNTERMARK_BRANDS", found.brands),
        platforms=PROJECT / os.environ.get("COUNTERMARK_PLATFORMS", found.platforms),
        tracking_uri=found.tracking_uri or f"sqlite:///{home}/mlflow.db",
        model=found.model,
        spark=_spark(path, found.spark),
        frontier=_frontier(path, os.environ.get("COUNTERMARK_FRONTIER", found.frontier)),
        jars=PROJECT / os.environ.get("COUNTERMARK_JARS", ".cache/jars"),
        kubernetes=found.kubernetes,
        lake_url=_lake(path, os.environ.get("COUNTERMARK_LAKE", found.lake or "")),
    )


def _lake(path: Path, where: str) -> str | None:
    """Give the address of the bucket that tables lie in; None if they lie in the home."""
    if where and not _BUCKET.fullmatch(where):  # not repeated: somebody may have put a key in it
        raise ConfError(
            f"{path}: lake is no s3://bucket/prefix of plain letters and digits; who asks and "
            "where the store is stands in AWS_* (the address may come from COUNTERMARK_LAKE)"
        )
    return where.rstrip("/") or None


def _frontier(path: Path, where: str) -> str:
    """Give where the frontier is: the address of a store, or this process."""
    parts = urlsplit(where)
    is_network = parts.scheme in {"redis", "rediss"} and parts.hostname
    if is_network or (parts.scheme == "unix" and parts.path):
        return where
    if where not in {"", IN_PROCESS}:
        raise ConfError(
            f"{path}: frontier is {where!r}; write redis://host:port/db (rediss:// for TLS, "
            f"unix:///path for a socket) or {IN_PROCESS} (it may come from COUNTERMARK_FRONTIER)"
        )
    return IN_PROCESS


def _spark(path: Path, spark: Spark) -> Spark:
    """Give how Spark is started, with what the environment says of addresses."""
    master = os.environ.get("COUNTERMARK_SPARK_MASTER", spark.master)
    if not _MASTER.fullmatch(master):
        raise ConfError(
            f"{path}: spark.master is {master!r}; write spark://host:port, k8s://address, yarn "
            "or local[2] (it may come from COUNTERMARK_SPARK_MASTER)"
        )
    host = os.environ.get("COUNTERMARK_DRIVER_HOST", spark.driver_host)
    return msgspec.structs.replace(spark, master=master, driver_host=host)


def _check_home(home: Path) -> None:
    if not _PLAIN.fullmatch(str(home)):
        raise ConfError(
            f"{home}: tables cannot be read back from a folder with blanks, accents or such in its "
            "path; set COUNTERMARK_HOME to one of plain letters and digits"
        )
