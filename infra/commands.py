"""The page of commands, from the docstrings of the verbs: docs/commands.md."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any, get_origin

import cyclopts

from conf.cli import GROUPS

_ARGUMENT = re.compile(r"^ {4}(\w+): ")


def commands_page() -> str:
    """Tell of every verb: how it is called, what it does, what its arguments mean."""
    parts = [
        "# Commands\n",
        "`countermark GROUP VERB …`; each verb tells of itself with `--help`.\n",
    ]
    for group, (module, meaning) in GROUPS.items():
        app = importlib.import_module(module).app
        parts.append(f"## countermark {group}\n\n{meaning[0].upper()}{meaning[1:]}.\n")
        parts.extend(verb(group, name, app[name]) for name in _verbs(app))
    return "\n".join(parts)


def verb(group: str, name: str, app: cyclopts.App) -> str:
    """Tell of one verb."""
    text, told = told_by(app.help or "")
    arguments = list(app.assemble_argument_collection())
    call = " ".join([f"countermark {group} {name}", *map(_usage, arguments)])
    lines = [f"### {group} {name}\n", f"`{call}`\n", f"{text}\n"]
    if arguments:
        head = "| argument | meaning |\n|---|---|\n"
        rows = [f"| `{_name(one)}` | {told.get(one.field_info.name, '')} |" for one in arguments]
        lines.append(head + "\n".join(rows) + "\n")
    return "\n".join(lines)


def told_by(docstring: str) -> tuple[str, dict[str, str]]:
    """Give what a docstring says before its `Args:`, and what it says of each argument."""
    text, _, rest = inspect.cleandoc(docstring).partition("\nArgs:\n")
    told: dict[str, str] = {}
    name = ""
    for line in rest.partition("\n\n")[0].splitlines():
        found = _ARGUMENT.match(line)
        name = found[1] if found else name
        words = line[found.end() if found else 0 :].strip().replace("|", "\\|")
        told[name] = f"{told.get(name, '')} {words}".strip()
    return text.strip(), told


def _verbs(app: cyclopts.App) -> Iterator[str]:
    return (name for name in sorted(app) if not name.startswith("-"))


def _name(argument: Any) -> str:
    """Give an argument's name, in capitals where it is told by its place."""
    name = str(argument.names[0])
    return name if argument.index is None else name.lstrip("-").upper()


def _usage(argument: Any) -> str:
    """Give an argument as a usage line has it: capitals stand for a value, […] may be left out."""
    name = _name(argument)
    is_many = argument.field_info.kind is inspect.Parameter.VAR_POSITIONAL
    if argument.index is not None and (is_many or get_origin(argument.hint) is list):
        name += " …"
    elif argument.index is None and argument.hint is not bool:
        name += f" {name.lstrip('-').upper()}"
    return name if argument.required else f"[{name}]"
