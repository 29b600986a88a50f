"""A host that does not answer keeps its pages for the next run; the other platforms go on."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def dead() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else gets."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as held:
        yield held.getsockname()[1]


def add_at(crawls: Any, shop: Any, name: str, port: int, **changes: Any) -> None:
    """Add a platform that should be at a port."""
    address = f"http://127.0.0.1:{port}"
    crawls.add(
        shop,
        name,
        hosts=[f"127.0.0.1:{port}"],
        home=f"{address}/",
        discovery={"categories": [f"{address}/c"]},
        **changes,
    )


def test_a_platform_that_is_down_is_named_and_the_others_go_on(
    shop: Any, crawls: Any, dead: int
) -> None:
    crawls.add(shop)
    add_at(crawls, shop, "down", dead)
    summary = crawls.run()
    assert summary["waiting"] == {
        "down": f"127.0.0.1:{dead}: the host refused the connection; 1 pages wait"
    }
    assert crawls.frame("observations").height == 12
    assert crawls.frame("refused").height == 0


def test_the_line_for_people_says_what_to_do(shop: Any, crawls: Any, dead: int) -> None:
    add_at(crawls, shop, "down", dead)
    process = crawls.start(is_json=False)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    said = " ".join(out.split())
    assert f"down: does not answer, 127.0.0.1:{dead}: the host refused the connection" in said
    assert "the same command goes on with it" in said


def test_a_host_that_never_says_a_word_waits_too(shop: Any, crawls: Any, mute: int) -> None:
    add_at(crawls, shop, "mute", mute, politeness={"timeout_s": 0.3, "retries": 1})
    summary = crawls.run()
    assert "the answer was not complete in time" in summary["waiting"]["mute"]
    assert crawls.frame("refused").height == 0


def test_a_shop_that_goes_down_in_the_middle_loses_nothing(shop: Any, crawls: Any) -> None:
    shop.pause_s = 0.05
    crawls.add(shop, politeness={"concurrency": 2})
    process = crawls.start()
    while shop.count("/item/") < 4:
        assert process.poll() is None
        time.sleep(0.005)
    shop.stop()
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    assert "127.0.0.1" in out
    taken = crawls.frame("observations").height
    assert 0 < taken < 12

    shop.start(shop.port)
    summary = crawls.run()
    assert summary["waiting"] == {}
    assert sorted(crawls.frame("observations")["listing_id"]) == shop.listings
    assert crawls.frame("images").height == 12
    assert crawls.frame("refused").height == 0
