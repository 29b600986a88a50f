"""countermark report: brand, platform, vendor."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import cyclopts

from jobs import printing

app = cyclopts.App(name="countermark report", help="Write the reports that people read.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command
def brand(
    name: str, /, *, out: Path | None = None, day: date | None = None, as_json: Json = False
) -> None:
    """Write a brand's report: one HTML page that needs no network, and a spreadsheet.

    With `all`, a brand that fails does not stop the others; the status is 1 then.

    Args:
        name: Key of a brand (its file in conf/brands), or `all`.
        out: Folder for the files, default the site's folder of reports.
        day: Day to report on, default the newest that reports were made for.
        as_json: Print what was written as JSON, last.

    """
    from conf.site import site
    from jobs.report import _writing

    here = site()
    desk = _writing.open_desk(here, day)
    written = []
    for one in _writing.write_all(desk, _writing.chosen(desk, name), out or here.reports):
        written.append(one)
        sys.stderr.write(_line(one) + "\n")
    if as_json:
        printing.as_json(written)
    raise SystemExit(any(one.failure is not None for one in written))


@app.command
def platform(*, day: date | None = None, as_json: Json = False) -> None:
    """Print what each platform showed on a day, and how well it was read.

    Args:
        day: Day to report on, default the newest that there is.
        as_json: Print the rows as JSON.

    """
    from conf.site import site
    from jobs.report import _platforms

    rows = _platforms.rows(site(), day)
    if as_json:
        printing.as_json(rows)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ["no platform"]), box=box.SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 180, markup=False).print(table)


@app.command
def vendor(vendor_key: str, /, *, out: Path | None = None, as_json: Json = False) -> None:
    """Write a vendor's dossier: one HTML page that needs no network, JSON, and its graph (GraphML).

    Args:
        vendor_key: Vendor; `countermark vendor top` and `vendor find` name some.
        out: Folder for the files, default the site's folder of reports.
        as_json: Print what was written as JSON, last.

    """
    from conf.site import site
    from jobs.reader import Lake
    from jobs.vendors import _dossier

    here = site()
    written = _dossier.write(Lake(here.lake), vendor_key, out or here.reports)
    sys.stderr.write(f"{vendor_key} -> {written.page}\n")
    if as_json:
        printing.as_json(written)


def _line(one: Any) -> str:
    """Say in one line what became of a brand's report."""
    if one.failure is not None:
        return f"{one.brand:<14} failed: {one.failure}"
    return (
        f"{one.brand:<14} {one.red_flags:>6,} red flags, {one.new_red_flags:,} new, "
        f"{one.review:,} to review -> {one.page}"
    )
