"""What all workers of a crawl must know of it, and how they join its frontier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from conf.errors import ConfError, CrawlError
from conf.platform import Platform
from conf.site import SITES, Site
from crawler.frontier.contract import nobody
from crawler.frontier.ledger import Ledger
from crawler.frontier.remote import Remote
from crawler.frontier.rounds import Terms
from crawler.frontier.shared import SharedFrontier
from crawler.outcome import Crawl
from crawler.spool import durable
from crawler.workers import alive

_SCHEME = ("redis://", "rediss://", "unix://")


class Running(msgspec.Struct, frozen=True):
    """The crawl that runs: what its workers do alike."""

    crawl_id: str
    now: datetime
    names: tuple[str, ...]
    limit: int | None
    picture_count: int
    lease_s: float = 30.0

    @property
    def crawl(self) -> Crawl:
        """Which crawl it is."""
        return Crawl(self.crawl_id, self.now)


def is_shared(site: Site) -> bool:
    """Say whether a site's frontier is one that several workers can share."""
    return site.frontier.startswith(_SCHEME)


def check_shared(site: Site, what: str) -> None:
    """See that a site's frontier can be shared.

    Raises:
        ConfError: it is in one process.

    """
    if not is_shared(site):
        raise ConfError(
            f"{SITES / site.name}.yaml: frontier is {site.frontier!r}; {what} needs one that "
            "processes share: write the address of a Redis or Valkey there, redis://HOST:PORT/0, "
            "or set COUNTERMARK_FRONTIER to it"
        )


def join(
    site: Site,
    running: Running,
    platforms: Sequence[Platform],
    name: str = "worker",
) -> SharedFrontier:
    """Join a crawl's frontier.

    Raises:
        ConfError: the site's address of it is none.
        CrawlError: it cannot be reached.

    """
    remote = Remote(site.frontier, running.crawl_id)
    terms = Terms(name=name, lease_s=running.lease_s)
    return SharedFrontier(remote, platforms, nobody, running.limit, terms=terms)


def ledger(site: Site, crawl_id: str) -> Ledger:
    """Give what a crawl's store keeps for good, for who leases nothing.

    Raises:
        ConfError: the site's address of it is none.
        CrawlError: it cannot be reached.

    """
    return Ledger(Remote(site.frontier, crawl_id))


@contextmanager
def watched(site: Site) -> Iterator[None]:
    """Be the one that watches over a site's crawl.

    Raises:
        CrawlError: another process is, or the folder cannot be written.

    """
    path = _file(site).with_name("watched")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = alive.held(path)
    except BlockingIOError:
        raise CrawlError(
            f"{path}: a crawl runs here already; join it with `countermark crawl work`, or wait "
            "for it to end"
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    with lock:
        yield


def announce(site: Site, running: Running) -> None:
    """Let workers on all machines know which crawl runs.

    Raises:
        CrawlError: the folder cannot be written.

    """
    path = _file(site)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable(part, msgspec.json.encode(running))
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def withdraw(site: Site) -> None:
    """Have no worker join any more."""
    _file(site).unlink(missing_ok=True)


def is_running(site: Site) -> bool:
    """Say whether a crawl runs that a worker could join."""
    return _file(site).exists()


def running(site: Site) -> Running:
    """Give the crawl that runs.

    Raises:
        ConfError: none does.

    """
    path = _file(site)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Running)
    except FileNotFoundError:
        raise ConfError(
            f"{path}: no crawl runs that a worker could join; start one with `countermark crawl "
            "run --workers N` on a machine that shares this folder"
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise ConfError(
            f"{path}: cannot be read: {error}; start the crawl again, that writes it anew"
        ) from None


def _unwritable(path: Path, error: OSError) -> CrawlError:
    return CrawlError(
        f"{path}: cannot be written: {error.strerror or error}; mend that and run the same command "
        "again"
    )


def _file(site: Site) -> Path:
    return site.state / "crawls" / "running.json"
