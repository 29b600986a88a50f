"""What both makings of the frontier must do."""

from __future__ import annotations

import time

from crawler.frontier.robots import rules
from crawler.frontier.store import Acks
from tests.crawler.frontier.rehearsal import HOST, Rehearsal, ended, links, paths, platform


def test_robots_goes_first_and_alone(crawl: Rehearsal) -> None:
    worker = crawl.worker(rules=False)
    worker.add(None, "shop", links("/item/1"))
    first = crawl.one(worker)
    assert first is not None
    assert first.url == f"https://{HOST}/robots.txt"
    assert crawl.one(worker) is None
    worker.answered(first, crawl.clock())
    found = rules(200, b"User-agent: *\nDisallow: /item/2\n")
    assert found is not None
    worker.learn(HOST, found, crawl.clock())
    worker.add(None, "shop", links("/item/2"))
    assert paths(crawl.drain(worker)) == ["/item/1"]
    assert crawl.refused == [("/item/2", "robots_disallowed", None)]


def test_rules_are_asked_for_anew_after_a_day(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1"))
    crawl.sync(worker)
    crawl.later(86_401)
    worker.add(None, "shop", links("/item/2"))
    assert "/robots.txt" in paths(crawl.drain(worker))


def test_one_listing_goes_out_once_however_it_is_linked(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1", "/item/1?utm_source=x", "/item/2"))
    worker.add(None, "shop", links("/item/2#photos", "/item/1;jsessionid=7?x=2"))
    assert paths(crawl.drain(worker)) == ["/item/1", "/item/2"]
    worker.add(None, "shop", links("/item/1"))
    assert crawl.drain(worker) == []


def test_a_lower_hint_goes_first_and_then_who_came_first(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1", "/item/2", hint="k2"))
    worker.add(None, "shop", links("/item/3", hint="k1"))
    worker.add(None, "shop", links("/item/4"))
    assert paths(crawl.drain(worker)) == ["/item/4", "/item/3", "/item/1", "/item/2"]


def test_indexes_feed_and_pictures_come_last(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/by/1", "/item/1", "/c1"))
    first = crawl.drain(worker)
    assert paths(first) == ["/c1", "/item/1", "/by/1"]
    crawl.end(worker, first[1], pictures=("/p1", "/p2"))
    assert crawl.drain(worker) == []
    crawl.end(worker, first[0], first[2])
    pictures = crawl.drain(worker)
    assert paths(pictures) == ["/p1", "/p2"]
    assert pictures[0].target is not None
    assert worker.wanted_by(pictures[0].target) == ["shop:1"]
    assert not worker.is_done
    crawl.end(worker, *pictures)
    assert worker.is_done


def test_a_limit_of_listings_ends_the_indexes(crawl: Rehearsal) -> None:
    worker = crawl.worker(limit=2)
    worker.add(None, "shop", links("/c1", "/c2", "/item/1", "/item/2", "/item/3"))
    assert paths(crawl.drain(worker)) == ["/item/1", "/item/2"]
    worker.add(None, "shop", links("/item/4", "/c3", "/by/1"))
    assert paths(crawl.drain(worker)) == ["/by/1"]


def test_the_rate_is_kept(crawl: Rehearsal) -> None:
    worker = crawl.worker(platform(requests_per_second=0.1))
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3"))
    assert paths(crawl.drain(worker)) == ["/item/1"]
    crawl.later(8)
    assert crawl.drain(worker) == []
    crawl.later(3)
    assert paths(crawl.drain(worker)) == ["/item/2"]


def test_no_more_connections_than_allowed(crawl: Rehearsal) -> None:
    worker = crawl.worker(platform(concurrency=2))
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3"))
    out = crawl.drain(worker)
    assert len(out) == 2
    worker.answered(out[0], crawl.clock())
    assert paths(crawl.drain(worker)) == ["/item/3"]


def test_a_host_that_says_when_is_left_alone_until_then(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1", "/item/2"))
    first = crawl.one(worker)
    assert first is not None
    pause_s = worker.throttled(first, crawl.clock(), 40.0)
    assert pause_s == 40.0
    worker.again(first, crawl.clock() + pause_s)
    assert crawl.drain(worker) == []
    crawl.later(39)
    assert crawl.drain(worker) == []
    crawl.later(2)
    assert sorted(paths(crawl.drain(worker))) == ["/item/1", "/item/2"]


def test_slow_answers_slow_the_asking(crawl: Rehearsal) -> None:
    worker = crawl.worker(platform(slow_factor=2.0, concurrency=1))
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3"))
    first = crawl.one(worker)
    assert first is not None
    crawl.later(10)
    worker.answered(first, crawl.clock())
    (second,) = crawl.drain(worker)
    worker.answered(second)  # 3 s, smoothed: nothing for 6 s
    crawl.later(5)
    assert crawl.drain(worker) == []
    crawl.later(2)
    assert len(crawl.drain(worker)) == 1


def test_a_day_has_so_many_requests(crawl: Rehearsal) -> None:
    worker = crawl.worker(platform(daily_requests=2))
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3"))
    assert len(crawl.drain(worker)) == 2
    crawl.sync(worker)
    assert crawl.refused == [("/robots.txt", "daily_requests", HOST)]
    assert crawl.drain(worker) == []


def test_outside_of_its_hours_a_host_is_left_alone(crawl: Rehearsal) -> None:
    minute = int(time.time() % 86_400 // 60)
    begin, end = (minute + 60) % 1440, (minute + 120) % 1440
    hours = f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
    worker = crawl.worker(platform(opening_hours=hours))
    worker.add(None, "shop", links("/item/1"))
    assert crawl.drain(worker) == []
    crawl.later(3660)
    assert paths(crawl.drain(worker)) == ["/item/1"]


def test_a_closed_host_is_refused_once_and_done_when_that_is_kept(crawl: Rehearsal) -> None:
    worker = crawl.worker(rules=False)
    worker.add(None, "shop", links("/item/1", "/item/2"))
    ask = crawl.one(worker)
    assert ask is not None
    worker.answered(ask, crawl.clock())
    worker.close_host(HOST, "robots_unreachable", "it answered 503")
    crawl.sync(worker)
    assert crawl.refused == [("/robots.txt", "robots_unreachable", HOST)]
    assert not worker.is_done
    worker.acknowledge(Acks(closed=(HOST,)))
    crawl.sync(worker)
    assert worker.is_done
    assert crawl.worker(rules=False).next(crawl.clock()) is None


def test_a_silent_host_waits_for_the_next_run(crawl: Rehearsal) -> None:
    worker = crawl.worker(platform(retries=0))
    worker.add(None, "shop", links("/item/1", "/item/2"))
    ask = crawl.one(worker)
    assert ask is not None
    assert worker.failed(ask, "it refuses connections")
    crawl.sync(worker)
    assert crawl.drain(worker) == []
    crawl.sync(worker)
    assert worker.is_done
    assert worker.waiting("shop") == 2
    assert worker.silence("shop") == {HOST: "it refuses connections"}
    worker.close()
    assert len(crawl.drain(crawl.worker())) == 2


def test_what_was_out_goes_out_again_after_a_restart(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3"))
    first, second, _ = crawl.drain(worker)
    worker.note("seeded:shop", "yes")
    crawl.end(worker, first)
    worker.answered(second, crawl.clock())
    crawl.sync(worker)
    worker.make_durable()
    crawl.later(100)
    again = crawl.worker()
    assert again.fact("seeded:shop") == "yes"
    crawl.outlive(again)
    assert paths(crawl.drain(again)) == ["/item/2", "/item/3"]


def test_what_is_acknowledged_twice_is_done_once(crawl: Rehearsal) -> None:
    worker = crawl.worker()
    worker.add(None, "shop", links("/item/1", "/item/2"))
    both = tuple(ended(ask) for ask in crawl.drain(worker))
    assert worker.uncommitted == 2
    worker.acknowledge(Acks(both))
    worker.acknowledge(Acks(both))
    assert worker.uncommitted == 0
    crawl.sync(worker)
    assert worker.waiting("shop") == 0
