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


@app.command
def history(*, out: Path, seed: int = 1001, listings: int = 3000, json: bool = False) -> None:
    """Write what four partners send of the months before day 1, for `countermark feed import`.

    Listings, sellers, picture hashes and the decisions that people took: some are wrong, some
    unsure, most listings were never looked at. A folder that holds it all already is left alone.

    Args:
        out: Folder that the files go into, one a feed, named after it.
        seed: Which history; another world than the one that is served.
        listings: How many listings the partners have.
        json: Print the result as JSON.

    """
    import msgspec

    from infra.sandbox.history.write import write

    written = write(out.resolve(), seed, listings)
    if json:
        sys.stdout.write(msgspec.json.encode(written).decode() + "\n")
        return
    says = "written" if written.is_new else "there already"
    for file in written.files:
        sys.stdout.write(f"  {file.rows:>7,} rows  {file.bytes:>10,} bytes  {file.name}\n")
    sys.stdout.write(
        f"{len(written.files)} files {says}; "
        f"`countermark feed import --history {out}` takes them in\n"
    )


@app.command
def judge(
    *,
    seed: int | None = None,
    listings: int | None = None,
    day: tuple[int, ...] = (),
    json: bool = False,
) -> None:
    """Hold the scores in the site's lake against the planted truth of the marketplaces.

    Args:
        seed: Which world; the one that was served last by default.
        listings: Its size.
        day: A day whose listings count; may be given again; all days served by default.
        json: Print the result as JSON.

    """
    import msgspec

    from conf.site import site
    from infra.sandbox.judge import judge as judged
    from infra.sandbox.judge_tables import print_verdict
    from infra.sandbox.served import asked
    from jobs.reader import Lake

    here = site()
    verdict = judged(Lake(here.lake), asked(here.home, seed, listings, day))
    if json:
        sys.stdout.write(msgspec.json.encode(verdict).decode() + "\n")
    else:
        print_verdict(verdict)


@app.command
def truth(  # noqa: PLR0913 - each is an option of the command
    *,
    platform: str | None = None,
    kind: str | None = None,
    seed: int | None = None,
    listings: int | None = None,
    day: int | None = None,
    out: Path | None = None,
    json: bool = False,
) -> None:
    """Show which listings of a day are counterfeit; for people who judge, never for the jobs.

    Args:
        platform: Of one marketplace or partner; of all marketplaces by default. Partners are in
            the world of `history`: name its seed, its size and day 1.
        kind: Only counterfeit, only honest, or one tactic or honest kind.
        seed: Which world; the one that was served last by default.
        listings: Its size.
        day: Day of the world; the last one served by default.
        out: File to write the truth into, one JSON line a listing.
        json: Print one JSON line a listing.

    """
    from infra.sandbox import planted
    from infra.sandbox.served import asked

    world = asked(_home(None), seed, listings, () if day is None else (day,))
    found = planted.planted(world, platform, kind)
    sys.stderr.write(planted.WARNING + "\n")
    if out:
        sys.stdout.write(f"{planted.write(found, out.resolve())} listings written to {out}\n")
    elif json:
        for line in planted.lines(found):
            sys.stdout.write(line.decode())
    else:
        from rich.console import Console

        Console(highlight=False).print(planted.table(found, world))


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
