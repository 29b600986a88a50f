"""What the pages name is there: files, commands and their options, verbs of make, tables."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conf import contract
from conf.cli import GROUPS

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
MADE = {"tables.md", "features.md", "commands.md", "scale.md"}
_LINK = re.compile(r"\]\(([^)#\s]+)")
_CODE = re.compile(r"```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"\bcountermark ([a-z]+) ([a-z]+)\b([^\n`|;>]*)")
_MODULE = re.compile(r"-m (infra(?:\.\w+)+)")
_MAKE = re.compile(r"^make ([a-z-]+)", re.MULTILINE)


def page_id(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def code(path: Path) -> str:
    """What a page writes as code, a piece a line."""
    return "\n".join(block or span for block, span in _CODE.findall(path.read_text()))


@cache
def options(group: str, verb: str) -> frozenset[str] | None:
    """Names of a verb's options; None if there is no such verb."""
    app: Any = importlib.import_module(GROUPS[group][0]).app
    if verb not in set(app):
        return None
    names = {name for one in app[verb].assemble_argument_collection() for name in one.names}
    return frozenset({*names, "--help"})


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_link_leads_to_a_file(path: Path) -> None:
    local = [link for link in _LINK.findall(path.read_text()) if "://" not in link]
    made = {name for name in local if Path(name).name in MADE}  # fresh or told by `make check`
    assert [one for one in local if one not in made and not (path.parent / one).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_command_and_option_is_there(path: Path) -> None:
    wrong = []
    for group, verb, rest in _COMMAND.findall(code(path)):
        known = options(group, verb) if group in GROUPS else None
        asked = set(re.findall(r"--[a-z-]+", rest))
        if known is None or not asked <= known:
            wrong.append(f"countermark {group} {verb} {' '.join(sorted(asked))}")
    assert wrong == []


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_every_module_and_verb_of_make_is_there(path: Path) -> None:
    told = code(path)
    modules = set(_MODULE.findall(told))
    assert [n for n in modules if not (PROJECT / f"{n.replace('.', '/')}.py").exists()] == []
    verbs = set(re.findall(r"^([a-z-]+):.*##", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert set(_MAKE.findall(told)) <= verbs


def test_the_readme_fits_a_screen_and_names_every_folder() -> None:
    text = (PROJECT / "README.md").read_text()
    shown = re.sub(r"<!-- demo -->.*?<!-- /demo -->", "", text, flags=re.DOTALL)
    assert len(shown.splitlines()) <= 70
    folders = {"conf", "crawler", "jobs", "ml", "infra", "tests"}
    assert {name for name in folders if f"`{name}/`" in text} == folders


def test_every_page_is_in_the_index() -> None:
    index = (PROJECT / "docs/index.md").read_text()
    listed = {Path(link).name for link in _LINK.findall(index)}
    pages = {path.name for path in PAGES[1:] if path.parent.name != "decisions"}
    assert pages - {"index.md"} <= listed


def test_the_pages_of_tables_and_commands_tell_of_every_one() -> None:
    from infra import docs

    told = docs.tables_page()
    assert all(f"### {name}\n" in told for name in (one.name for one in contract.tables()))
    assert all(f"## countermark {group}\n" in docs.commands_page() for group in GROUPS)
