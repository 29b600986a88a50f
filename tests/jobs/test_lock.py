"""One writer a table, and none that is dead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conf.errors import LakeError
from jobs.lock import writer

HOLD = """
import sys, time
from pathlib import Path
from jobs.lock import writer
with writer(Path(sys.argv[1]), "t"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_holds_it_and_a_dead_one_is_forgotten(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LakeError, match=f"by process {holder.pid};"), writer(tmp_path, "t"):
            pass
        with writer(tmp_path, "other"):
            pass
        holder.kill()
    with writer(tmp_path, "t"):
        assert (tmp_path / "t.lock").read_text() != str(holder.pid)
