"""Feeds: one YAML file a partner's file format; how its fields map to ours."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from conf import reading
from conf.errors import ConfError

FEEDS = reading.HERE / "feeds"


Verdict = Literal["counterfeit", "genuine", "unsure"]

_SHOWN = {
    "observations": """
        listing_id url title_text description_text price_text list_price_text currency_text
        availability_text condition_text brand_text gtin_text mpn_text sku_text category_text
        seller_id seller_name_text ships_from_text shipping_price_text sold_text stock_text
        rating_text review_count_text listed_at_text language_text image_urls outgoing_urls
        variants_json is_gone observed_at""",
    "seller_observations": """
        seller_id url name_text about_text since_text location_text rating_text review_count_text
        listing_count_text sold_text contact_text observed_at""",
    "images": """
        listing_key image_url image_sha256 width_px height_px pdq_hex pdq_quality fetched_at""",
    "decisions": """
        subject_kind subject_key verdict basis decided_by selection_probability note decided_at""",
}
# The columns of a table that a feed may fill; the others are stamped by the import.
FILLED = {table: frozenset(names.split()) for table, names in _SHOWN.items()}
# What a feed must give of every row, from a field or a constant.
NEEDED = {
    "observations": ("listing_id",),
    "seller_observations": ("seller_id",),
    "images": ("listing_key", "image_url", "image_sha256"),
    "decisions": ("subject_kind", "subject_key", "verdict"),
}


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One partner feed.

    `fields` maps a column of ours to a field of theirs ("seller.id" reaches into a nested one);
    `constants` gives a column of ours one value for all rows whose field is empty. `platform` is a
    name, or "{field}" to take it from each row; it also makes a key of `listing_key`,
    `subject_key` where theirs is an id alone.
    """

    name: str
    title: str
    table: Literal["observations", "seller_observations", "images", "decisions"]
    format: Literal["csv", "jsonl", "parquet"]
    fields: dict[str, str]
    platform: str | None = None
    constants: dict[str, str] = {}
    delimiter: str = ","
    verdicts: dict[str, Verdict] = {}  # their word for a decision -> ours
    version: int = 1  # raise it when the mapping changes: files sent before are then read anew
    encoding: str = "utf-8"  # of a CSV; the other formats say their own
    separator: str = " "  # between the addresses that one field of a CSV holds
    identity: tuple[str, ...] = ()  # fields of theirs that make an id where the id is empty


def feed(name: str, where: Path = FEEDS) -> Feed:
    """Read one feed.

    Raises:
        ConfError: the file is missing or wrong.

    """
    path = where / f"{name}.yaml"
    if not re.fullmatch(r"[a-z0-9_]+", name):  # it becomes part of paths
        known = ", ".join(reading.names(where)) or "none"
        raise ConfError(f"{name!r} is no name of a feed; there are: {known}")
    found = reading.read(path, Feed)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    if fault := next(_faults(found), None):
        raise ConfError(f"{path}: {fault}")
    return found


def _faults(found: Feed) -> Iterator[str]:
    """Say in what a feed contradicts itself or its table."""
    given = {*found.fields, *found.constants}
    may = FILLED[found.table]
    if strange := sorted(given - may):
        yield (
            f"a feed cannot fill {', '.join(strange)} of {found.table}; "
            f"it can: {', '.join(sorted(may))}"
        )
    if missing := [name for name in NEEDED[found.table] if name not in given]:
        yield f"{found.table} needs {', '.join(missing)}; add them to fields or constants"
    if found.table != "decisions" and found.platform is None:
        yield 'add `platform: <name>`, or `platform: "{field}"` to take it from each row'
    if len(found.delimiter) != 1:
        yield f"delimiter is {found.delimiter!r}; it must be one character"
    if not found.separator:
        yield "separator is empty; name the character between two addresses"
    try:
        codecs.lookup(found.encoding)
    except LookupError:
        yield f"encoding {found.encoding!r} is unknown; utf-8, cp1252 or gb18030 are examples"


def feeds(where: Path = FEEDS) -> tuple[Feed, ...]:
    """Read every feed, by name."""
    return tuple(feed(name, where) for name in reading.names(where))
