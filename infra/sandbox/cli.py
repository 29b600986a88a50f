"""countermark sandbox: up, down, status, day, truth, history, judge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cyclopts

if TYPE_CHECKING:
    from infra.sandbox.servers.listen import Status

app = cyclopts.App(
    name="countermark sandbox", help="Run marketplaces on this machine, with a known truth."
)


@app.command
def up(  # noqa: PLR0913 - each is an option of the command
    *,
    seed: int = 1,
    listings: int = 2000,
    day: int | None = None,
    port: int = 8470,
    foreground: bool = False,
    until_parent_exits: int | None = None,
    home: Path | None = None,
    json: bool = False,
) -> None:
    """Start the marketplaces in a process of their own and say where they are.

    Args:
        seed: Which world.
        listings: How many listings the world has.
        day: Day of the world, from 1, the first by default; a running one is moved to it.
        port: Port of the control surface; the marketplaces take the ones after it.
        foreground: Serve in this process, until Ctrl-C.
        until_parent_exits: Id of a process to end with.
        home: Folder that holds the sandbox's lock and log; the site's home by default.
        json: Print the result as JSON.

    """
    from infra.sandbox import process

    wanted = process.Wanted(seed, listings, day, port, until_parent_exits)
    if foreground:
        sys.stderr.write(f"serving 127.0.0.1:{port + 1} and the ports after it; Ctrl-C ends it\n")
        process.run(_home(home), wanted)
    else:
        _tell(process.start(_home(home), wanted), json=json)


@app.command
def down(*, home: Path | None = None) -> None:
    """End the marketplaces that this home started, and nothing else.

    Args:
        home: Folder given to `up`.

    """
    from infra.sandbox import process

    ended = process.stop(_home(home))
    sys.stdout.write(f"ended process {ended}\n" if ended else "no sandbox is up\n")


@app.command
def status(*, home: Path | None = None, json: bool = False) -> None:
    """Say what is served and how often each marketplace was asked; status 1 if nothing is.

    Args:
        home: Folder given to `up`.
        json: Print the result as JSON.

    """
    from infra.sandbox import process

    found = process.status(_home(home))
    if found is None:
        sys.stdout.write("null\n" if json else "no sandbox is up; `countermark sandbox up`\n")
        raise SystemExit(1)
    _tell(found, json=json)


@app.command
def day(number: int, /, *, home: Path | None = None, json: bool = False) -> None:
    """Move the running world to another day.

    Args:
        number: Day of the world, from 1.
        home: Folder given to `up`.
        json: Print the result as JSON.

    """
    from infra.sandbox import process

    _tell(process.move(_home(home), number), json=json)


def _home(given: Path | None) -> Path:
    from conf.site import site

    return given.resolve() if given else site().home


def _tell(found: Status, *, json: bool) -> None:
    if json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    from rich.console import Console
    from rich.table import Table

    title = f"Seed {found.seed}, {found.listings} listings, day {found.day}: {found.date}"
    table = Table(
        "marketplace", "address", "asked", "429", "5xx", "traps", title=title, title_justify="left"
    )
    for one in found.marketplaces:
        counts = (one.requests, one.refused, one.failed, one.trapped)
        table.add_row(one.name, one.address, *map(str, counts))
    Console(highlight=False).print(table)
