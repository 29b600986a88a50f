"""countermark feed: import, check, list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cyclopts

if TYPE_CHECKING:
    from crawler.feeds.importing import Wish

app = cyclopts.App(name="countermark feed", help="Import files that partners and platforms send.")


@app.command(name="import")
def import_(
    *files: Path,
    feed: str | None = None,
    history: Path | None = None,
    now: str | None = None,
    json: bool = False,
) -> None:
    """Import files; each comes once, and one that was stopped goes on when it is run again.

    Args:
        files: CSV, JSON lines or Parquet; plain, gzip, zstd, bzip2 or xz.
        feed: Name of the feed that says what their fields mean.
        history: A folder instead: all its files, each named by its feed, as `<feed>.csv.gz`.
        now: Time of rows that tell none, ISO 8601; the present if not given.
        json: Print the summary as JSON, last.

    """
    from conf.errors import FeedError
    from conf.site import site
    from crawler.cli import moment
    from crawler.feeds.importing import When, import_all
    from crawler.feeds.summary import telling, write

    wishes = _wishes(files, feed, history)
    with telling() as show:
        when = When(moment(now), is_given=now is not None)
        told = list(import_all(site(), wishes, when, show=show))
    write(told, sys.stdout, as_json=json)
    if bad := [one.file for one in told if one.state == "unreadable"]:
        raise FeedError(
            f"{', '.join(bad)} cannot be read at all, see above; ask the partner for it again"
        )


@app.command
def check(file: Path, *, feed: str, now: str | None = None, json: bool = False) -> None:
    """Read a file and say what would be taken and what refused; nothing is written.

    Args:
        file: CSV, JSON lines or Parquet; plain or compressed.
        feed: Name of the feed that says what its fields mean.
        now: Time of rows that tell none, ISO 8601; the present if not given.
        json: Print the result as JSON, last.

    """
    from conf.errors import FeedError
    from conf.feed import feed as read_feed
    from crawler.cli import moment
    from crawler.feeds.looking import look, write

    try:
        found = look(file, read_feed(feed), moment(now), is_now_given=now is not None)
    except FeedError as error:
        raise FeedError(str(error) if str(file) in str(error) else f"{file}: {error}") from None
    write(found, sys.stdout, as_json=json)


@app.command(name="list")
def list_(*, json: bool = False) -> None:
    """List the feeds.

    Args:
        json: Print them as JSON.

    """
    import msgspec
    from rich.console import Console
    from rich.table import Table

    from conf.feed import feeds

    found = feeds()
    if json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        return
    table = Table("feed", "table", "format", "platform", "columns", box=None)
    for column in table.columns:
        column.no_wrap = True
    for one in found:
        columns = str(len({*one.fields, *one.constants}))
        table.add_row(one.name, one.table, one.format, one.platform or "", columns)
    Console(highlight=False).print(table)


def _wishes(files: tuple[Path, ...], feed: str | None, history: Path | None) -> list[Wish]:
    """Give what is to be imported, in a stable order.

    Raises:
        ConfError: the options contradict each other, or a file's name is no feed's.

    """
    from conf.errors import ConfError
    from conf.feed import feed as read_feed
    from crawler.feeds.importing import Wish

    if history is not None:
        if files or feed:
            raise ConfError("--history imports a whole folder; leave out files and --feed")
        return _history(history)
    if not files or feed is None:
        raise ConfError("name files and their --feed, or a folder as --history")
    found = read_feed(feed)
    return [Wish(path, found) for path in files]


def _history(folder: Path) -> list[Wish]:
    """Give the files of a folder: sellers, listings, pictures, then what was decided of them."""
    from conf.errors import FeedError
    from conf.feed import feed as read_feed
    from crawler.feeds.importing import Wish

    if not folder.is_dir():
        raise FeedError(f"{folder}: there is no such folder; name one that is there")
    paths = sorted(path for path in folder.iterdir() if _is_sent(path))
    if not paths:
        raise FeedError(f"{folder} holds no file; put files there, each named by its feed")
    order = ("seller_observations", "observations", "images", "decisions")
    wishes = [Wish(path, read_feed(path.name.partition(".")[0])) for path in paths]
    return sorted(wishes, key=lambda wish: (order.index(wish.feed.table), wish.path.name))


def _is_sent(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "_"))
