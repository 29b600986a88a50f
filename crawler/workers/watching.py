"""A crawl of many workers on this machine: starts them and a committer, and watches over them."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable, Sequence

import msgspec

from conf.platform import Platform
from conf.site import Site
from crawler import beginning, health
from crawler.commit import Committer
from crawler.conform import conform
from crawler.frontier.ledger import Ledger
from crawler.outcome import Crawl, crawl_id
from crawler.progress import Progress
from crawler.run import Summary, Tally, Wish
from crawler.workers import shared, tally
from crawler.workers.bringing import APP
from crawler.workers.child import Child
from crawler.workers.filling import begin, fill, is_lost, is_over
from crawler.workers.work import dead, sweep

_LOOK_S = 0.2
_LOOK_FAR_S = 1.0  # for the dead, and for a frontier that was lost
_LEASE_S = 15.0


def run(site: Site, wish: Wish, workers: int) -> Summary:
    """Crawl with many workers, or go on with a crawl that was stopped.

    Raises:
        ConfError: a platform is wrong, the limit is another one, or the frontier cannot be shared.
        CrawlError: the frontier's store or the disk is away, or a worker ends again and again.
        LakeError: the tables cannot be written.

    """
    shared.check_shared(site, f"--workers {workers}")
    with shared.watched(site):
        return _run(site, wish, workers)


def _run(site: Site, wish: Wish, workers: int) -> Summary:
    begun = time.monotonic()
    cpu = _cpu_s()
    chosen, left_out, broken = beginning.chosen(site, wish.names)
    crawl = Crawl(crawl_id(wish.now), wish.now)
    names = tuple(one.name for one in chosen)
    plan = shared.Running(
        crawl.crawl_id, wish.now, names, wish.limit, wish.picture_count, lease_s=_LEASE_S
    )
    facts = shared.ledger(site, crawl.crawl_id)
    try:
        begin(plan, facts)
        before = tuple(name for name in names if facts.fact(f"finished:{name}"))
    finally:
        facts.close()
    due = [one for one in chosen if one.name not in before]
    plan = msgspec.structs.replace(plan, names=tuple(one.name for one in due))
    path = tally.file(site.state, crawl.crawl_id)
    counted = tally.read(path)
    waiting = _crawl(site, plan, due, workers) if due else {}
    taken = tally.read(path).less(counted)
    done = [name for name in names if name not in waiting]
    return Summary(
        crawl_id=crawl.crawl_id,
        platforms=tuple(_tally(taken, one.name) for one in due),
        finished_before=before,
        left_out=left_out,
        waiting=waiting,
        broken=broken,
        alarms=_measure(site, crawl, done),
        seconds=time.monotonic() - begun,
        cpu_seconds=_cpu_s() - cpu,
    )


def _crawl(
    site: Site, plan: shared.Running, due: Sequence[Platform], workers: int
) -> dict[str, str]:
    """Have everything fetched and brought; gives the platforms that wait, with the reason."""
    host = socket.gethostname()
    crew = [Child("work", "--name", f"{host}-{at}", "--json") for at in range(1, workers + 1)]
    committer, ledger = Child("commit"), shared.ledger(site, plan.crawl_id)
    watch = _Watch(site, plan, due, ledger)
    try:
        fill(site, plan, due, ledger)
        watch.bury()
        ledger.give_back(lambda batch: (site.state / "spool" / batch).exists())
        sweep(site)
        shared.announce(site, plan)
        with Progress(_words(site, plan.crawl_id)) as progress:
            while not all(one.worked for one in crew):
                watch.look(committer, crew)
                progress.show()
                time.sleep(_LOOK_S)
    finally:
        shared.withdraw(site)
        for one in crew:
            one.tell_to_end()
        for one in (*crew, committer):  # the committer last: it brings what they sealed
            one.end()
        sweep(site)
        ledger.close()
    silent = {host: how for one in crew if one.worked for host, how in one.worked.silent.items()}
    return _finish(site, plan, due, silent)


class _Watch:
    """Sees to it that whoever dies, or whatever the store loses, holds nobody up."""

    def __init__(
        self, site: Site, plan: shared.Running, due: Sequence[Platform], ledger: Ledger
    ) -> None:
        self._site, self._plan, self._due, self._ledger = site, plan, due, ledger
        self._buried: set[str] = set()
        self._told_at = 0.0
        self._looked_at = time.monotonic()

    def look(self, committer: Child, crew: Sequence[Child]) -> None:
        """Look at every process once; what is new in the lake forgives their deaths."""
        path = tally.file(self._site.state, self._plan.crawl_id)
        at = path.stat().st_mtime if path.exists() else 0.0
        for one in (committer, *crew):
            if at != self._told_at:
                one.deaths = 0
            if one.worked is None:
                one.watch(time.monotonic())
                if one.worked and not self._is_over(one.worked.silent):
                    one.worked = None
        self._told_at = at
        if time.monotonic() - self._looked_at > _LOOK_FAR_S:
            self._looked_at = time.monotonic()
            self.bury()
            self._mend()

    def bury(self) -> None:
        """Have others take what dead workers held: no lease need end."""
        names = {folder.name for folder in dead(self._site)} - self._buried
        self._ledger.bury(sorted(names))
        self._buried |= names

    def _is_over(self, silent: dict[str, str]) -> bool:
        """Say whether a worker that found nothing left was right: not if all had been lost."""
        self._mend()
        return is_over(self._due, self._ledger, silent)

    def _mend(self) -> None:
        """Fill a frontier anew that has lost all it had."""
        if is_lost(self._ledger):
            begin(self._plan, self._ledger)
            fill(self._site, self._plan, self._due, self._ledger)


def _finish(
    site: Site, plan: shared.Running, due: Sequence[Platform], silent: dict[str, str]
) -> dict[str, str]:
    """Note which platforms are finished; gives those that wait, with the reason."""
    waiting = {}
    frontier = shared.join(site, plan, due)
    ledger = shared.ledger(site, plan.crawl_id)
    try:
        for one in due:
            if left := frontier.waiting(one.name):
                said = [f"{host}: {how}" for host, how in silent.items() if host in one.hosts]
                waiting[one.name] = "; ".join([*said, f"{left} pages wait"])
            else:
                frontier.note(f"finished:{one.name}", plan.now.isoformat())
                ledger.forget(one.name)
    finally:
        frontier.close()
        ledger.close()
    return waiting


def _measure(site: Site, crawl: Crawl, names: Sequence[str]) -> tuple[str, ...]:
    """Write down, once, how the crawl of each finished platform went; gives the alarms."""
    rows = health.measured(site.lake, crawl, names)
    if rows:
        table = conform({health.TABLE: rows}, crawl.crawl_id)[health.TABLE]
        with Committer(site.lake, APP) as committer:
            seq = committer.next_seq((health.TABLE,))
            committer.commit_arrow({health.TABLE: table}, seq)
    return tuple(health.said(row) for row in rows if row["is_alarm"])


def _tally(taken: tally.Tally, name: str) -> Tally:
    counts = taken.counts.get(name, {})
    return Tally(
        platform=name,
        pages=counts.get("page", 0),
        listings=counts.get("listing", 0),
        gone=counts.get("gone", 0),
        sellers=counts.get("seller", 0),
        pictures=counts.get("picture", 0),
        refused=dict(sorted(taken.refused.get(name, {}).items())),
    )


def _words(site: Site, crawl_id: str) -> Callable[[float], str]:
    """Give what tells how far a crawl is, by what is in the lake."""
    path = tally.file(site.state, crawl_id)
    before = tally.read(path)
    return lambda seconds: tally.said(tally.read(path).less(before), seconds)


def _cpu_s() -> float:
    """Give the CPU of this process and of those it started and saw end."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
