"""What Kubernetes starts in Spark's image, with a real Spark: a driver and an executor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake import DeltaTable

from conf import site as sites
from conf.site import Site
from infra.kubernetes import rendering
from jobs.session import JARS, java_home

PROJECT = Path(__file__).parents[3]
SPARK = PROJECT / "infra" / "spark"
pytestmark = pytest.mark.spark


@pytest.fixture
def start(site: Site) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`start("driver", …, NAME=value)`: run the entry point as its image would."""
    import pyspark

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        known = {
            "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "JAVA_HOME": str(java_home()),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(PROJECT),
            "COUNTERMARK_HOME": str(site.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        return subprocess.run(
            [SPARK / "entrypoint.sh", *arguments],
            env=os.environ | known | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )

    return run


def test_a_command_is_run_as_it_is(start: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = start("/bin/sh", "-c", "echo $1 $0", "b", "a")
    assert (done.returncode, done.stdout) == (0, "a b\n")


def test_a_driver_makes_a_table_with_the_settings_of_its_site(
    site: Site,
    start: Callable[..., subprocess.CompletedProcess[str]],
    add_bronze: Callable[..., int],
    tmp_path: Path,
) -> None:
    """spark-submit starts the file that starts the command; Delta is on Spark's own path."""
    add_bronze("seller_observations", {"seller_id": "s1", "platform": "kiosk"})
    spark = {
        one["kind"]: one for one in rendering.manifests(sites.site("production"))["40-spark.yaml"]
    }
    config = tmp_path / "config"
    config.mkdir()
    (config / "spark-defaults.conf").write_text(spark["ConfigMap"]["data"]["spark-defaults.conf"])
    done = start(
        "driver",
        *("--master", "local[1]", "--driver-memory", "1g"),
        *("--driver-class-path", os.pathsep.join(str(site.jars / name) for name in JARS)),
        *("--conf", "spark.driver.port=0", "--conf", "spark.driver.blockManager.port=0"),
        *("--conf", "spark.ui.enabled=false"),
        *("--verbose", str(SPARK / "main.py"), "job", "run", "sellers", "--today", "2026-11-02"),
        SPARK_CONF_DIR=str(config),
        SPARK_DRIVER_BIND_ADDRESS="127.0.0.1",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "sellers            made" in done.stdout  # Spark brings both of ours there
    assert "(spark.kubernetes.namespace,countermark)" in done.stdout + done.stderr
    assert DeltaTable(str(site.lake / "sellers")).version() == 0


def test_an_executor_asks_the_driver_that_it_was_given(
    start: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """There is none at that port: it says whom it asked, as whom, and ends."""
    done = start(
        "executor",
        SPARK_DRIVER_URL="spark://CoarseGrainedScheduler@127.0.0.1:1",
        SPARK_EXECUTOR_ID="7",
        SPARK_EXECUTOR_CORES="1",
        SPARK_EXECUTOR_MEMORY="200m",
        SPARK_APPLICATION_ID="app-1",
        SPARK_EXECUTOR_POD_IP="127.0.0.1",
        SPARK_EXECUTOR_POD_NAME="exec-7",
        SPARK_RESOURCE_PROFILE_ID="0",
        SPARK_JAVA_OPT_0="-XX:+UseSerialGC",
        SPARK_JAVA_OPT_1="-Dspark.rpc.askTimeout=5s",
    )
    assert done.returncode != 0
    assert "127.0.0.1:1" in done.stderr
    assert "Usage:" not in done.stderr
