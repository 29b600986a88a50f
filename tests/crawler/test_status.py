from __future__ import annotations

import io
from datetime import UTC, datetime

import msgspec

from conf.site import Site
from crawler.commit import Committer
from crawler.frontier.address import Place
from crawler.frontier.remote import Remote
from crawler.frontier.store import Found, Store
from crawler.health import TABLE, measured
from crawler.items import Observation
from crawler.outcome import Crawl
from crawler.pulse import HostCounts, Pulse, PulseFile
from crawler.rows import Stamp, observation_row
from crawler.status import Status, status, write
from crawler.workers import shared

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)


def printed(found: Status) -> str:
    out = io.StringIO()
    write(found, out, as_json=False)
    return out.getvalue()


def begin(site: Site) -> Store:
    """A crawl of three pages, of which one is out."""
    store = Store(site.state / "crawls" / "crawl-1.sqlite")
    pages = [Place("listing", f"listing:{n}", f"http://a/{n}", "a") for n in "123"]
    store.add([Found("shop", page) for page in pages])
    store.take("shop", "a", "listing", 1)
    store.flush()
    return store


def test_a_site_without_a_crawl_says_how_to_begin(site: Site) -> None:
    found = status(site, NOW)
    assert (found.crawl_id, found.queue, found.health) == (None, (), ())
    assert "countermark crawl run" in printed(found)


def test_shows_the_queue_while_another_process_holds_it(site: Site) -> None:
    store = begin(site)
    (queue,) = status(site, NOW).queue
    assert (queue.host, queue.waiting, queue.out, queue.done) == ("a", 3, 1, 0)
    store.close()
    assert status(site, NOW).queue[0].out == 1  # looking gives nothing back


def test_shows_who_is_at_work_and_who_is_dead(site: Site) -> None:
    begin(site).close()
    counts = HostCounts()
    counts.sent("a", 0.0)
    counts.answered("a", 500, 10, 0.25)
    alive = Pulse("crawl-1", "one", 1, datetime.now(UTC), counts.now(1.0))
    PulseFile(site.state / "pulses", "one").write(alive)
    dead = msgspec.structs.replace(alive, worker="two", at=NOW)
    PulseFile(site.state / "pulses", "two").write(dead)
    found = status(site, datetime.now(UTC))
    assert ([one.worker for one in found.workers], found.dead) == (["one"], ("two",))
    text = printed(found)
    assert "crawl-1, 1 at work" in text
    assert "250" in text  # milliseconds an answer
    assert "two ended without a word" in text


def test_shows_how_well_a_platform_is_read(site: Site) -> None:
    crawl = Crawl("crawl-1", NOW)
    stamp = Stamp(platform="shop", at=NOW, source="crawl", source_name="crawl-1", parser="s/1")
    shown = [
        Observation(listing_id="1", url="1", title_text="t"),
        Observation(listing_id="2", url="2"),
    ]
    with Committer(site.lake, "test") as committer:
        committer.commit({"observations": [observation_row(one, stamp) for one in shown]}, 1)
        committer.commit({TABLE: measured(site.lake, crawl, ["shop"])}, 2)
    (health,) = status(site, NOW).health
    assert health.values["title_share"] == 0.5
    assert health.values["listing_count"] == 2
    text = printed(status(site, NOW))
    assert "2026-11-01 06:00" in text
    assert "50%" in text


def test_shows_the_queue_of_a_shared_frontier(site: Site, redis_url: str) -> None:
    site = msgspec.structs.replace(site, frontier=redis_url)
    assert status(site, NOW).crawl_id is None
    shared.announce(site, shared.Running("crawl-2", NOW, ("bazaar",), None, 1))
    remote = Remote(redis_url, "crawl-2")
    remote.put("open", {"bazaar|a|listing": 5, "bazaar|a|index": 2, "bazaar|b|image": 1})
    found = status(site, NOW)
    assert found.crawl_id == "crawl-2"
    assert [(one.host, one.waiting) for one in found.queue] == [("a", 7), ("b", 1)]
    assert "·" in printed(found)
