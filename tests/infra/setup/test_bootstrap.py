"""Set-up: what is done is done once, what cannot be done is said in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.setup import bootstrap


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with a Python in its environment and one source file."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text("")
    (tmp_path / "lock").write_text("one==1")
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    return tmp_path


def steps(folder: Path, done: list[str], name: str = "a step") -> None:
    bootstrap._step(name, [folder / "lock"], lambda: done.append(name))


def test_a_step_is_done_once_until_what_it_is_made_from_changes(folder: Path) -> None:
    done: list[str] = []
    steps(folder, done)
    steps(folder, done)
    assert done == ["a step"]
    (folder / "lock").write_text("one==2")
    steps(folder, done)
    assert len(done) == 2
    (folder / ".venv/bin/python").unlink()  # somebody removed the environment
    steps(folder, done)
    assert len(done) == 3


def test_a_step_that_fails_is_done_again(folder: Path) -> None:
    def fail() -> None:
        raise bootstrap.SetupError("no")

    with pytest.raises(bootstrap.SetupError):
        bootstrap._step("a step", [folder / "lock"], fail)
    done: list[str] = []
    steps(folder, done)
    assert done == ["a step"]


@pytest.mark.usefixtures("folder")
def test_a_command_that_fails_or_is_not_there_says_what_to_do() -> None:
    with pytest.raises(bootstrap.SetupError, match=r"ended with status 3 .* goes on from here"):
        bootstrap.run([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(bootstrap.SetupError, match="no-such-command cannot be started"):
        bootstrap.run(["no-such-command"])


def test_another_python_is_told_which_it_must_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "PYTHONS", ((2, 7),))
    assert bootstrap.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("setup: needs Python 3.11 or 3.12, this is 3.")
    assert said.count("\n") == 1


def test_imports_nothing_that_is_not_in_the_standard_library() -> None:
    """The machine's own Python runs it before there is an environment."""
    text = Path(bootstrap.__file__).read_text()
    names = {
        line.split()[1].partition(".")[0]
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert names <= set(sys.stdlib_module_names)
