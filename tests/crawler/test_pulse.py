from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from conf.errors import CrawlError
from crawler import metrics
from crawler.pulse import HostCount, HostCounts, Pulse, PulseFile, platform_counts, pulses


def counted() -> HostCounts:
    counts = HostCounts()
    for at in (0.0, 100.0, 101.0, 102.0):
        counts.sent("a.example", at)
    counts.answered("a.example", 200, 900, 0.5)
    counts.answered("a.example", 404, 100, 0.1)
    counts.answered("a.example", 429, 0, 0.0)
    counts.answered("a.example", 500, 0, 0.2)
    counts.failed("b.example:81")
    return counts


def test_counts_what_was_asked_and_how_it_was_answered() -> None:
    assert counted().now(105.0) == {
        "a.example": HostCount(
            asked=4,
            answered=4,
            slowdowns=1,
            errors=1,
            per_second=0.3,
            answer_s=pytest.approx(0.2),
            body_bytes=1000,
        ),
        "b.example:81": HostCount(errors=1),
    }


def test_a_rate_is_of_the_last_seconds() -> None:
    assert counted().now(111.5)["a.example"].per_second == 0.1
    assert counted().now(200.0)["a.example"].per_second == 0.0


def made() -> Pulse:
    platforms = platform_counts({"shop": {"page": 3}}, {"shop": {"http_500": 1}, "x": {"r": 2}})
    return Pulse("crawl-1", "here-1", 1, datetime.now(UTC), counted().now(105.0), platforms)


def test_is_read_back_until_it_is_removed(tmp_path: Path) -> None:
    file, told = PulseFile(tmp_path, "here-1"), made()
    file.write(told)
    (found,) = pulses(tmp_path)
    assert found == told
    assert found.is_fresh(told.at + timedelta(seconds=5))
    assert not found.is_fresh(told.at + timedelta(minutes=5))
    file.remove()
    assert list(pulses(tmp_path)) == []


def test_a_damaged_pulse_says_which(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text("{")
    with pytest.raises(CrawlError, match=r"w\.json cannot be read.*remove it"):
        list(pulses(tmp_path))


def test_a_full_disk_costs_no_crawl(tmp_path: Path) -> None:
    (tmp_path / "pulses").write_text("in the way")
    PulseFile(tmp_path / "pulses", "w").write(made())


def test_prometheus_reads_the_pulse() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    end = metrics.serve(port, made)
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        with pytest.raises(CrawlError, match=rf"--metrics {port}.*take another port"):
            metrics.serve(port, made)
    finally:
        end()
    lines = set(text.splitlines())
    assert {
        'countermark_crawl_asked_total{host="a.example"} 4.0',
        'countermark_crawl_slowdowns_total{host="a.example"} 1.0',
        'countermark_crawl_errors_total{host="b.example:81"} 1.0',
        'countermark_crawl_requests_per_second{host="a.example"} 0.3',
        'countermark_crawl_taken_total{kind="page",platform="shop"} 3.0',
        'countermark_crawl_refused_total{platform="x",reason="r"} 2.0',
    } <= lines
