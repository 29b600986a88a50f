"""What both makings of the frontier must do, and what only the shared one can."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
import redis

from conf.errors import ConfError
from conf.platform import Discovery, Kinds, Platform, Politeness
from crawler.frontier.address import place
from crawler.frontier.contract import Frontier
from crawler.frontier.frontier import Frontier as OwnFrontier
from crawler.frontier.host import Ask
from crawler.frontier.ledger import Ledger
from crawler.frontier.remote import Remote
from crawler.frontier.robots import Open, rules
from crawler.frontier.rounds import Terms
from crawler.frontier.shared import SharedFrontier
from crawler.frontier.store import Acks, Done, Store, done
from crawler.items import Link
from infra.bench.store import RedisServer

HOST = "shop.example"


def platform(name: str = "shop", host: str = HOST, **politeness: object) -> Platform:
    return Platform(
        name=name,
        title=name,
        pages=name,
        home=f"https://{host}/",
        hosts=(host,),
        kinds=Kinds(listing=r"/item/(?P<id>\w+)", seller=r"/by/(?P<id>\w+)", index=r"/c"),
        discovery=Discovery(deepest_page=5),
        politeness=Politeness(**{"requests_per_second": 0.0, "concurrency": 100} | politeness),  # type: ignore[arg-type]
        verified="sandbox",
    )


def links(*paths: str, hint: str = "") -> list[Link]:
    kinds = {"i": "listing", "b": "seller", "c": "index", "p": "image"}
    return [Link(f"https://{HOST}{path}", kinds[path[1]], hint) for path in paths]  # type: ignore[arg-type]


class Rehearsal:
    """One crawl, its workers, and a clock that can be set ahead."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.url, self.folder, self.ahead_s = url, folder, 0.0
        self.crawl_id = f"crawl-{time.time_ns()}"
        self.refused: list[tuple[str, str, str | None]] = []
        self.remotes: list[Remote] = []

    def clock(self) -> float:
        """Give this process' clock, set ahead."""
        return time.monotonic() + self.ahead_s

    def refuse(  # noqa: D102 - see the contract
        self, ask: Ask, reason: str, detail: str, closed: str | None = None
    ) -> None:
        assert detail
        self.refused.append((ask.url.removeprefix(f"https://{HOST}"), reason, closed))

    def worker(
        self, *platforms: Platform, limit: int | None = None, rules: bool = True
    ) -> Frontier:
        """Join the crawl, with rules that allow everything."""
        given = platforms or (platform(),)
        made: Frontier
        if self.url is None:
            own = OwnFrontier(Store(self.folder / "crawl.sqlite"), given, self.refuse, limit)
            own.epoch_s = time.time() - time.monotonic()
            made = own
        else:
            remote = Remote(self.url, self.crawl_id)
            self.remotes.append(remote)
            remote.ahead_s = self.ahead_s
            terms = Terms(clock=self.clock)
            made = SharedFrontier(remote, given, self.refuse, limit, terms=terms)
        if rules:
            for one in given:
                for host in one.hosts:
                    made.learn(host, Open(), self.clock())
        return made

    def ledger(self) -> Ledger:
        """Give what the store keeps for good."""
        return Ledger(Remote(self.url or "", self.crawl_id))

    def later(self, seconds: float) -> None:
        """Set all clocks ahead."""
        self.ahead_s += seconds
        for remote in self.remotes:
            remote.ahead_s = self.ahead_s

    def sync(self, *frontiers: Frontier) -> None:
        """Have some workers make a round, one after the other."""
        for one in frontiers:
            asyncio.run(one.sync())

    def outlive(self, heir: Frontier) -> None:
        """Let the leases of all others end."""
        for _ in range(5):
            self.later(10)
            self.sync(heir)

    def one(self, frontier: Frontier) -> Ask | None:
        """What goes out at this moment."""
        ask = frontier.next(self.clock())
        if ask is None:
            self.sync(frontier)
            ask = frontier.next(self.clock())
        return ask

    def drain(self, frontier: Frontier, most: int = 10_000) -> list[Ask]:
        """All that goes out at this moment."""
        asks: list[Ask] = []
        while len(asks) < most and (ask := self.one(frontier)) is not None:
            asks.append(ask)
        return asks

    def end(self, frontier: Frontier, *asks: Ask, pictures: tuple[str, ...] = ()) -> None:
        """Answer and acknowledge."""
        for ask in asks:
            frontier.answered(ask, self.clock())
            frontier.acknowledge(Acks((ended(ask, *pictures),)))
        self.sync(frontier)


