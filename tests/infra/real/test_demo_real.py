"""The main job on a folder of real data that DATA names; takes some minutes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
DATA = os.environ.get("DATA")


@pytest.mark.real
@pytest.mark.spark
@pytest.mark.timeout(3600)
@pytest.mark.skipif(DATA is None, reason="DATA names no folder of real data; see docs/measured.md")
def test_real_listings_from_file_to_figures(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run = [sys.executable, "-m", "infra.demo_real", str(DATA), "--home", str(home)]
    told = subprocess.run(run, check=True, cwd=PROJECT, capture_output=True, text=True)
    assert "Listings by source" in told.stdout
    (last,) = (line for line in told.stdout.splitlines() if line.startswith('{"bench"'))
    assert json.loads(last)["figures"]["with references, AUC"] > 0.9


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "infra.demo_real", str(tmp_path), "--home", str(tmp_path / "h")]
    told = subprocess.run(run, check=False, cwd=PROJECT, capture_output=True, text=True)
    assert told.returncode == 1
    (line,) = told.stderr.strip().splitlines()
    assert line.startswith("demo-real: ")
    assert "holds no *.jsonl.gz" in line
