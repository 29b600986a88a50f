"""countermark crawl probe: from the address of a shop never seen to a draft of its YAML."""

from __future__ import annotations

import sys
from pathlib import Path


def probe(
    url: str,
    *,
    write: Path | None = None,
    sample: int = 20,
    loopback: bool = False,
    json: bool = False,
) -> None:
    """Look at a shop never seen before, and write a draft of its YAML that `crawl run` works with.

    Its pages are fetched as a crawl would: by robots.txt, one a second, within bounds. What finds
    listings, what addresses mean and which fields pages show is told, and what was not found.

    Args:
        url: Address of the shop's front page, or of a page that lists goods.
        write: File for the draft, folder/name.yaml; else one in the site's folder of platforms. A
            file that is there is never overwritten.
        sample: Listings to read.
        loopback: The shop is on this machine; the draft says so.
        json: Print it as JSON.

    """
    from datetime import UTC, datetime

    from conf.errors import ConfError
    from conf.site import site
    from crawler.probe import report, written
    from crawler.probe.course import Wish
    from crawler.probe.probing import name_of, probe

    if sample < 1:
        raise ConfError(f"--sample {sample} is no number of listings; give 1 or more")
    wish = Wish(url=url, name="probed", sample=sample, is_loopback_allowed=loopback)
    path = write or site().platforms / f"{name_of(url)}.yaml"
    if path.exists():
        raise ConfError(
            f"{path} is there already and is left as it is; give another name with --write"
        )
    found = probe(wish)
    if found.draft is not None:
        written.write(found, found.draft, path, datetime.now(UTC).date().isoformat())
    report.write(found, path, sys.stdout, as_json=json)
