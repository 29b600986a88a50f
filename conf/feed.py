"""Feeds: one YAML file a partner's file format; how its fields map to ours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from conf import reading
from conf.errors import ConfError

FEEDS = reading.HERE / "feeds"


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One partner feed.

    `fields` maps a column of ours to a field of theirs; `constants` gives a column of ours one
    value for all rows. `platform` is a name, or "{field}" to take it from each row.
    """

    name: str
    title: str
    table: Literal["observations", "seller_observations", "images", "decisions"]
    format: Literal["csv", "jsonl", "parquet"]
    fields: dict[str, str]
    platform: str | None = None
    constants: dict[str, str] = {}
    delimiter: str = ","
    verdicts: dict[str, str] = {}  # their word for a decision -> counterfeit, genuine or unsure


def feed(name: str, where: Path = FEEDS) -> Feed:
    """Read one feed.

    Raises:
        ConfError: the file is missing or wrong.

    """
    path = where / f"{name}.yaml"
    found = reading.read(path, Feed)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    return found


def feeds(where: Path = FEEDS) -> tuple[Feed, ...]:
    """Read every feed, by name."""
    return tuple(feed(name, where) for name in reading.names(where))
