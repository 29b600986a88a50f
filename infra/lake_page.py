"""Writes into docs/lake.md what its commands and snippets print on the small lake.

A block of `sh` or `python` is run, and the block of `text` after it is what it prints. Snippets
follow upon each other, as cells of a notebook do.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from conf import site
from conf.errors import CountermarkError
from infra import small_lake

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs" / "lake.md"
_ASKED = re.compile(
    r"^```(?P<language>sh|python)\n(?P<code>.*?)^```\n\n```text\n(?P<printed>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_WIDTH = {"POLARS_TABLE_WIDTH": "100", "POLARS_FMT_STR_LEN": "60"}


class Block(msgspec.Struct, frozen=True):
    """Something that the page asks, and what it says that is printed."""

    language: str
    code: str
    printed: str


def blocks(text: str) -> list[Block]:
    """Give what a page asks, in order."""
    return [Block(**found.groupdict()) for found in _ASKED.finditer(text)]


def answers(text: str, home: Path) -> Iterator[str]:
    """Run what a page asks on the lake of a home; give what each prints.

    Raises:
        CountermarkError: a command failed.

    """
    with _environment({**_WIDTH, "COUNTERMARK_HOME": str(home)}):
        cells: dict[str, Any] = {}
        for block in blocks(text):
            yield _tidy(
                _printed_by_shell(block.code)
                if block.language == "sh"
                else _printed_by_python(block.code, cells)
            )


def renewed(text: str, printed: Iterator[str]) -> str:
    """Give a page with what was printed now."""

    def block(found: re.Match[str]) -> str:
        return f"```{found['language']}\n{found['code']}```\n\n```text\n{next(printed)}```"

    return _ASKED.sub(block, text)


def _printed_by_shell(code: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 - the project's own page
        ["bash", "-c", code],  # noqa: S607 - whichever is on the path
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CountermarkError(f"{code.strip()}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _printed_by_python(code: str, cells: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, str(PAGE), "exec"), cells)  # noqa: S102 - the project's own page
    return out.getvalue()


def _tidy(printed: str) -> str:
    lines = [line.rstrip() for line in printed.splitlines()]
    return "".join(f"{line}\n" for line in lines if line)


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main() -> int:
    """Write the page's answers anew, from a lake made for it or one that is there."""
    parser = argparse.ArgumentParser(prog="python -m infra.lake_page", description=__doc__)
    parser.add_argument("--home", type=Path, help="home of a small lake; one is made if not given")
    home = parser.parse_args().home
    text = PAGE.read_text(encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(prefix="lake-page-") as folder:
            if home is None:
                home = Path(folder)
                small_lake.make(msgspec.structs.replace(site.site(), home=home))
            new = renewed(text, answers(text, home.resolve()))
    except CountermarkError as error:
        sys.stderr.write(f"lake_page: {error}\n")
        return 1
    PAGE.write_text(new, encoding="utf-8")
    sys.stdout.write(f"lake_page: {len(blocks(new))} answers in {PAGE.relative_to(PROJECT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
