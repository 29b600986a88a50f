"""Reads a Dockerfile: its instructions, stage by stage."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Stage(NamedTuple):
    """What stands between one FROM and the next."""

    base: str
    name: str
    lines: list[tuple[str, str]]  # instruction and what it says


class Dockerfile(NamedTuple):
    """Arguments before the first FROM, and the stages."""

    arguments: dict[str, str]
    stages: list[Stage]


def read(path: Path) -> Dockerfile:
    """Read a file; lines that go on are one, comments are left out."""
    kept = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(kept))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name, []))
        elif word == "ARG" and not stages:
            key, _, value = rest.partition("=")
            arguments[key] = value
        else:
            stages[-1].lines.append((word, rest.strip()))
    return Dockerfile(arguments, stages)


def copies(stage: Stage) -> list[tuple[str, list[str]]]:
    """What a stage copies: the stage it comes from ("" for the sources), and the paths."""
    found = []
    for word, rest in stage.lines:
        if word == "COPY":
            match = re.match(r"(?:--from=(\S+) )?(.*)", rest)
            assert match
            found.append((match[1] or "", match[2].split()[:-1]))
    return found
