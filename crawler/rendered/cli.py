"""countermark crawl capture: a page as a person sees it, kept as evidence."""

from __future__ import annotations

import sys


def capture(what: str, *, json: bool = False) -> None:
    """Capture a page as it is shown: the answer, the HTML that a browser made of it, a picture.

    For listings that a person has flagged. Only the platform's own hosts are loaded, by their
    robots.txt and one request after the other at the platform's pace, so it may take a minute.
    `countermark evidence export` gives what was kept with the rest of the listing's evidence.

    Args:
        what: listing_key, or the address of a page of a platform.
        json: Print what was kept as JSON.

    """
    from datetime import UTC, datetime

    import msgspec

    from conf.site import site
    from crawler.rendered.taking import take

    taken = take(site(), what, datetime.now(UTC).replace(microsecond=0))
    if json:
        sys.stdout.write(msgspec.json.encode(taken).decode() + "\n")
        return
    sys.stdout.write(
        f"{taken.listing_key or taken.url}: status {taken.status}, {taken.loaded} requests let "
        f"through, {taken.stopped} stopped\n"
    )
    for one in taken.captures:
        said = f"{one.page_kind:<10} {one.body_bytes:>9,} bytes, sha256 {one.body_sha256}"
        sys.stdout.write(f"  {said}\n")
