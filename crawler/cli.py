"""countermark crawl: run, show, extract, replay."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import cyclopts

app = cyclopts.App(name="countermark crawl", help="Fetch listings and read saved pages.")


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
    from conf.site import site
    from crawler import run as running
    from crawler.summary import write

    wish = running.Wish(names=platforms, now=moment(now), limit=limit)
    write(running.run(site(), wish), sys.stdout, as_json=json)


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
