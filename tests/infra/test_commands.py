"""The page of commands says how each is called, from the verb's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import cyclopts

from infra import commands

app = cyclopts.App()


@app.command
def bring(files: Annotated[list[Path], cyclopts.Parameter(negative="")], /, *, into: str) -> None:
    """Bring files.

    Each comes once.

    Args:
        files: Files of a | b,
            plain or compressed.
        into: Where they go.

    """


@app.command
def look(what: str = "all", *, json: bool = False) -> None:
    """Look.

    Args:
        what: What to look at.
        json: Print it as JSON.

    """


def test_a_verb_with_what_it_must_be_given() -> None:
    assert commands.verb("shop", "bring", app["bring"]).splitlines() == [
        "### shop bring",
        "",
        "`countermark shop bring FILES … --into INTO`",
        "",
        "Bring files.",
        "",
        "Each comes once.",
        "",
        "| argument | meaning |",
        "|---|---|",
        "| `FILES` | Files of a \\| b, plain or compressed. |",
        "| `--into` | Where they go. |",
    ]


def test_what_may_be_left_out_is_in_brackets() -> None:
    told = commands.verb("shop", "look", app["look"])
    assert "`countermark shop look [WHAT] [--json]`" in told
    assert "| `WHAT` | What to look at. |" in told


def test_every_argument_of_every_verb_is_told() -> None:
    page = commands.commands_page()
    silent = [
        line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")
    ]
    assert silent == []
