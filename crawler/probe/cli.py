"""countermark crawl probe: from the address of a shop never seen to a draft of its YAML."""

from __future__ import annotations

import sys
from pathlib import Path


def probe(  # noqa: PLR0913 - one a flag
    url: str,
    *,
    write: Path | None = None,
    sample: int = 20,
    requests: int = 150,
    word: tuple[str, ...] = (),
    loopback: bool = False,
    json: bool = False,
) -> None:
    """Look at a shop never seen before, and write a draft of its YAML that `crawl run` works with.

    Its pages are fetched as a crawl would: by robots.txt, one a second, within bounds. It is told
    which software made the shop, what leads to listings, which fields pages show, what was not
    found and what to do next. A shop that cannot be probed is told with the reason.

    For example:

    * `countermark crawl probe https://cornershop.example/` writes `cornershop.yaml`
    * `... --write conf/platforms/corner.yaml --sample 40` names it, and reads more
    * `... --word watch --word belt` for a shop that shows nothing before it is searched
    * `countermark crawl probe http://127.0.0.1:8471/ --loopback --json` for one on this machine

    Args:
        url: Address of the shop's front page, or of a page that lists goods.
        write: File for the draft, folder/name.yaml; else one in the site's folder of platforms. A
            file that is there is never overwritten.
        sample: Listings to read.
        requests: Most requests to make.
        word: Word to search for where nothing but a search leads to listings, may be given several
            times; the brands' marks if none is given.
        loopback: The shop is on this machine; the draft says so.
        json: Print it as JSON, last; for a shop that cannot be probed, too.

    """
    from datetime import UTC, datetime

    from conf.brand import brands
    from conf.errors import ConfError, CrawlError
    from conf.site import site
    from crawler.probe import report, written
    from crawler.probe.probing import name_of, probe
    from crawler.probe.site import Wish
    from crawler.words.kinds import of_brands

    if sample < 1 or requests < 1:
        raise ConfError(f"--sample {sample} --requests {requests}: neither can be less than 1")
    here = site()
    path = write or here.platforms / f"{name_of(url)}.yaml"
    if path.exists():
        raise ConfError(
            f"{path} is there already and is left as it is; give another name with --write"
        )
    written.check_name(path)
    wish = Wish(
        url=url,
        name=path.stem,
        sample=sample,
        most_requests=requests,
        words=word or tuple(of_brands(brands(here.brands), ("marks",), None)),
        is_loopback_allowed=loopback,
    )
    with report.Progress() as progress:
        found = probe(wish, progress.tell)
    if found.draft is not None:
        written.write(found, found.draft, path, datetime.now(UTC).date().isoformat())
    report.write(found, path if found.draft else None, sys.stdout, as_json=json)
    if found.failure is not None:
        raise CrawlError(f"{url} cannot be probed: {found.failure.text}")
