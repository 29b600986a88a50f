"""countermark crawl: what fetches listings, reads saved pages, and tells how it stands."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import cyclopts

from crawler.probe.cli import probe

from crawler.words.cli import words

app = cyclopts.App(name="countermark crawl", help="Fetch listings and read saved pages.")
app.command(probe)


@app.command
def run(
    *platforms: str, now: str | None = None, limit: int | None = None, json: bool = False
) -> None:
    """Crawl platforms; run again with the same --now to go on with a crawl that was stopped.

    Args:
        platforms: Names of platforms; none means all that the site has.
        now: Time that all rows of this crawl carry, ISO 8601; the present if not given.
        limit: Most listings to take from each platform.
        json: Print the summary as JSON, last.

    """
    from conf.errors import ConfError
    from conf.site import site
    from crawler import run as running
    from crawler.summary import write

    wish = running.Wish(names=platforms, now=moment(now), limit=limit)
    summary = running.run(site(), wish)
    write(summary, sys.stdout, as_json=json)
    if summary.broken:
        raise ConfError("; ".join(f"{name}: {said}" for name, said in summary.broken.items()))


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
