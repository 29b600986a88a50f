"""One worker: joins the crawl that runs, fetches until its frontier is empty, seals batches."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import msgspec

from conf.errors import CrawlError
from conf.platform import platform
from conf.site import Site
from crawler import engine, pages
from crawler.frontier.shared import SharedFrontier
from crawler.lake import known_pictures
from crawler.metrics import HERE, telling
from crawler.packs import PackWriter
from crawler.progress import Progress, of_crawl
from crawler.pulse import HostCounts
from crawler.spiders.clerk import Clerk, Sources
from crawler.spool import of_workers
from crawler.workers import alive, shared
from crawler.workers.worker_desk import WorkerDesk

_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
_ALIVE = "alive"
WRONG = 78  # status of a process that no second start would help (EX_CONFIG)


class Worked(msgspec.Struct, frozen=True):
    """What one worker's life came to."""

    worker: str
    is_done: bool  # nothing is left to ask, nor waits for the lake
    pages: int
    silent: dict[str, str]  # hosts that did not answer it, and how


def work(
    site: Site,
    name: str,
    parent: int | None = None,
    metrics_port: int | None = None,
    metrics_address: str = HERE,
) -> Worked:
    """Work until nothing is left; ends when `parent`, the process that watches it, is no more.

    Raises:
        ConfError: no crawl runs, or the site's frontier cannot be shared.
        CrawlError: the store of the frontier or a folder of the site is away for too long.

    """
    shared.check_shared(site, "crawl work")
    running = shared.running(site)
    platforms = [platform(one, site.platforms) for one in running.names]
    with ExitStack() as stack:
        folder = _folder(site, name)
        stack.enter_context(_alive(folder))
        packs = PackWriter(site.packs, f"{running.crawl_id}/{folder.name}")
        stack.callback(packs.close)
        desk = WorkerDesk(running.crawl_id, folder, packs)
        frontier = shared.join(site, running, platforms, folder.name)
        stack.callback(frontier.close)
        sources = Sources(
            platforms={one.name: one for one in platforms},
            modules={one.name: pages.module(one.pages) for one in platforms},
            store=frontier,
            known=known_pictures(site.lake, running.names, running.now),
            picture_count=running.picture_count,
        )
        clerk = Clerk(running.crawl, sources, desk)
        frontier.refuse, frontier.on_anew = clerk.refuse, clerk.forget
        desk.frontier = frontier
        told = telling(site, running.crawl_id, folder.name, desk, metrics_port, metrics_address)
        tell = stack.enter_context(told)
        with Progress(of_crawl(desk)) as progress:
            show = _shown(progress, tell, frontier, parent)
            engine.work(platforms, frontier, desk, clerk, show)
        if desk.failure is not None:
            raise desk.failure
        counts = desk.tally.values()
        return Worked(
            worker=folder.name,
            is_done=frontier.is_done,
            pages=sum(one["page"] + one["picture"] for one in counts),
            silent=dict(frontier.silent),
        )


def dead(site: Site) -> list[Path]:
    """Give the folders of workers that died and of which no batch waits any more.

    Their name is the one that they joined the frontier under. The kernel lets go of a worker's lock
    when it ends, whoever else has its name or number by now.
    """
    spool = site.state / "spool"
    found = [lock.parent for lock in spool.glob(f"*/{_ALIVE}") if alive.is_free(lock)]
    full = {batch.parent for batch in of_workers(spool)}  # after they were seen to be dead
    return [folder for folder in found if folder not in full]


def sweep(site: Site) -> None:
    """Remove the folders of dead workers; nobody may be bringing their batches meanwhile."""
    for folder in dead(site):
        shutil.rmtree(folder)


def _folder(site: Site, name: str) -> Path:
    """Make the worker's own folder of the spool, never used before."""
    if not _NAME.fullmatch(name):
        raise CrawlError(f"{name!r} is no name of a worker; use letters, digits, '.', '_' and '-'")
    folder = site.state / "spool" / f"{name}-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise CrawlError(
            f"{folder}: cannot be made: {error.strerror or error}; mend that and start it again"
        ) from None
    return folder


def _alive(folder: Path) -> TextIO:
    """Hold a worker's lock."""
    unborn = folder / f"{_ALIVE}.part"
    lock = alive.held(unborn)
    unborn.rename(folder / _ALIVE)  # nobody sees it before it is held
    return lock


def _shown(
    progress: Progress,
    tell: Callable[[HostCounts], None],
    frontier: SharedFrontier,
    parent: int | None,
) -> Callable[[HostCounts], None]:
    """Give what is done each second: tell, warn, and see whether anyone still watches."""

    def show(counts: HostCounts) -> None:
        tell(counts)
        while frontier.warnings:
            sys.stderr.write(f"countermark: {frontier.warnings.pop(0)}\n")
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        elif parent is None:
            progress.show()

    return show
