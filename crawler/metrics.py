"""What a crawling process tells Prometheus: its pulse, as counters and gauges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conf.errors import CrawlError
from conf.site import Site
from crawler.desk import Desk
from crawler.pulse import (
    HostCount,
    HostCounts,
    Pulse,
    PulseFile,
    Teller,
    folder,
    platform_counts,
)

HERE = "127.0.0.1"
_HOST: tuple[tuple[str, str, Callable[[HostCount], float]], ...] = (
    ("asked", "Requests sent.", lambda one: one.asked),
    ("answered", "Answers taken.", lambda one: one.answered),
    ("slowdowns", "Answers that asked us to slow down.", lambda one: one.slowdowns),
    ("errors", "Requests without an answer, and answers that are errors.", lambda one: one.errors),
    ("body_bytes", "Bytes of bodies, unpacked.", lambda one: one.body_bytes),
    ("answer_seconds", "Seconds spent on answers.", lambda one: one.answer_s * one.answered),
)


class PulseCollector(Collector):
    """Gives the pulse of the moment it is asked in."""

    def __init__(self, pulse: Callable[[], Pulse]) -> None:
        """Take what gives the pulse."""
        self._pulse = pulse

    def collect(self) -> Iterator[Metric]:
        """Give every metric."""
        now = self._pulse()
        for name, text, value in _HOST:
            family = CounterMetricFamily(f"countermark_crawl_{name}", text, labels=["host"])
            for host, count in now.hosts.items():
                family.add_metric([host], value(count))
            yield family
        rate = GaugeMetricFamily(
            "countermark_crawl_requests_per_second", "Requests a second, of late.", labels=["host"]
        )
        for host, count in now.hosts.items():
            rate.add_metric([host], count.per_second)
        yield rate
        yield from _of_platforms(now)


def _of_platforms(now: Pulse) -> Iterator[Metric]:
    taken = CounterMetricFamily(
        "countermark_crawl_taken", "What was taken, by kind.", labels=["platform", "kind"]
    )
    refused = CounterMetricFamily(
        "countermark_crawl_refused", "What was refused, by reason.", labels=["platform", "reason"]
    )
    for platform, count in now.platforms.items():
        for kind, number in count.taken.items():
            taken.add_metric([platform, kind], number)
        for reason, number in count.refused.items():
            refused.add_metric([platform, reason], number)
    yield taken
    yield refused


def serve(port: int, pulse: Callable[[], Pulse], address: str = HERE) -> Callable[[], None]:
    """Serve a process' pulse at /metrics; gives what ends it.

    Raises:
        CrawlError: the port is taken or may not be used.

    """
    return serve_what(PulseCollector(pulse), port, address)


def serve_what(collector: Collector, port: int, address: str = HERE) -> Callable[[], None]:
    """Serve what a collector gives at /metrics, to this machine alone unless told otherwise.

    Raises:
        CrawlError: the port is taken or may not be used, or the address is none of this machine.

    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    try:
        server, thread = start_http_server(port, addr=address, registry=registry)
    except (OSError, OverflowError) as error:
        at = "" if address == HERE else f" --metrics-address {address}"
        raise CrawlError(f"--metrics {port}{at}: {error}; take another port") from None

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end


@contextmanager
def telling(
    site: Site, crawl_id: str, worker: str, desk: Desk, port: int | None, address: str = HERE
) -> Iterator[Callable[[HostCounts], None]]:
    """Give what tells of this process while it crawls; on a port it tells Prometheus as well.

    Raises:
        CrawlError: the port is taken or may not be used.

    """
    file = PulseFile(folder(site.state), worker)
    teller = Teller(
        file, crawl_id, worker, lambda: platform_counts(dict(desk.tally), dict(desk.refusals))
    )
    with ExitStack() as stack:
        if port is not None:
            stack.callback(serve(port, teller.now, address))
        stack.callback(file.remove)
        yield teller.tell
