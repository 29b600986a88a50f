"""What the command writes, and what it says of a site that has no cluster or no room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml

from conf.errors import ConfError
from conf.kubernetes import Room
from conf.site import Site
from infra.kubernetes import rendering, spark
from infra.kubernetes.quantity import cores, java_mib, mib

PROJECT = Path(__file__).parents[3]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.kubernetes", *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_every_object_and_names_what_is_made_by_hand(tmp_path: Path) -> None:
    done = run("--site", "production", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    read = {
        str(path.relative_to(tmp_path)): list(yaml.safe_load_all(path.read_text()))
        for path in tmp_path.rglob("*.yaml")
    }
    assert sorted(read) == [
        "10-namespace.yaml",
        "20-network.yaml",
        "30-stores.yaml",
        "40-spark.yaml",
        "50-crawl.yaml",
        "once/tables.yaml",
    ]
    assert "&id" not in "".join(path.read_text() for path in tmp_path.rglob("*.yaml"))
    assert "Secret countermark-redis: password" in done.stdout
    assert done.stdout.count("  Secret ") == 3


def test_what_is_written_is_what_was_made(place: Site, tmp_path: Path) -> None:
    rendering.write(place, tmp_path)
    for name, made in rendering.manifests(place).items():
        assert list(yaml.safe_load_all((tmp_path / name).read_text())) == made


def test_a_site_without_a_cluster_is_told(tmp_path: Path) -> None:
    done = run("--site", "local", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "local.yaml has no `kubernetes`; conf/sites/production.yaml shows one" in done.stderr


def test_a_heap_that_fills_the_driver_s_room_is_told(place: Site) -> None:
    assert place.kubernetes is not None
    rooms = msgspec.structs.replace(place.kubernetes.rooms, driver=Room("2", "8Gi"))
    tight = msgspec.structs.replace(
        place, kubernetes=msgspec.structs.replace(place.kubernetes, rooms=rooms)
    )
    with pytest.raises(ConfError, match=r"driver_memory 8g leaves nothing of .*8Gi"):
        rendering.manifests(tight)


@pytest.mark.parametrize(
    ("written", "whole"), [("10Gi", 10_240), ("512Mi", 512), ("1.5Gi", 1536), ("1G", 953)]
)
def test_sizes_of_kubernetes(written: str, whole: int) -> None:
    assert mib(written) == whole


def test_sizes_of_java_and_amounts_of_cpu() -> None:
    assert (java_mib("8g"), java_mib("512m"), java_mib("8G")) == (8192, 512, 8192)
    assert (cores("2"), cores("500m"), cores("1.5")) == (2.0, 0.5, 1.5)
    for read, wrong in ((mib, "8q"), (java_mib, "8"), (cores, "2Gi"), (mib, "much")):
        with pytest.raises(ConfError, match="write it as"):
            read(wrong)


def test_an_executor_s_heap_and_the_rest_are_its_room(place: Site) -> None:
    """10 GiB: 6,144 MiB of heap, 4,096 MiB for Python, Polars and the model."""
    assert place.kubernetes is not None
    found = spark.settings(place)
    parts = [int(found[f"spark.executor.memory{part}"][:-1]) for part in ("", "Overhead")]
    assert sum(parts) == mib(place.kubernetes.rooms.executor.memory)
    if place.kubernetes.rooms.executor.memory == "10Gi":
        assert parts == [6144, 4096]


def test_a_lake_in_a_bucket_is_refused(place: Site) -> None:
    stored = msgspec.structs.replace(place, lake_url="s3://bucket/lake")
    with pytest.raises(ConfError, match=r"production.yaml: manifests bring no pod to a lake in a"):
        rendering.manifests(stored)
