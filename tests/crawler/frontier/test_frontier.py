from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from conf.platform import Discovery, Kinds, Platform, Politeness
from crawler.frontier.address import place
from crawler.frontier.frontier import Frontier
from crawler.frontier.host import Ask
from crawler.frontier.robots import Open, rules
from crawler.frontier.store import Acks, Done, Store, Target
from crawler.frontier.store import done as ended
from crawler.items import Link

HOST = "shop.example"


def platform(**politeness: float) -> Platform:
    return Platform(
        name="shop",
        title="Shop",
        pages="shop",
        home=f"https://{HOST}/",
        hosts=(HOST,),
        kinds=Kinds(listing=r"/item/(?P<id>\w+)", seller=r"/by/(?P<id>\w+)", index=r"/c"),
        discovery=Discovery(deepest_page=2),
        politeness=Politeness(**{"requests_per_second": 1000.0, "concurrency": 100} | politeness),
        verified="sandbox",
    )


class Desk:
    """Hears what the frontier refuses."""

    def __init__(self) -> None:
        self.refused: list[tuple[str, str, str | None]] = []

    def __call__(  # noqa: D102 - see the class
        self, ask: Ask, reason: str, detail: str, closed: str | None = None
    ) -> None:
        assert detail
        self.refused.append((ask.url, reason, closed))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "frontier.sqlite"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)


def links(*paths: str) -> list[Link]:
    kinds = {"i": "listing", "b": "seller", "c": "index", "p": "image"}
    return [Link(f"https://{HOST}{path}", kinds[path[1]]) for path in paths]  # type: ignore[arg-type]


def ready(store: Store, refuse: Desk | None = None, **politeness: float) -> Frontier:
    """A frontier whose host has no robots.txt."""
    made = Frontier(store, [platform(**politeness)], refuse or Desk())
    made.hosts[HOST].learn(Open())
    return made


def drain(frontier: Frontier, now: float = 0.0) -> list[Ask]:
    """All that goes out while nothing is answered, at whatever moment it may."""
    asks = []
    while True:
        ask = frontier.next(now)
        if ask is None and math.isinf(frontier.wake_at):
            return asks
        if ask is None:
            now = frontier.wake_at
        else:
            asks.append(ask)


def done(ask: Ask, *pictures: str) -> Done:
    assert ask.target is not None
    places = [place(platform(), f"https://{HOST}{path}", "image") for path in pictures]
    key = f"shop:{ask.target.own_id}" if ask.target.kind == "listing" else None
    kept = tuple(one for one in places if one is not None)
    return ended(ask.target, key, kept)


def paths(asks: list[Ask]) -> list[str]:
    return [ask.url.removeprefix(f"https://{HOST}") for ask in asks]


def test_robots_goes_first_and_alone(store: Store) -> None:
    frontier = Frontier(store, [platform()], Desk())
    frontier.add(None, "shop", links("/item/1"))
    first = frontier.next(0.0)
    assert first is not None
    assert first.url == f"https://{HOST}/robots.txt"
    assert frontier.next(0.1) is None
    frontier.answered(first)
    frontier.hosts[HOST].learn(Open())
    assert paths(drain(frontier, 0.2)) == ["/item/1"]


def test_one_listing_goes_out_once_however_it_is_linked(store: Store) -> None:
    frontier = ready(store)
    assert frontier.add(None, "shop", links("/item/1", "/item/1?utm_source=x", "/item/2")) == 2
    assert frontier.add(None, "shop", links("/item/2#photos")) == 0
    assert paths(drain(frontier)) == ["/item/1", "/item/2"]


def test_indexes_feed_then_listings_then_sellers(store: Store) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/by/s", "/item/1", "/c1"))
    assert paths(drain(frontier)) == ["/c1", "/item/1", "/by/s"]
    many = [f"/item/x{number}" for number in range(150)]
    frontier.add(None, "shop", links("/c2", *many))
    assert paths(drain(frontier))[0].startswith("/item/x")


def test_pictures_wait_until_all_pages_are_in_the_lake(store: Store) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/item/1", "/item/2"))
    first, second = drain(frontier)
    frontier.acknowledge(Acks((done(first, "/p.jpg"),)))
    assert drain(frontier) == []
    frontier.acknowledge(Acks((done(second, "/p.jpg", "/q.jpg"),)))
    p, q = drain(frontier)
    assert paths([p, q]) == ["/p.jpg", "/q.jpg"]
    assert p.target is not None
    assert store.wanted_by(p.target) == ["shop:1", "shop:2"]


