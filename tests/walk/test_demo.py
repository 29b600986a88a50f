"""The demo from end to end, small: what it prints and leaves, and that killing it is harmless."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import polars as pl
import psutil
import pytest

from jobs.digest import digests
from jobs.reader import Lake

PROJECT = Path(__file__).parents[2]
PORTS = range(8470, 8479)
MARK = {"COUNTERMARK_DEMO_OF": str(os.getpid())}
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
pytestmark = [pytest.mark.walk, pytest.mark.spark]


def demo(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "infra.demo", "--listings", "120", "--home", str(home)]
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env=os.environ | MARK,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rows_of(home: Path) -> dict[str, tuple[int, str]]:
    return {one.table: (one.rows, one.sha256) for one in digests(Lake(home / "lake"))}


def ours() -> list[psutil.Process]:
    """Whatever a demo started and left, the JVM too: all have inherited its environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().items() >= MARK.items():
                found.append(process)
    return found


def open_ports() -> list[int]:
    answering = []
    for port in PORTS:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                answering.append(port)
    return answering


def wait_until_quiet(seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while (ours() or open_ports()) and time.monotonic() < end:
        time.sleep(0.2)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One clean run: its home and what it printed."""
    home = tmp_path_factory.mktemp("demo")
    process = demo(home)
    printed, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, printed[-3000:]
    return home, printed


@pytest.mark.timeout(1600)
def test_says_what_was_found_against_the_planted_truth(clean: tuple[Path, str]) -> None:
    _, printed = clean
    for words in ("simulated", "precision", "recall", "cpu seconds", "reports"):
        assert words in printed.casefold()


@pytest.mark.timeout(1600)
def test_leaves_a_report_for_every_brand_and_nothing_running(clean: tuple[Path, str]) -> None:
    home, _ = clean
    pages = {path.stem for path in (home / "reports").rglob("*.html")}
    brands = {path.stem for path in (PROJECT / "conf/brands").glob("*.yaml")}
    assert not {b for b in brands if not any(b in page for page in pages)}
    assert ours() == []
    assert open_ports() == []


@pytest.mark.timeout(1600)
def test_again_gives_the_same_rows(clean: tuple[Path, str]) -> None:
    home, _ = clean
    before = rows_of(home)
    process = demo(home)
    printed, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, printed[-3000:]
    assert rows_of(home) == before


@pytest.mark.timeout(600)
def test_the_commands_of_models(clean: tuple[Path, str], tmp_path: Path) -> None:
    """docs/model.md, on a copy of the demo's home; only the pages, which run until stopped, not."""
    home = tmp_path / "home"
    shutil.copytree(clean[0], home)
    blocks = COMMANDS.findall((PROJECT / "docs/model.md").read_text())
    assert len(blocks) == 15
    printed = []
    for block in blocks:
        if block.strip() == "countermark model ui":
            continue
        if "feed import" in block:
            fill(tmp_path / "queue.csv")
        done = typed(block, home, tmp_path)
        # 3 says that the model should be trained anew.
        meant = (0, 3) if "model watch" in block else (0,)
        assert done.returncode in meant, f"{block}{done.stdout}{done.stderr}"
        printed.append(done.stdout)
    assert "labelled listings" in printed[0]
    assert "AUC on unseen platforms" in printed[3]
    assert "neither is surely better" in printed[5]
    assert "is champion already" in printed[6]
    assert "it is the same to the digit" in printed[8]
    assert "20 rows in" in printed[10]
    assert "listings confirmed as counterfeit, of" in printed[13]


@pytest.mark.timeout(600)
def test_the_commands_of_vendors(clean: tuple[Path, str], tmp_path: Path) -> None:
    """docs/vendors.md, on a copy of the demo's home, in one shell as a person would type them."""
    home = tmp_path / "home"
    shutil.copytree(clean[0], home)
    script = "\n".join(COMMANDS.findall((PROJECT / "docs/vendors.md").read_text()))
    done = typed(script, home, tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "seller_key_a" in done.stdout
    assert "forbidden" in done.stdout
    assert len(list((tmp_path / "dossier").glob("vendor-*"))) == 3


def typed(script: str, home: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run commands in a shell, as a person would type them."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    mine = os.environ | {"COUNTERMARK_HOME": str(home), "PATH": path, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        env=mine,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def fill(path: Path) -> None:
    """Say of every listing of a queue what a person would."""
    told = {"verdict": "genuine", "basis": "audit", "decided_by": "ann", "note": "looked at it"}
    rows = pl.read_csv(path, infer_schema=False)
    day = pl.lit("2026-11-03T09:00:00Z").alias("decided_at")
    rows.with_columns(*(pl.lit(value).alias(name) for name, value in told.items()), day).write_csv(
        path
    )


@pytest.mark.timeout(1800)
def test_killed_at_a_random_moment_and_run_again_gives_the_same_rows(
    clean: tuple[Path, str], tmp_path: Path
) -> None:
    home, _ = clean
    seed = int(os.environ.get("KILL_SEED", "7"))
    moments = random.Random(seed)
    for _ in range(int(os.environ.get("KILLS", "2"))):
        process = demo(tmp_path)
        time.sleep(moments.uniform(5, 60))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        wait_until_quiet()
        assert ours() == []
        assert open_ports() == []
    process = demo(tmp_path)
    printed, _ = process.communicate(timeout=1500)
    assert process.returncode == 0, printed[-3000:]
    assert rows_of(tmp_path) == rows_of(home), json.dumps([rows_of(tmp_path), rows_of(home)])
