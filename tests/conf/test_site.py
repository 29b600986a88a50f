"""Sites: where everything lies; the only place where the environment is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import reading, site
from conf.errors import ConfError


@pytest.mark.parametrize("name", list(reading.names(site.SITES)))
def test_every_site_reads_and_keeps_all_under_its_home(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "SITE", "BRANDS", "PLATFORMS", "JARS", "FRONTIER", "SPARK_MASTER"):
        monkeypatch.delenv(f"COUNTERMARK_{variable}", raising=False)
    found = site.site(name)
    folders = (found.lake, found.packs, found.state, found.artefacts, found.reports)
    assert all(folder.is_relative_to(found.home) for folder in folders)
    assert found.home.is_relative_to(site.PROJECT / "var")
    written = reading.read(site.SITES / f"{name}.yaml", site.SiteFile).tracking_uri
    assert found.tracking_uri == (written or f"sqlite:///{found.home}/mlflow.db")


def test_the_environment_moves_what_it_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERMARK_SITE", "ci")
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path))
    monkeypatch.setenv("COUNTERMARK_BRANDS", "elsewhere/catalogue.yaml")
    found = site.site()
    assert (found.name, found.home) == ("ci", tmp_path)
    assert found.brands == site.PROJECT / "elsewhere/catalogue.yaml"
    assert found.platforms == site.PROJECT / "conf/platforms"


def test_an_unknown_site_names_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERMARK_SITE", "moon")
    with pytest.raises(ConfError, match=r"moon.yaml is missing; there are: ci, cluster, local"):
        site.site()


@pytest.mark.parametrize(
    "address", ["in-process", "redis://store:6379/3", "rediss://store/0", "unix:///s"]
)
def test_the_frontier_is_shared_where_the_environment_says(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_FRONTIER", address)
    assert site.site("local").frontier == address


@pytest.mark.parametrize("address", ["store:6379", "http://store/", "redis://", "redis:///0"])
def test_a_frontier_that_is_no_store_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_FRONTIER", address)
    with pytest.raises(ConfError, match=r"local.yaml: frontier is .*; write redis://host:port/db"):
        site.site("local")


@pytest.mark.parametrize(
    ("master", "is_local"),
    [
        ("local[4]", True),
        ("spark://10.0.0.1:7077", False),
        ("spark://a.example:7077,b.example:7077", False),
        ("k8s://https://control:6443", False),
    ],
)
def test_the_environment_names_the_spark_master(
    master: str,
    is_local: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUNTERMARK_SPARK_MASTER", master)
    monkeypatch.setenv("COUNTERMARK_DRIVER_HOST", "10.0.0.9")
    spark = site.site("cluster").spark
    assert (spark.master, spark.driver_host, spark.is_local) == (master, "10.0.0.9", is_local)


@pytest.mark.parametrize("master", ["127.0.0.1:7077", "spark://host", "http://host:80", ""])
def test_a_spark_master_that_is_none_is_refused(
    master: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_SPARK_MASTER", master)
    with pytest.raises(ConfError, match=r"cluster.yaml: spark.master is .*; write spark://host"):
        site.site("cluster")


@pytest.mark.parametrize("name", ["My Projects", "café", "a[1]", "50%"])
def test_a_home_that_tables_cannot_be_read_from_is_told(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / name))
    with pytest.raises(ConfError, match="set COUNTERMARK_HOME to one of plain letters"):
        site.site()
