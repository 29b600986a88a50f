"""What only the shared frontier can do."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
import redis

from conf.errors import ConfError
from crawler.frontier.contract import Frontier
from crawler.frontier.host import Ask
from crawler.frontier.remote import Remote
from crawler.frontier.robots import rules
from crawler.frontier.rounds import Terms
from crawler.frontier.store import Acks
from crawler.items import Link
from infra.bench.store import RedisServer
from tests.crawler.frontier.rehearsal import HOST, Rehearsal, ended, links, paths, platform


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


def test_a_store_that_is_full_is_waited_for_and_loses_nothing(shared: Rehearsal) -> None:
    worker = shared.worker()
    worker.add(None, "shop", links("/item/1"))
    (ask,) = shared.drain(worker)
    client = redis.Redis.from_url(shared.url or "")
    client.config_set("maxmemory", "1mb")
    try:
        worker.add(None, "shop", links("/item/2", "/item/3"))
        worker.answered(ask, shared.clock())
        shared.sync(worker)
        assert "maxmemory" in worker.warnings[-1]
        assert not worker.is_done
    finally:
        client.config_set("maxmemory", "0")
        client.close()
    assert sorted(paths(shared.drain(worker))) == ["/item/2", "/item/3"]
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


def test_what_a_worker_known_to_be_dead_held_is_taken_over_at_once(shared: Rehearsal) -> None:
    dead, heir = shared.worker(name="a-1"), shared.worker(name="b-1")
    dead.add(None, "shop", links("/item/1", "/item/2"))
    assert len(shared.drain(dead)) == 2
    shared.sync(heir)
    assert shared.drain(heir) == []
    shared.ledger().bury(["a"])  # a part of a name is no name
    assert shared.drain(heir) == []
    shared.ledger().bury(["a-1"])
    assert sorted(paths(shared.drain(heir))) == ["/item/1", "/item/2"]


def test_a_thousand_targets_of_a_dead_worker_are_buried_in_parts(shared: Rehearsal) -> None:
    dead, heir = shared.worker(name="a-1"), shared.worker(name="b-1")
    dead.add(None, "shop", links(*(f"/item/{number}" for number in range(1_200))))
    assert len(answered(shared, dead)) == 1_200
    shared.ledger().bury(["a-1"])
    assert len(answered(shared, heir)) == 1_200


def test_what_a_lost_batch_had_claimed_is_asked_for_again(shared: Rehearsal) -> None:
    worker, ledger = shared.worker(), shared.ledger()
    worker.add(None, "shop", links("/item/1", "/item/2"))
    asks = shared.drain(worker)
    for name, ask in zip(("kept", "lost"), asks, strict=True):
        worker.answered(ask, shared.clock())
        assert list(ledger.claim(name, [ended(ask)])) == [True]
    ledger.give_back(lambda batch: batch == "kept")
    (again,) = shared.drain(worker)
    assert again.url == asks[1].url
    assert list(ledger.claim("new", [ended(again)])) == [True]
    ledger.acknowledge(Acks((ended(asks[0]), ended(again))))
    shared.sync(worker)
    assert worker.waiting("shop") == 0


def answered(shared: Rehearsal, worker: Frontier) -> list[Ask]:
    """All that a worker can ask when each answer frees its connection; nothing is acknowledged."""
    asks: list[Ask] = []
    while some := shared.drain(worker, 50):
        for ask in some:
            worker.answered(ask, shared.clock())
        asks += some
    return asks


def test_what_the_lake_has_is_known_and_done_in_a_frontier_that_lost_all(shared: Rehearsal) -> None:
    before = shared.worker()
    before.add(None, "shop", links("/item/1", "/item/2"))
    first, second = (ended(ask, "/p/1.jpg") for ask in shared.drain(before))
    client = redis.Redis.from_url(shared.url or "")
    client.flushall()
    client.close()
    ledger = shared.ledger()
    for _ in range(2):  # as after a kill
        ledger.recall([first], hold=["shop"])
    worker = shared.worker()
    worker.add(None, "shop", links("/item/1", "/item/2"))
    (ask,) = shared.drain(worker)
    assert ask.url.endswith("/item/2")
    shared.end(worker, ask)
    assert shared.drain(worker) == []  # its picture waits, for others may be recalled that show it
    ledger.recall([second])
    ledger.let_go(["shop"])
    (picture,) = shared.drain(worker)
    assert picture.target is not None
    assert worker.wanted_by(picture.target) == ["shop:1", "shop:2"]
    shared.end(worker, picture)
    assert worker.waiting("shop") == 0


def test_what_waits_is_out_and_is_done_is_counted(shared: Rehearsal) -> None:
    worker = shared.worker(platform(concurrency=2))
    worker.add(None, "shop", links("/item/1", "/item/2", "/item/3", "/c"))
    first, _ = shared.drain(worker)
    shared.end(worker, first)
    worker.make_durable()
    (counted,) = shared.ledger().standing()
    assert (counted.platform, counted.host) == ("shop", HOST)
    assert (counted.waiting, counted.out, counted.done) == (3, 2, 1)  # another one went out


@pytest.mark.parametrize("jump_s", [-3600.0, -1.0, 3600.0])
def test_a_store_whose_clock_is_set_keeps_rates_and_leases(
    shared: Rehearsal, jump_s: float
) -> None:
    one = platform(requests_per_second=0.1)
    first, second = shared.worker(one), shared.worker(one)
    first.add(None, "shop", links(*(f"/item/{number}" for number in range(4))))
    (held,) = shared.drain(first)
    shared.sync(second)
    shared.set_store_clock(jump_s)
    shared.sync(first, second)
    out = []
    for _ in range(6):
        shared.later(5.0)
        out.append(len(shared.drain(first) + shared.drain(second)))
    assert (sum(out), max(out)) == (3, 1)  # a page each ten seconds, as before
    assert list(shared.ledger().claim("a", [ended(held)])) == [True]
    assert not [one for one in first.warnings if "away" in one]


def test_a_large_queue_of_a_closed_host_ends_in_parts(shared: Rehearsal) -> None:
    worker = shared.worker()
    worker._rounds.terms = Terms(clock=shared.clock, most=0)  # type: ignore[attr-defined] # only renews
    worker.add(None, "shop", links(*(f"/item/{number}" for number in range(1700))))
    shared.sync(worker)
    shared.ledger().acknowledge(Acks(closed=(HOST,)))
    left = [shared.ledger().open()[f"shop|{HOST}|listing"]]
    while left[-1] != "0" and len(left) < 9:
        shared.sync(worker)
        left.append(shared.ledger().open()[f"shop|{HOST}|listing"])
    assert left == ["1200", "700", "200", "0"]
    shared.sync(worker)
    assert worker.is_done


def test_hosts_that_may_not_be_asked_keep_no_other_waiting(shared: Rehearsal) -> None:
    """Those of a platform whose token is missing are due, and stay so."""
    many = [platform(f"many{at:03}", f"host{at:03}.example") for at in range(150)]
    address = "https://host000.example/token"
    lacking = [
        msgspec.structs.replace(one, token_url=address, hosts=(*one.hosts, "host000.example"))
        for one in many
    ]
    worker = shared.worker(*lacking, platform())
    for one in many:
        worker.add(None, one.name, [Link(f"{one.home}item/1", "listing")])
    shared.sync(worker)
    worker.add(None, "shop", links("/item/1"))
    out: list[str] = []
    for _ in range(5):
        out += [ask.url for ask in shared.drain(worker) if ask.purpose == "page"]
        shared.later(0.1)
    assert out == [f"https://{HOST}/item/1"]


def test_a_worker_taken_for_dead_asks_for_nothing_it_held_and_for_its_token_anew(
    shared: Rehearsal,
) -> None:
    one = msgspec.structs.replace(platform(), token_url=f"https://{HOST}/token")
    sleeper, heir = shared.worker(one), shared.worker()
    sleeper.add(None, "shop", links("/item/1"))
    shared.sync(sleeper)
    (token,) = shared.drain(sleeper)
    assert token.purpose == "token"
    sleeper.answered(token)
    sleeper.again(token, shared.clock() + 1.0)
    shared.outlive(heir)
    (page,) = shared.drain(heir)
    shared.sync(sleeper)
    asks = shared.drain(sleeper)
    assert [ask.purpose for ask in asks] == ["token"]
    sleeper.answered(asks[0], shared.clock())
    sleeper.tokens["shop"] = "t"
    heir.answered(page, shared.clock())
    assert shared.drain(sleeper) == []
