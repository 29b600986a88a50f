"""A copy of conf/ that a test may spoil, and the command that checks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

PROJECT = Path(__file__).parents[2]
CHECK = "from conf.cli import main; main()"


class Conf:
    """The YAML files of the project, in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(PROJECT / "conf", root / "conf")
        shutil.copytree(PROJECT / "crawler" / "pages", root / "crawler" / "pages")

    def text(self, name: str, text: str | bytes) -> None:
        """Write a file."""
        path = self.root / "conf" / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, name: str, old: str, new: str) -> None:
        """Change the first place where a text stands in a file."""
        before = (self.root / "conf" / name).read_text()
        assert old in before
        self.text(name, before.replace(old, new, 1))

    def edit(self, file: str, /, **fields: Any) -> None:
        """Set fields of a file; None takes one away."""
        content = yaml.safe_load((self.root / "conf" / file).read_text()) | fields
        kept = {field: value for field, value in content.items() if value is not None}
        self.text(file, yaml.safe_dump(kept, allow_unicode=True))

    def check(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run `countermark conf check` on these files."""
        return subprocess.run(
            [sys.executable, "-c", CHECK, "conf", "check", *options],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )

    def faults(self) -> list[str]:
        """Every fault that the check tells, without the folder before the file's name."""
        found = msgspec.json.decode(self.check("--json").stdout)
        return [fault.replace(f"{self.root}/conf/", "") for one in found for fault in one["faults"]]


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    """A sound copy of conf/."""
    return Conf(tmp_path / "spoilt")
