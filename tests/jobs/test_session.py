"""Spark starts where there is a Java and Delta's jars, and says what is missing otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_missing_jars_say_what_to_run(site: Site, tmp_path: Path) -> None:
    bare = msgspec.structs.replace(site, jars=tmp_path)
    with pytest.raises(ConfError, match=r"delta-spark.*make setup"):
        session.settings(bare)


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
