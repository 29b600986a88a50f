"""How long the queue of a shared crawl is, for whoever decides how many workers there should be.

The committer tells it, as there is one of it and it stays: workers come and go with the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conf.site import Site
from crawler.frontier.ledger import QueueCount
from crawler.spool import of_workers
from crawler.workers import shared

_STATES: tuple[tuple[str, str, Callable[[QueueCount], int]], ...] = (
    ("waiting", "Pages not asked yet, or not yet in the lake.", lambda one: one.waiting),
    ("out", "Of those that wait, pages that a worker has.", lambda one: one.out),
    ("done", "Pages that are in the lake.", lambda one: one.done),
)


class QueueCollector(Collector):
    """Gives the queue of the moment it is asked in; while no crawl runs, no page waits."""

    def __init__(self, site: Site) -> None:
        """Take the site whose crawls are told of."""
        self._site = site

    def collect(self) -> Iterator[Metric]:
        """Give every metric."""
        yield from families(standing(self._site))
        sealed = len(of_workers(self._site.state / "spool"))
        yield GaugeMetricFamily(
            "countermark_crawl_batches", "Sealed batches that wait for the lake.", value=sealed
        )


def families(counts: Sequence[QueueCount]) -> Iterator[Metric]:
    """Give the counts as gauges by platform and host."""
    for name, text, value in _STATES:
        family = GaugeMetricFamily(
            f"countermark_crawl_queue_{name}", text, labels=["platform", "host"]
        )
        for one in counts:
            family.add_metric([one.platform, one.host], value(one))
        yield family


def standing(site: Site) -> list[QueueCount]:
    """Count the targets of the crawl that runs; none while none does.

    Raises:
        CrawlError: the frontier's store is away; whoever asked is told so.

    """
    if not shared.is_running(site):
        return []
    ledger = shared.ledger(site, shared.running(site).crawl_id)
    try:
        return ledger.standing()
    finally:
        ledger.close()
