"""Does what a page of docs/add says, in a copy of the project, and sees what became of it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

PROJECT = Path(__file__).parents[2]
PAGES = PROJECT / "docs" / "add"
# Brought up by set-up, and too large to copy; nothing in them may be written by a recipe.
SHARED = (".venv", ".cache")
NOT_SOURCE = {*SHARED, "var", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache", ".git"}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`([\w./-]+/[\w./-]+\.\w+)`")
_FRAME = re.compile("[│┃]")
_HOW = {"New file": "create", "At the end of": "append"}

How = Literal["create", "append", "run", "expect"]


class Step(msgspec.Struct, frozen=True):
    """One block of a page: what to do, to which file, with what text."""

    how: How
    text: str
    path: str | None = None


class Recipe(msgspec.Struct, frozen=True):
    """A page as steps, and the files that it says change."""

    steps: tuple[Step, ...]
    changes: frozenset[str]


def recipe(name: str) -> Recipe:
    """Read a page; every block of a file says before it where it goes and how."""
    text = (PAGES / f"{name}.md").read_text()
    changes = text.partition("## What changes\n")[2].partition("\n## ")[0]
    return Recipe(tuple(_steps(text)), frozenset(_PATH.findall(changes)))


def _steps(text: str) -> Iterator[Step]:
    for block in _BLOCK.finditer(text):
        language, content = block.groups()
        said = text[: block.start()].rstrip().splitlines()[-1]
        if language == "sh" or (language == "text" and not said.startswith(tuple(_HOW))):
            yield Step("run" if language == "sh" else "expect", content)
            continue
        how = next((how for start, how in _HOW.items() if said.startswith(start)), None)
        path = _PATH.search(said)
        assert how, f"the line before a block must say where it goes: {said!r}"
        assert path, f"the line before a block must name its file: {said!r}"
        yield Step(how, content, path[1])


class Copy:
    """A copy of the project's files in a folder of its own, with the environment shared."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "var"
        self.environment = os.environ | {
            # Before the environment's own path, so that the copy's packages are imported.
            "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
            "COUNTERMARK_HOME": str(self.home),
        }

    def follow(self, page: str, skip: Callable[[str], bool] = lambda _: False) -> Recipe:
        """Do every step of a page in order; `skip` says which commands are not run here."""
        found, said = recipe(page), ""
        for step in found.steps:
            if step.how == "run":
                commands = [line for line in _lines(step.text) if not skip(line)]
                said = "".join(self.run(line) for line in commands) if commands else ""
            elif step.how == "expect":
                if said:
                    self.expect(step.text, said)
            else:
                self.write(step)
        return found

    def write(self, step: Step) -> None:
        """Write a new file, or add to the end of one that is there."""
        path = self.root / (step.path or "")
        assert path.exists() == (step.how == "append"), f"{step.how} {step.path}"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() + "\n\n" * (path.suffix == ".py") if path.exists() else ""
        path.write_text(before + step.text)

    def run(self, line: str, *, status: int = 0) -> str:
        """Run one command of a page in the copy; what it printed on both streams."""
        # The environment is there, and must not be made the copy's.
        command = re.sub("^make ", "make -o setup -o services ", line)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def python(self, code: str) -> str:
        """Run Python code with the copy's packages; what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def expect(self, shown: str, said: str) -> None:
        """See that every line that a page shows was printed, spaces and frames aside."""
        printed = " ".join(_FRAME.sub(" ", said).split())
        missing = [line for line in _lines(shown) if " ".join(line.split()) not in printed]
        assert missing == [], said

    def state(self) -> dict[str, str]:
        """Digest of every source file, by path."""
        return dict(self._digests(self.root))

    def _digests(self, folder: Path) -> Iterator[tuple[str, str]]:
        for path in folder.iterdir():
            if path.name in NOT_SOURCE:
                continue
            if path.is_dir():
                yield from self._digests(path)
            else:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                yield str(path.relative_to(self.root)), digest


def _lines(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A page runs many commands; give it longer than one test has."""
    for item in items:
        if PROJECT / "tests/docs" in item.path.parents:
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files as they are now, their generated docs made anew."""
    root = tmp_path_factory.mktemp("baseline") / "countermark"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in listed:
        if (PROJECT / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, root / name)
    for name in SHARED:
        (root / name).symlink_to(PROJECT / name)
    Copy(root).run("make docs")
    return root


@pytest.fixture(scope="module")
def copy(baseline: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the project for the tests of one page."""
    root = tmp_path_factory.mktemp("copy") / "countermark"
    shutil.copytree(baseline, root, symlinks=True)
    return Copy(root)


@pytest.fixture(scope="session")
def changed() -> Callable[[dict[str, str], dict[str, str]], set[str]]:
    """`changed(before, after)`: paths of files that are new, gone or other."""
    return lambda before, after: {
        path for path in {*before, *after} if before.get(path) != after.get(path)
    }