def ended(ask: Ask, *pictures: str) -> Done:
    assert ask.target is not None
    places = [place(platform(), f"https://{HOST}{path}", "image") for path in pictures]
    key = f"shop:{ask.target.own_id}" if ask.target.kind == "listing" else None
    return done(ask.target, key, tuple(one for one in places if one is not None))


def paths(asks: list[Ask]) -> list[str]:
    return [ask.url.removeprefix(f"https://{HOST}") for ask in asks]


@pytest.fixture(params=["own", "shared"])
def crawl(request: pytest.FixtureRequest, tmp_path: Path) -> Rehearsal:
    url = request.getfixturevalue("redis_url") if request.param == "shared" else None
    return Rehearsal(tmp_path, url)


@pytest.fixture
def shared(redis_url: str, tmp_path: Path) -> Rehearsal:
    return Rehearsal(tmp_path, redis_url)


# Both makings


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


# The shared one


def test_a_batch_claims_once_and_gets_the_same_answer_again(shared: Rehearsal) -> None:
    worker, ledger = shared.worker(), shared.ledger()
    worker.add(None, "shop", links("/item/1", "/item/2"))
    both = [ended(ask) for ask in shared.drain(worker)]
    assert list(ledger.claim("a", both)) == [True, True]
    assert list(ledger.claim("a", both)) == [True, True]
    ledger.acknowledge(Acks(tuple(both)))
    assert list(ledger.claim("b", both)) == [False, False]


def test_no_target_is_out_twice(shared: Rehearsal) -> None:
    first, second = shared.worker(), shared.worker()
    first.add(None, "shop", links(*(f"/item/{number}" for number in range(50))))
    out = shared.drain(first, 20) + shared.drain(second, 1000)
    out += shared.drain(first)
    assert Counter(Counter(paths(out)).values()) == {1: 50}


def test_two_workers_ask_no_faster_than_one(shared: Rehearsal) -> None:
    one = platform(requests_per_second=0.1)
    first, second = shared.worker(one), shared.worker(one)
    first.add(None, "shop", links(*(f"/item/{number}" for number in range(10))))
    assert len(shared.drain(first) + shared.drain(second)) == 1
    shared.later(10.1)
    assert len(shared.drain(second) + shared.drain(first)) == 1


def test_what_one_worker_is_told_holds_for_all(shared: Rehearsal) -> None:
    one = platform(concurrency=1)
    first, second = shared.worker(one), shared.worker(one)
    first.add(None, "shop", links("/item/1", "/item/2"))
    ask = shared.one(first)
    assert ask is not None
    first.throttled(ask, shared.clock(), 40.0)
    shared.sync(first)
    assert shared.drain(second) == []
    shared.later(41)
    assert paths(shared.drain(second)) == ["/item/2"]


def test_rules_are_fetched_by_one_and_known_to_all(shared: Rehearsal) -> None:
    first, second = shared.worker(rules=False), shared.worker(rules=False)
    first.add(None, "shop", links("/item/1", "/item/2"))
    shared.sync(first)
    ask = shared.one(first)
    assert shared.one(second) is None
    assert ask is not None
    first.answered(ask, shared.clock())
    found = rules(200, b"User-agent: *\nDisallow: /item/2\nCrawl-delay: 7\n")
    assert found is not None
    first.learn(HOST, found, shared.clock())
    out = shared.drain(first)  # the first page; the second one waits 7 s
    assert shared.drain(second) == []
    shared.later(8)
    assert paths(out + shared.drain(second)) == ["/item/1"]
    assert shared.refused == [("/item/2", "robots_disallowed", None)]