def test_a_lease_ends_only_with_its_acknowledgement(store: Store, path: Path) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/item/1", "/item/2"))
    first, second = drain(frontier)
    frontier.answered(first)
    frontier.answered(second)
    frontier.acknowledge(Acks((done(first),)))
    assert not frontier.is_done
    store.close()

    again = ready(Store(path))
    (left,) = drain(again)
    assert left.url.endswith("/item/2")
    again.answered(left)
    again.acknowledge(Acks((done(left),)))
    again.acknowledge(Acks((done(left),)))  # a batch that is brought twice does no harm
    assert again.is_done
    assert again.waiting("shop") == 0


def test_the_rate_is_the_hosts_own(store: Store) -> None:
    frontier = ready(store, requests_per_second=10.0, concurrency=2)
    frontier.add(None, "shop", links(*(f"/item/{number}" for number in range(5))))
    first = frontier.next(100.0)
    assert first is not None
    assert frontier.next(100.05) is None
    assert frontier.wake_at == pytest.approx(100.1)
    assert frontier.next(100.1) is not None
    assert frontier.next(109.0) is None  # two are out, and no more than two may be
    assert math.isinf(frontier.wake_at)
    frontier.answered(first)
    assert frontier.next(109.0) is not None


def test_crawl_delay_slows_the_host_down(store: Store) -> None:
    frontier = Frontier(store, [platform()], Desk())
    frontier.add(None, "shop", links("/item/1", "/item/2", "/private/item/3"))
    robots = frontier.next(0.0)
    assert robots is not None
    frontier.answered(robots)
    found = rules(200, b"User-agent: *\nCrawl-delay: 4\nDisallow: /private/\n")
    assert found is not None
    frontier.hosts[HOST].learn(found)
    assert frontier.next(10.0) is not None
    assert frontier.next(13.9) is None
    assert frontier.next(14.0) is not None


@pytest.mark.parametrize(("says", "waits"), [(7.0, 7.0), (None, 1.0)])
def test_a_host_that_asks_for_a_pause_gets_it(
    store: Store, says: float | None, waits: float
) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/item/1", "/item/2"))
    ask = frontier.next(0.0)
    assert ask is not None
    pause = frontier.throttled(ask, 50.0, says)
    frontier.again(ask, 50.0 + pause)
    assert pause == waits
    assert frontier.next(50.0 + waits - 0.01) is None
    assert len(drain(frontier, 50.0 + waits)) == 2


def test_without_a_word_the_pause_doubles(store: Store) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/item/1"))
    ask = frontier.next(0.0)
    assert ask is not None
    pauses = []
    for number in range(8):
        pauses.append(frontier.throttled(ask, number * 1000.0, None))
        frontier.again(ask, number * 1000.0)
        assert frontier.next(number * 1000.0 + 999) is ask
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def fail(frontier: Frontier, asks: list[Ask], tries: int) -> list[bool]:
    """Let asks fail that were tried so often before."""
    for ask in asks:
        ask.tries = tries
    return [frontier.failed(ask, "the host refused the connection") for ask in asks]


def test_the_pages_of_a_silent_host_wait_for_the_next_run(store: Store, path: Path) -> None:
    desk = Desk()
    frontier = ready(store, desk, retries=3)
    frontier.add(None, "shop", links(*(f"/item/{number}" for number in range(6))))
    asks = drain(frontier)
    assert fail(frontier, asks[:5], tries=0) == [False] * 5  # a moment says nothing
    assert not frontier.is_done
    assert fail(frontier, asks[:1], tries=3) == [True]
    frontier.in_flight = 0
    assert frontier.is_done
    assert frontier.waiting("shop") == 6
    assert frontier.silence("shop") == {HOST: "the host refused the connection"}
    assert drain(frontier) == []
    assert desk.refused == []
    store.close()

    again = ready(Store(path))
    assert len(drain(again)) == 6


def test_one_answer_between_and_the_host_is_not_silent(store: Store) -> None:
    frontier = ready(store, retries=2)
    frontier.add(None, "shop", links(*(f"/item/{number}" for number in range(6))))
    asks = drain(frontier)
    fail(frontier, asks[:3], tries=0)
    frontier.answered(asks[3])
    assert fail(frontier, asks[4:5], tries=2) == [False]
    assert frontier.silence("shop") == {}


def test_without_retries_the_first_failure_tells(store: Store) -> None:
    frontier = ready(store, retries=0)
    frontier.add(None, "shop", links("/item/1"))
    assert fail(frontier, drain(frontier), tries=0) == [True]


