"""countermark lake: tables, describe, show, sql."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import cyclopts

app = cyclopts.App(name="countermark lake", help="Look at the tables; nothing here writes.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Where = Annotated[list[str] | None, cyclopts.Parameter(negative="")]


@app.command
def tables(*, as_json: Json = False) -> None:
    """List every table: layer, version, rows, what it holds.

    Args:
        as_json: Print the list as JSON.

    """
    from jobs import look

    _print(look.tables(_lake()), as_json=as_json)


@app.command
def describe(table: str, /, *, as_json: Json = False) -> None:
    """Say what each column of a table means, with its type, unit and rules.

    Args:
        table: Name of the table.
        as_json: Print the columns as JSON.

    """
    from jobs import look

    _print(look.describe(table), as_json=as_json)


@app.command
def show(table: str, /, *, where: Where = None, limit: int = 20, as_json: Json = False) -> None:
    """Print rows of a table, one block a row; personal columns as they are.

    Args:
        table: Name of the table.
        where: Keep rows with this value: column=value, null for none; may be given again.
        limit: Most rows to print.
        as_json: Print the rows as JSON.

    """
    from jobs import look

    rows = look.show(_lake(), table, where or [], limit)
    _print_rows(rows, as_json=as_json)


@app.command
def sql(query: str, /, *, limit: int = 1000, as_json: Json = False) -> None:
    """Ask the tables in DuckDB's SQL; only reading is possible.

    Args:
        query: One SELECT; tables go by their names.
        limit: Most rows to print.
        as_json: Print the rows as JSON.

    """
    from jobs import look

    _print(look.sql(_lake(), query, limit), as_json=as_json)


def _lake() -> Any:
    from conf.site import site
    from jobs.reader import Lake

    return Lake(site().lake)


def _print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        _print(rows, as_json=True)
        return
    for row in rows:
        width = max(map(len, row))
        sys.stdout.writelines(f"{name:<{width}}  {v}\n" for name, v in row.items() if v is not None)
        sys.stdout.write("\n")
    sys.stdout.write(f"{len(rows)} rows\n")


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ["no rows"]), box=box.SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 180, markup=False).print(table)
