"""The one place that starts Spark, with Delta, quiet, on loopback, in UTC.

Java is the machine's own (17, 21 or 25) or the one that set-up put into `.cache/jvm`; Delta is
exactly two jars on the class path, because resolving its poms would bring a second Hadoop.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conf.errors import ConfError
from conf.place import S3Path, s3a
from conf.site import PROJECT, Site
from jobs import executors

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JARS = ("io.delta_delta-spark_4.2_2.13-4.4.0.jar", "io.delta_delta-storage-4.4.0.jar")
# What reads s3a:// besides, 690 MB: only a lake in a bucket needs them.
S3_JARS = (
    "org.apache.hadoop_hadoop-aws-3.5.0.jar",
    "software.amazon.awssdk_bundle-2.35.4.jar",
    "software.amazon.s3.analyticsaccelerator_analyticsaccelerator-s3-1.3.1.jar",
)
JAVAS = {17, 21, 25}
OWN_JAVA = PROJECT / ".cache" / "jvm"
LOOPBACK = "127.0.0.1"
_END_S = 20.0
LOGGING = Path(__file__).with_name("log4j2.properties")

SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
    # Its default asks the environment once per array element (measured: a third of the time).
    "spark.sql.types.framework.enabled": "false",
    # Default 50 tasks to read a log of a few files: halves every small read and MERGE.
    "spark.databricks.delta.snapshotPartitions": "2",
    # Tables with deletion vectors cannot be read by deltalake and DuckDB.
    "spark.databricks.delta.properties.defaults.enableDeletionVectors": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Workers run side by side already; threads inside each would fight over the same cores.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.python.worker.faulthandler.enabled": "true",
    "spark.sql.execution.pyspark.udf.faulthandler.enabled": "true",
}
# Measured on a MERGE of a few rows into 45 columns: 10.6 CPU s with compiled code, 3.5 without.
SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
LARGE = {"spark.sql.adaptive.enabled": "true"}


def start(site: Site, name: str = "countermark") -> SparkSession:
    """Start Spark for a site, or give the session that runs already.

    Whatever the JVM says goes to `state/spark.log`.

    Raises:
        ConfError: there is no Java that Spark runs on, Delta's jars are missing, or the cluster's
            master or every executor stays away.

    """
    from pyspark.sql import SparkSession

    executors.check_master(site.spark)
    os.environ["JAVA_HOME"] = str(java_home())
    # Spark's default is whatever `python3` is on the path: another environment than ours.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if site.spark.executor_python and not site.spark.is_local:
        os.environ["PYSPARK_PYTHON"] = site.spark.executor_python
    # A host name may resolve to another address than the one that is meant.
    os.environ["SPARK_LOCAL_IP"] = LOOPBACK if site.spark.is_local else site.spark.driver_host
    # Workers import our packages wherever the command was started.
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([str(PROJECT), *filter(None, paths)]))
    builder = SparkSession.builder.appName(name)
    for key, value in settings(site).items():
        builder = builder.config(key, value)
    site.state.mkdir(parents=True, exist_ok=True)
    with _stderr_to(site.state / "spark.log"):
        spark = builder.getOrCreate()
    if site.spark.is_local or executors.is_one_there(spark):
        return spark
    end(spark)
    raise ConfError(
        f"no executor came from {site.spark.master} in {executors.COMES_S:.0f} s: its workers have "
        f"no free core, or less than {site.spark.executor_memory} of memory (executor_memory in "
        "the site's file); see their logs"
    )


def end(spark: SparkSession) -> None:
    """Stop a session and wait until its JVM is gone, so that its CPU counts as ours."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if is_dead():
        SparkContext._active_spark_context = SparkSession._instantiatedSession = None  # noqa: SLF001 - what stop() does last
    else:
        spark.stop()
    gateway = SparkContext._gateway  # noqa: SLF001 - has no public name
    if gateway is None or gateway.proc is None:  # none of ours: spark-submit's started us
        return
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - a later start makes its own
    gateway.shutdown()
    process = gateway.proc
    process.stdin.close()  # the JVM ends when this does
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_dead() -> bool:
    """Tell whether the JVM of the session has ended, because it was killed or out of memory."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway  # noqa: SLF001 - has no public name
    process = gateway.proc if gateway is not None else None  # None: spark-submit's, not ours
    return process is not None and process.poll() is not None


def settings(site: Site) -> dict[str, str]:
    """Give every Spark setting of a site; its own options win."""
    jars = _jars(site)
    java = [f"-Dlog4j2.configurationFile={LOGGING.as_uri()}"]
    if site.spark.is_small:  # quick to start; the better compiler pays after minutes only
        # The quick compiler's default of 48 MB for its code is full after a few jobs, and then it
        # throws away and compiles again (measured over two runs of all jobs: a sixth of the CPU).
        java += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=256m"]
    own = {
        "spark.master": site.spark.master,
        "spark.driver.memory": site.spark.driver_memory,
        "spark.sql.shuffle.partitions": str(site.spark.shuffle_partitions),
        "spark.driver.extraJavaOptions": " ".join(java),
        "spark.sql.warehouse.dir": str(site.state / "warehouse"),
    }
    if site.spark.is_local:
        own["spark.driver.host"] = own["spark.driver.bindAddress"] = LOOPBACK
        own["spark.driver.extraClassPath"] = os.pathsep.join(map(str, jars))
    else:
        own |= executors.settings(site, jars)
    size = SMALL if site.spark.is_small else LARGE
    stored = s3a() if isinstance(site.lake, S3Path) else {}
    return SETTINGS | size | own | stored | site.spark.options


def _jars(site: Site) -> list[Path]:
    """Give the jars that Spark is to have besides its own."""
    wanted: list[tuple[tuple[str, ...], str]] = [(JARS, "make setup")]
    if isinstance(site.lake, S3Path):
        wanted.append((S3_JARS, "make bucket-jars"))
    for names, how in wanted:
        if missing := [name for name in names if not (site.jars / name).exists()]:
            raise ConfError(f"{site.jars} lacks {' and '.join(missing)}: run `{how}`")
    return [site.jars / name for names, _ in wanted for name in names]


def java_home() -> Path:
    """Give the folder of a Java that Spark runs on: JAVA_HOME, the path's, or set-up's own."""
    named = os.environ.get("JAVA_HOME")
    found = [Path(named) / "bin" / "java"] if named else []
    if on_path := shutil.which("java"):
        found.append(Path(on_path).resolve())
    for java in [*found, OWN_JAVA / "bin" / "java"]:
        if java.exists() and _java_version(java) in JAVAS:
            return java.parent.parent
    raise ConfError(
        "there is no Java 17, 21 or 25 (JAVA_HOME, the path, .cache/jvm): run `make setup`"
    )


def _java_version(java: Path) -> int | None:
    command = [str(java), "-version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a java
    match = re.search(r'version "(\d+)', done.stderr)
    return int(match[1]) if match else None


@contextmanager
def _stderr_to(path: Path) -> Iterator[None]:
    """Let a process started inside write its errors to a file, for as long as it lives."""
    keep = os.dup(2)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        sys.stderr.flush()
        os.dup2(file, 2)
        yield
    finally:
        os.dup2(keep, 2)
        os.close(keep)
        os.close(file)
