"""countermark lake: tables, describe, show, history, sql, migrate, maintain, erase."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

import cyclopts

from jobs import printing

app = cyclopts.App(
    name="countermark lake",
    help="Look at the tables; `migrate`, `maintain` and `erase` alone write.",
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
DryRun = Annotated[bool, cyclopts.Parameter(negative="")]
Identifiers = Annotated[list[str], cyclopts.Parameter(negative="")]
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
def show(
    table: str,
    /,
    *,
    where: Where = None,
    as_of: date | None = None,
    limit: int = 20,
    as_json: Json = False,
) -> None:
    """Print rows of a table, one block a row; personal columns as they are.

    Args:
        table: Name of the table.
        where: Keep rows with this value: column=value, null for none; may be given again.
        as_of: Show the table as it was at the end of this day, UTC.
        limit: Most rows to print.
        as_json: Print the rows as JSON.

    """
    from jobs import look

    rows = look.show(_lake(as_of), table, where or [], limit)
    _print_rows(rows, as_json=as_json)


@app.command
def history(key: str, /, *, as_json: Json = False) -> None:
    """Tell what a listing or seller was, from when to when, and what changed in between.

    Args:
        key: A listing_key or seller_key, platform:id.
        as_json: Print the states, each with all that it showed, as JSON.

    """
    import msgspec

    from conf.site import site
    from jobs.history import as_rows
    from jobs.history import history as states

    found = states(site(), key)
    rows = [msgspec.to_builtins(one) for one in found] if as_json else as_rows(found)
    _print(rows, as_json=as_json)


@app.command
def sql(
    query: str,
    /,
    *,
    as_of: date | None = None,
    limit: int = 1000,
    seconds: float = 60,
    as_json: Json = False,
) -> None:
    """Ask the tables in DuckDB's SQL; only reading is possible.

    Args:
        query: One SELECT; tables go by their names.
        as_of: Ask the tables as they were at the end of this day, UTC.
        limit: Most rows to print.
        seconds: Give up after so long.
        as_json: Print the rows as JSON.

    """
    from jobs.query import sql as ask

    found = ask(_lake(as_of), query, limit, seconds)
    _print(found.to_dicts(), as_json=as_json)


@app.command
def migrate(
    tables: tuple[str, ...] = (), /, *, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Bring stored tables to the columns of their contracts, and lose nothing.

    A column that was added is a line in the log; where one was widened or renamed, files are
    written anew. What jobs make, they make anew at their next run. Status 1 if a table cannot be
    brought there.

    Args:
        tables: Names of tables; all, if none is given.
        dry_run: Say what there is to do, and do nothing.
        as_json: Print what was done as JSON.

    """
    import msgspec

    from conf.site import site
    from jobs import migrate as migrating

    here = site()
    found = list(migrating.wanted(_lake(), tables) if dry_run else migrating.migrate(here, tables))
    if as_json:
        _print([msgspec.to_builtins(one) for one in found], as_json=True)
    elif not found:
        sys.stdout.write("every stored table has its contract's columns\n")
    else:
        _print([migrating.as_row(one) for one in found], as_json=False)
    raise SystemExit(any(one.how in {"cannot be", "failed"} for one in found))


@app.command
def maintain(
    tables: tuple[str, ...] = (),
    /,
    *,
    keep_days: int = 7,
    today: date | None = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Compact days that are over, drop what is past its retention, remove files nobody needs.

    Rows that are kept stay as they are, and jobs have nothing to take from it. Evidence of what was
    held suspect stays. Status 1 if a table could not be looked after.

    Args:
        tables: Names of tables; all, if none is given.
        keep_days: Days for which a table's older versions can be read.
        today: Day from which retention is counted, default today in UTC.
        dry_run: Say what there is to do, and do nothing.
        as_json: Print what was done as JSON.

    """
    import msgspec

    from conf.site import site
    from jobs import maintain as maintaining

    done = maintaining.maintain(site(), tables, kept_days=keep_days, today=today, dry_run=dry_run)
    found = [msgspec.to_builtins(one) for one in done]
    _print(found, as_json=as_json)
    raise SystemExit(any(one["why"] for one in found))


@app.command
def erase(
    *,
    identifier: Identifiers,
    reason: str,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Remove a person's data from every table and every version, and prove it.

    Each place of an identifier gets the same token, bodies of pages that hold one go, jobs make
    anew what they made, and older versions go. Then every file under the site's home is searched:
    status 1 if one holds an identifier. What was stopped is done by giving the command again.

    Args:
        identifier: Phone number, e-mail address, handle, name or seller id as it was seen; may be
            given again.
        reason: Why, without an identifier: the request's number or date. It is kept.
        dry_run: Say what holds an identifier, and change nothing.
        as_json: Print what was done as JSON.

    """
    import msgspec

    from conf.site import site
    from jobs.erasure import run

    here = site()
    done = run.looked_for(here, identifier) if dry_run else run.erase(here, identifier, reason)
    if as_json:
        sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in run.lines(done))
    raise SystemExit(bool(done.places))


def _lake(as_of: date | None = None) -> Any:
    from conf.site import site
    from jobs.past import Past
    from jobs.reader import Lake

    return Lake(site().lake) if as_of is None else Past(site(), as_of)


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
        printing.as_json(rows)
    else:
        printing.as_table(rows, "no rows")
