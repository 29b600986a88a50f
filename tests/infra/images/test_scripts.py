"""The scripts that images start: real shells, with a `countermark` that writes down its calls."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
CRAWLER = PROJECT / "infra" / "crawler"
SCRIPTS = [*CRAWLER.glob("*.sh"), *(PROJECT / "infra" / "spark").glob("*.sh")]


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A file that the stand-in writes each of its calls to; told to end, it takes a moment."""
    told = tmp_path / "calls"
    told.touch()
    command = tmp_path / "bin" / "countermark"
    command.parent.mkdir()
    command.write_text(
        "#!/bin/sh\n"
        f'echo "$*" >>{told}\n'
        f"trap 'sleep 0.3; echo sealed >>{told}; exit 0' TERM\n"
        f"[ -e {tmp_path}/quick ] || {{ sleep 30 & wait $!; }}\n"
    )
    command.chmod(0o755)
    return told


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "COUNTERMARK_HOME": str(tmp_path)} | more


def until(path: Path, text: str) -> None:
    end = time.monotonic() + 20
    while text not in path.read_text():
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.02)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_and_may_be_run(path: Path) -> None:
    shell = path.read_text().splitlines()[0].removeprefix("#!")
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0
    assert os.access(path, os.X_OK)


def test_a_worker_waits_for_a_crawl_joins_it_and_seals_when_told_to_end(
    calls: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [CRAWLER / "work.sh", "--metrics", "9400"],
        env=environment(tmp_path, COUNTERMARK_PAUSE_S="0.1"),
    )
    try:
        time.sleep(0.5)
        assert calls.read_text() == ""  # no crawl runs: no Python is started to hear so
        (tmp_path / "state" / "crawls").mkdir(parents=True)
        (tmp_path / "state" / "crawls" / "running.json").touch()
        until(calls, "crawl work --metrics 9400")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert calls.read_text().splitlines() == ["crawl work --metrics 9400", "sealed"]
    finally:
        process.kill()


def test_a_worker_joins_the_next_crawl_after_one_has_ended(calls: Path, tmp_path: Path) -> None:
    (tmp_path / "quick").touch()
    (tmp_path / "state" / "crawls").mkdir(parents=True)
    (tmp_path / "state" / "crawls" / "running.json").touch()
    process = subprocess.Popen(
        [CRAWLER / "work.sh"], env=environment(tmp_path, COUNTERMARK_PAUSE_S="0.05")
    )
    try:
        until(calls, "crawl work\ncrawl work\n")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("job", "called"),
    [
        # 29,699,340 minutes since 1970 are 2026-06-20 at 13:00 UTC.
        ("begin-29699340", "crawl run --now 2026-06-20T13:00:00+00:00 --workers 1"),
        ("begin-by-hand", "crawl run --workers 1"),
        ("", "crawl run --workers 1"),
    ],
)
def test_a_crawl_has_the_time_that_its_schedule_named(
    calls: Path, tmp_path: Path, job: str, called: str
) -> None:
    (tmp_path / "quick").touch()
    subprocess.run(
        [CRAWLER / "begin.sh", "--workers", "1"],
        env=environment(tmp_path, JOB_NAME=job),
        check=True,
    )
    assert calls.read_text() == f"{called}\n"
