"""Bring up everything that the commands need: uv, the environment, a Java run time, two jars.

Run by the machine's own Python, so it uses the standard library alone and imports nothing of
ours. Everything goes into `.venv` and `.cache` of this folder; a finished step leaves a stamp with
the digest of what it was made from, so that a second run costs nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".cache"
VENV = PROJECT / ".venv"
LOCK = PROJECT / "requirements.lock"
UV = "uv==0.13.9"
PYTHONS = ((3, 11), (3, 12))


class SetupError(Exception):
    """A step that cannot go on, with what to do about it."""


def main() -> int:
    """Do what is not yet done; 0 when all is there."""
    try:
        _python()
        _step("environment", [LOCK, PROJECT / "pyproject.toml"], _environment)
        _step("java and jars", sorted(Path(__file__).parent.iterdir()), _java)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)  # noqa: T201 - its only output
        return 1
    return 0


def _python() -> None:
    if sys.version_info[:2] not in PYTHONS:
        have = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(f"needs Python 3.11 or 3.12, this is {have}; run `make PYTHON=python3.11`")


def _step(name: str, sources: list[Path], do: Callable[[], None]) -> None:
    digest = hashlib.sha256(str(PROJECT).encode())
    for path in sources:
        if path.is_file():
            digest.update(path.read_bytes())
    stamp = CACHE / f"{name.replace(' ', '-')}.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and _python_in_venv().exists():
        return
    print(f"setup: {name} …", flush=True)  # noqa: T201 - progress
    do()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest.hexdigest())


def _environment() -> None:
    uv = _uv()
    python = str(_python_in_venv())
    if not _python_in_venv().exists():
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(LOCK)])
    # The lock holds the build backend, so this builds without asking for anything unlocked.
    own = ["--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]
    run([uv, "pip", "install", "--quiet", "--python", python, *own])


def _uv() -> str:
    """Give uv: the machine's own, else one put into our cache.

    `pip install --target` is the one form that a Debian Python allows outside an environment.
    """
    if on_path := shutil.which("uv"):
        return on_path
    folder = CACHE / "uv"
    own = folder / "bin" / "uv"
    if not own.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-compile", "--upgrade", "--target", str(folder), UV])
    return str(own)


def _java() -> None:
    environment = os.environ | {"COUNTERMARK_UV": _uv()}
    command = [str(_python_in_venv()), "-m", "infra.setup.java"]
    done = subprocess.run(command, check=False, cwd=PROJECT, env=environment)  # noqa: S603 - our own command
    if done.returncode:  # it has said why
        raise SystemExit(done.returncode)


def _python_in_venv() -> Path:
    return VENV / "bin" / "python"


def run(command: list[str]) -> None:
    """Run a command of set-up; what it prints is shown as it comes.

    Raises:
        SetupError: it cannot be started, or failed.

    """
    try:
        subprocess.run(command, check=True, cwd=PROJECT)  # noqa: S603 - our own commands
    except FileNotFoundError:
        raise SetupError(f"{command[0]} cannot be started; is it installed?") from None
    except subprocess.CalledProcessError as error:
        what = " ".join(command[:5])
        raise SetupError(
            f"`{what} …` ended with status {error.returncode} (its words are above); "
            "mend that and run the same make command again, it goes on from here"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