def test_pictures_wait_with_the_pages_of_their_platform(store: Store) -> None:
    two = msgspec.structs.replace(platform(), hosts=(HOST, "img.example"))
    frontier = Frontier(store, [two], Desk())
    for name in two.hosts:
        frontier.hosts[name].learn(Open())
    frontier.add(None, "shop", links("/item/1", "/item/2"))
    frontier.add(None, "shop", [Link("https://img.example/p.jpg", "image")])
    frontier.next(0.0)
    assert not frontier.is_done
    frontier.silent[HOST] = "the host's name has no address"
    frontier.in_flight = 0
    assert frontier.is_done
    assert frontier.waiting("shop") == 3


def test_without_the_host_of_its_token_a_platform_waits(store: Store) -> None:
    plain = platform(retries=0)
    address = "https://id.example/token"
    signed = msgspec.structs.replace(plain, hosts=(HOST, "id.example"), token_url=address)
    frontier = Frontier(store, [signed], Desk())
    for name in signed.hosts:
        frontier.hosts[name].learn(Open())
    frontier.add(None, "shop", links("/item/1"))
    frontier.add(None, "shop", [Link("https://id.example/c", "index")])
    (token,) = drain(frontier)
    assert token.purpose == "token"
    assert frontier.failed(token, "the answer was not complete in time")
    assert frontier.is_done
    assert frontier.waiting("shop") == 2
    assert frontier.silence("shop") == {"id.example": "the answer was not complete in time"}


def test_a_closed_host_is_left_for_good(store: Store) -> None:
    desk = Desk()
    frontier = ready(store, desk)
    frontier.add(None, "shop", links("/item/1"))
    (ask,) = drain(frontier)
    frontier.answered(ask)
    frontier.close_host(HOST, "robots_unreachable", "it answered 500")
    assert desk.refused == [(f"https://{HOST}/robots.txt", "robots_unreachable", HOST)]
    frontier.acknowledge(Acks(closed=(HOST,)))
    assert frontier.is_done
    frontier.add(None, "shop", links("/item/99"))
    assert frontier.is_done  # nothing more is taken for a closed host


def test_the_day_has_its_limit(store: Store) -> None:
    desk = Desk()
    frontier = ready(store, desk, daily_requests=3)
    frontier.add(None, "shop", links(*(f"/item/{number}" for number in range(5))))
    assert len(drain(frontier)) == 3
    assert [reason for _, reason, _ in desk.refused] == ["daily_requests"]


def test_indexes_end_at_the_deepest_page(store: Store) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/c?page=1"))
    for page in (2, 3, 4):
        (ask,) = drain(frontier)
        frontier.add(ask.target, "shop", links(f"/c?page={page}"))
        if page == 4:
            break
    assert paths(drain(frontier)) == []


def test_a_limit_counts_listings_and_ends_the_indexes(store: Store) -> None:
    frontier = Frontier(store, [platform()], Desk(), limit=3)
    frontier.hosts[HOST].learn(Open())
    frontier.add(None, "shop", links("/c1", "/c2", *(f"/item/{number}" for number in range(5))))
    assert paths(drain(frontier)) == ["/item/0", "/item/1", "/item/2"]


def test_two_platforms_of_one_host_share_its_pace(store: Store) -> None:
    slow = msgspec.structs.replace(
        platform(), name="slow", politeness=Politeness(requests_per_second=0.5, concurrency=1)
    )
    frontier = Frontier(store, [platform(), slow], Desk())
    frontier.hosts[HOST].learn(Open())
    frontier.add(None, "shop", links("/item/1"))
    frontier.add(None, "slow", links("/item/1"))
    first = frontier.next(0.0)
    assert first is not None
    frontier.answered(first)
    assert frontier.next(1.9) is None
    second = frontier.next(2.0)
    assert second is not None
    assert {first.platform, second.platform} == {"shop", "slow"}


def test_a_redirected_page_keeps_its_lease(store: Store) -> None:
    frontier = ready(store)
    frontier.add(None, "shop", links("/item/1"))
    (ask,) = drain(frontier)
    frontier.answered(ask)
    ask.url = f"https://{HOST}/item/1/with-a-name"
    frontier.again(ask, 5.0)
    (again,) = drain(frontier, 5.0)
    assert again.target is ask.target
    assert isinstance(again.target, Target)


@pytest.mark.parametrize(
    ("status", "is_open"), [(404, True), (403, True), (500, False), (503, False), (301, False)]
)
def test_what_an_answer_to_robots_means(status: int, *, is_open: bool) -> None:
    found = rules(status, b"User-agent: *\nDisallow: /\n")
    assert (found is not None and found.allows("https://x.example/")) is is_open
