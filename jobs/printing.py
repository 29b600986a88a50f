"""What commands print: one line of JSON, or rows as a table."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 180  # where the output is no terminal


def as_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    import msgspec

    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def as_table(rows: Sequence[Mapping[str, Any]], nothing: str) -> None:
    """Print rows that have the same names; `nothing` stands where there is none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else [nothing]), box=box.SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else WIDTH, markup=False).print(table)