def test_a_dead_worker_is_followed_by_another_and_fenced_off(shared: Rehearsal) -> None:
    dead, heir = shared.worker(), shared.worker()
    dead.add(None, "shop", links("/item/1"))
    (old,) = shared.drain(dead)
    shared.outlive(heir)
    (new,) = shared.drain(heir)
    assert (old.url, old.target != new.target) == (new.url, True)
    dead.answered(old, shared.clock())
    assert list(shared.ledger().claim("dead", [ended(old)])) == [False]
    dead.acknowledge(Acks((ended(old),)))
    assert list(shared.ledger().claim("heir", [ended(new)])) == [True]
    shared.sync(dead)
    assert "was away for longer than its leases" in dead.warnings[-1]
    assert shared.drain(dead) == []
    heir.answered(new, shared.clock())
    heir.acknowledge(Acks((ended(new),)))
    shared.sync(heir, dead)
    shared.sync(dead)
    assert (heir.is_done, dead.is_done) == (True, True)


def test_a_sealed_page_of_a_dead_worker_is_not_fetched_again(shared: Rehearsal) -> None:
    dead, heir = shared.worker(), shared.worker()
    dead.add(None, "shop", links("/item/1", "/item/2"))
    asks = shared.drain(dead)
    heir._rounds.terms = Terms(clock=shared.clock, most=0)  # type: ignore[attr-defined] # only renews
    shared.outlive(heir)
    assert list(shared.ledger().claim("sealed", [ended(one) for one in asks])) == [True, True]
    assert shared.drain(heir) == []


def test_a_store_that_was_away_takes_no_lease_from_anyone(
    shared: Rehearsal, redis_server: RedisServer
) -> None:
    first, second = shared.worker(), shared.worker()
    first.add(None, "shop", links("/item/1", "/item/2"))
    (ask, _) = shared.drain(first)
    shared.sync(second)
    redis_server.kill()
    first.answered(ask, shared.clock())
    first.add(None, "shop", links("/item/3"))
    shared.sync(first)
    assert "is away" in first.warnings[-1]
    assert not first.is_done
    redis_server.start()
    shared.later(300)
    shared.sync(second, first)
    assert paths(shared.drain(second) + shared.drain(first)) == ["/item/3"]
    assert list(shared.ledger().claim("a", [ended(ask)])) == [True]


def test_too_many_uncommitted_targets_end_the_leasing(shared: Rehearsal) -> None:
    worker = shared.worker()
    worker._rounds.terms = Terms(clock=shared.clock, most=3)  # type: ignore[attr-defined]
    worker.add(None, "shop", links(*(f"/item/{number}" for number in range(9))))
    out = shared.drain(worker)
    assert (len(out), worker.uncommitted) == (3, 3)
    shared.end(worker, out[0])
    assert len(shared.drain(worker)) == 1


def test_known_pages_stay_known_while_their_sets_split(shared: Rehearsal) -> None:
    worker = shared.worker()
    paths_ = [f"/item/{number}" for number in range(20_000)]
    worker.add(None, "shop", links(*paths_))
    worker.add(None, "shop", links(*paths_))
    worker.make_durable()
    assert shared.ledger().open() == {f"shop|{HOST}|listing": "20000"}
    client = redis.Redis.from_url(shared.url or "")
    shards = list(client.scan_iter(match="*seen:*"))
    assert sum(client.scard(shard) for shard in shards) == 20_000
    assert {client.object("encoding", shard) for shard in shards} == {b"intset"}
    client.close()


def test_a_finished_crawl_leaves_only_its_facts(shared: Rehearsal) -> None:
    worker = shared.worker()
    worker.add(None, "shop", links("/item/1"))
    shared.end(worker, *shared.drain(worker))
    worker.note("finished:shop", "yes")
    shared.ledger().forget("shop")
    client = redis.Redis.from_url(shared.url or "")
    assert not list(client.scan_iter(match="*seen:*"))
    assert worker.fact("finished:shop") == "yes"
    client.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfError, match="no address of a frontier"):
        Remote("http://127.0.0.1/", "crawl")
