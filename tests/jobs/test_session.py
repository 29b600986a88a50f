"""Spark starts where there is a Java and Delta's jars, and says what is missing otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import session
from jobs.reader import Lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_missing_jars_say_what_to_run(site: Site, tmp_path: Path) -> None:
    bare = msgspec.structs.replace(site, jars=tmp_path)
    with pytest.raises(ConfError, match=r"delta-spark.*make setup"):
        session.settings(bare)


def test_a_lake_in_a_bucket_needs_more(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "https://objects.example",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    stored = msgspec.structs.replace(site, jars=tmp_path, lake_url="s3://bucket/lake")
    for name in session.JARS:
        (tmp_path / name).touch()
    with pytest.raises(ConfError, match=r"hadoop-aws.*make bucket-jars"):
        session.settings(stored)
    assert "s3a" not in str(session.settings(msgspec.structs.replace(stored, lake_url=None)))
    for name in session.S3_JARS:
        (tmp_path / name).touch()
    found = session.settings(stored)
    assert {key: value for key, value in found.items() if "fs.s3a" in key} == {
        "spark.hadoop.fs.s3a.endpoint": "https://objects.example",
        "spark.hadoop.fs.s3a.endpoint.region": "eu-central-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "true",
    }
    assert "hadoop-aws" in found["spark.driver.extraClassPath"]
    assert "secret" not in str(found)


def test_a_site_option_wins(site: Site) -> None:
    own = msgspec.structs.replace(site.spark, options={"spark.sql.session.timeZone": "Asia/Tokyo"})
    found = session.settings(msgspec.structs.replace(site, spark=own))
    assert found["spark.sql.session.timeZone"] == "Asia/Tokyo"


def test_no_java_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(session, "OWN_JAVA", tmp_path)
    with pytest.raises(ConfError, match="make setup"):
        session.java_home()


@pytest.mark.spark
def test_delta_writes_what_others_read(spark: SparkSession, tmp_path: Path) -> None:
    import polars as pl

    path = str(tmp_path / "t")
    spark.sql(
        f"CREATE TABLE delta.`{path}` (a INT) USING delta "
        "TBLPROPERTIES (delta.enableChangeDataFeed = true)"
    )
    spark.createDataFrame([(1,)], "a INT").write.format("delta").mode("append").save(path)
    assert pl.read_delta(path)["a"].to_list() == [1]


KILLED = """
import sys
from datetime import date
from pathlib import Path
from conf.site import site
from jobs import graph, run, tables
from jobs.givens import Givens
from jobs.run import run_all
import msgspec
from pyspark import SparkContext

lake = tables.LakeTables(msgspec.structs.replace(site("local"), home=Path(sys.argv[1])))
make = run.make

def killed(*given):
    SparkContext._gateway.proc.kill()
    SparkContext._gateway.proc.wait()
    return make(*given)

run.make = killed
names = graph.chosen(["listing_sightings", "listings"])
for outcome in run_all(lake, names, Givens(lake._site, date(2026, 11, 3))):
    print(outcome.status, outcome.why)
lake.close()
"""


@pytest.mark.spark
def test_a_jvm_that_was_killed_is_told_in_one_line(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    add_bronze("observations", {})
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(site.home)],
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = (
        "Spark's driver ended, killed or out of memory (driver_memory in the site's file); "
        "nothing half-written shows, run the jobs again"
    )
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == [told, told]
    assert "Traceback" not in done.stderr
    assert not Lake(site.lake).exists("listings")
