"""countermark crawl: what fetches listings, reads saved pages, and tells how it stands."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import cyclopts

from crawler.probe.cli import probe
from crawler.rendered.cli import capture
from crawler.words.cli import words

app = cyclopts.App(name="countermark crawl", help="Fetch listings and read saved pages.")
app.command(probe)
app.command(capture)


@app.command
def run(
    *platforms: str,
    now: str | None = None,
    limit: int | None = None,
    workers: int | None = None,
    metrics: int | None = None,
    json: bool = False,
) -> None:
    """Crawl platforms; run again with the same --now to go on with a crawl that was stopped.

    Args:
        platforms: Names of platforms; none means all that the site has.
        now: Time that all rows of this crawl carry, ISO 8601; the present if not given.
        limit: Most listings to take from each platform.
        workers: Processes that fetch, beside one that commits; more than 1 need a site whose
            `frontier` is a Redis. Workers on other machines join with `crawl work`.
        metrics: Port of this machine at which Prometheus may ask how it goes, for one process.
        json: Print the summary as JSON, last.

    """
    from conf.errors import ConfError
    from conf.site import site
    from crawler import run as running
    from crawler.summary import write
    from crawler.workers.shared import is_shared

    wish = running.Wish(names=platforms, now=moment(now), limit=limit, metrics_port=metrics)
    where = site()
    if workers is not None and workers < 1:
        raise ConfError(f"--workers {workers}: at least 1 is needed")
    if is_shared(where) or (workers or 1) > 1:
        from crawler.workers import watching

        summary = watching.run(where, wish, workers or 1)
    else:
        summary = running.run(where, wish)
    write(summary, sys.stdout, as_json=json)
    if summary.broken:
        raise ConfError("; ".join(f"{name}: {said}" for name, said in summary.broken.items()))


@app.command
def work(
    *,
    name: str | None = None,
    metrics: int | None = None,
    metrics_address: str = "127.0.0.1",
    json: bool = False,
    parent: Annotated[int | None, cyclopts.Parameter(show=False)] = None,
) -> None:
    """Join the crawl that runs as one more worker, from any machine that shares the site's folders.

    It ends when nothing is left to fetch. What it fetched is sealed in the spool; the committer
    brings it to the lake. Killed, it loses nothing: others take over what it had.

    Args:
        name: Name to tell it by; the machine's if not given. Two workers may have the same.
        metrics: Port of this machine at which Prometheus may ask how it goes.
        metrics_address: Address of this machine that the port is of; 0.0.0.0 lets others ask.
        json: Print what it did as JSON, last.
        parent: Process that watches it; it ends with that.

    """
    import socket

    import msgspec

    from conf.errors import ConfError
    from conf.site import site
    from crawler.workers.work import WRONG
    from crawler.workers.work import work as run_work

    try:
        who = name or socket.gethostname()
        worked = run_work(site(), who, parent, metrics, metrics_address)
    except ConfError as error:
        if parent is None:
            raise
        sys.stderr.write(f"countermark: {error}\n")
        raise SystemExit(WRONG) from None
    if json:
        sys.stdout.write(msgspec.json.encode(worked).decode() + "\n")
    elif parent is None:
        sys.stdout.write(f"{worked.worker}: {worked.pages} pages\n")
    if not worked.is_done:
        raise KeyboardInterrupt


@app.command
def commit(
    *,
    once: bool = False,
    metrics: int | None = None,
    metrics_address: str = "127.0.0.1",
    json: bool = False,
    parent: Annotated[int | None, cyclopts.Parameter(show=False)] = None,
) -> None:
    """Bring what workers have sealed to the lake, until it is stopped: one committer a lake.

    `crawl run` starts one. A second one waits for the tables and takes over when the first ends.

    Args:
        once: Bring what is there now and end.
        metrics: Port of this machine at which Prometheus may ask how long the queue is.
        metrics_address: Address of this machine that the port is of; 0.0.0.0 lets others ask.
        json: Print how many batches it brought as JSON, last.
        parent: Process that watches it; it ends with that.

    """
    from conf.site import site
    from crawler.workers.committing import commit as run_commit

    told = None if metrics is None else (metrics, metrics_address)
    count = run_commit(site(), once=once, parent=parent, metrics=told)
    if json:
        sys.stdout.write(f'{{"batches": {count}}}\n')
    elif parent is None:
        sys.stdout.write(f"{count} batches brought to the lake\n")


@app.command
def show(what: str, *, platform: str | None = None, json: bool = False) -> None:
    """Show what a page gives, field by field, and which step read each; nothing is kept.

    An address is fetched as a crawl would: only of a platform's hosts, by robots.txt and its pace.

    Args:
        what: Address of a page, or a file that holds one.
        platform: Platform whose page it is; else the one whose host it is on.
        json: Print it as JSON.

    """
    from conf.site import site
    from crawler import showing
    from crawler.shown import write

    write(showing.show(site(), what, platform), sys.stdout, as_json=json)


@app.command
def extract(
    folder: Path, *, now: str | None = None, platform: str | None = None, json: bool = False
) -> None:
    """Bring saved pages to the lake: *.html and *.json, plain or .gz; the same folder once a time.

    A page's address is what `manifest.json`, `truth.json` or `urls.json` in the folder give for its
    name, else what the page says of itself. Pages of shops that no YAML describes are read too.

    Args:
        folder: Folder of the pages; folders in it are searched too.
        now: Time that all rows carry, ISO 8601; the present if not given.
        platform: Platform that all pages are of; else each is taken for its address's.
        json: Print the summary as JSON, last.

    """
    from conf.site import site
    from crawler.saved import extracting
    from crawler.saved.summary import write

    wish = extracting.Wish(folder=folder, now=moment(now), platform=platform)
    write(extracting.extract(site(), wish), sys.stdout, as_json=json)


@app.command
def replay(*, platform: str | None = None, crawl: str | None = None, json: bool = False) -> None:
    """Read stored pages anew, after a page module was mended and its VERSION raised.

    An observation is added where a page is now read differently, with the capture's own time. Pages
    that this version read before are left alone.

    Args:
        platform: Only pages of this platform.
        crawl: Only pages of this crawl or extraction, by its id.
        json: Print the summary as JSON, last.

    """
    from conf.site import site
    from crawler.saved.replaying import replay as run_replay
    from crawler.saved.summary import write_replay

    write_replay(run_replay(site(), platform, crawl), sys.stdout, as_json=json)


@app.command
def status(*, json: bool = False) -> None:
    """Show how the newest crawl stands: queue, hosts, and how well each platform is read.

    Nothing is changed; it may be asked while a crawl runs.

    Args:
        json: Print it as JSON.

    """
    from conf.site import site
    from crawler.status import status as look
    from crawler.status import write

    write(look(site(), datetime.now(UTC)), sys.stdout, as_json=json)


app.command(words)


def moment(text: str | None) -> datetime:
    """Give the time a text says, in UTC; the present for None.

    Raises:
        ConfError: it is no time, or names no time zone.

    """
    from conf.errors import ConfError

    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfError(
            f"--now {text!r} is no time; write it as 2026-11-01T06:00:00+00:00"
        ) from None
    if found.tzinfo is None:
        raise ConfError(f"--now {text!r} names no time zone; add +00:00 for UTC")
    return found.astimezone(UTC)
