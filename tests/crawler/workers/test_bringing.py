"""Batches of all workers come to the lake once, whatever dies between two steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from conf.errors import CrawlError, LakeError
from conf.site import Site, site
from crawler.commit import Committer
from crawler.desk import Draft
from crawler.frontier.store import Acks, Done
from crawler.items import Refused
from crawler.outcome import Outcome
from crawler.rows import refused_row
from crawler.spool import Sealed, Spool, of_workers
from crawler.workers import tally
from crawler.workers.bringing import APP, Bringer
from crawler.workers.owned import kept, owned

CRAWL = "crawl-20261101T060000Z"


class Frontier:
    """Holds the leases of given pages; may be away when it is told something."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self.acknowledged: list[int] = []
        self.is_away = False
        self.asked: list[str] = []

    def claim(self, batch_id: str, done: Sequence[Done]) -> Sequence[bool]:
        """Hold what was given."""
        self.asked.append(batch_id)
        return [self.held.get(one.target) == one.token for one in done]

    def acknowledge(self, acks: Acks) -> None:
        """Note it, unless the store is away."""
        if self.is_away:
            raise CrawlError("the store is away")
        self.acknowledged += [one.target for one in acks.done]


@pytest.fixture
def place(tmp_path: Path) -> Site:
    return msgspec.structs.replace(site("local"), home=tmp_path)


def refusal(number: int, now: Any, reason: str = "http_500") -> Outcome:
    """What is said of one page."""
    refused = Refused(stage="fetch", place=f"http://shop/{number}", reason=reason, detail="it said")
    done = Done(number, "bazaar", "shop", "listing", token=1)
    row = refused_row(refused, CRAWL, now, "bazaar")
    return Outcome(platform="bazaar", rows=(("refused", row),), done=done, reason=reason)


def seal(where: Site, worker: str, outcomes: Sequence[Outcome], seq: int = 1) -> None:
    """Seal a batch as a worker does."""
    draft = Draft()
    for one in outcomes:
        draft.put(one)
    tables, owners = owned(draft.rows, draft.owners, CRAWL)
    spool = Spool(where.state / "spool" / worker)
    spool.seal(Sealed(seq, CRAWL, draft.acks, tables, owners, tuple(draft.told)))


def places(where: Site) -> list[str]:
    """The places of all refusals in the lake."""
    rows = pl.read_delta(str(where.lake / "refused"))
    return sorted(place.rpartition("/")[2] for place in rows["place"])


@pytest.fixture
def now() -> Any:
    from crawler.cli import moment

    return moment("2026-11-01T06:00:00+00:00")


def test_rows_of_a_page_that_another_worker_took_over_stay_out(place: Site, now: Any) -> None:
    frontier = Frontier()
    frontier.held = {1: 1, 2: 7}  # the second was leased anew
    seal(place, "a-1", [refusal(1, now), refusal(2, now)])
    with Committer(place.lake, APP) as committer:
        assert Bringer(place, committer, lambda _: frontier).bring_all() == 1
    assert places(place) == ["1"]
    assert frontier.acknowledged == [1]
    assert of_workers(place.state / "spool") == []
    assert tally.read(tally.file(place.state, CRAWL)).refused == {"bazaar": {"http_500": 1}}


def test_two_workers_of_one_name_have_batches_of_their_own(place: Site, now: Any) -> None:
    frontier = Frontier()
    frontier.held = {1: 1, 2: 1}
    seal(place, "a-1", [refusal(1, now)])
    seal(place, "a-2", [refusal(2, now)])
    with Committer(place.lake, APP) as committer:
        assert Bringer(place, committer, lambda _: frontier).bring_all() == 2
    assert places(place) == ["1", "2"]
    assert sorted(frontier.asked) == ["a-1/000000000001", "a-2/000000000001"]


def test_killed_between_the_lake_and_the_acknowledgement(place: Site, now: Any) -> None:
    frontier = Frontier()
    frontier.held, frontier.is_away = {1: 1, 2: 1}, True
    seal(place, "a-1", [refusal(1, now)])
    with Committer(place.lake, APP) as committer, pytest.raises(CrawlError, match="away"):
        Bringer(place, committer, lambda _: frontier).bring_all()
    frontier.held, frontier.is_away = {2: 1}, False  # the decision is pinned, not asked again
    seal(place, "b-1", [refusal(2, now)])
    with Committer(place.lake, APP) as committer:
        Bringer(place, committer, lambda _: frontier).bring_all()
    assert places(place) == ["1", "2"]
    assert frontier.acknowledged == [1, 2]
    assert frontier.asked == ["a-1/000000000001", "b-1/000000000001"]
    assert tally.read(tally.file(place.state, CRAWL)).refused == {"bazaar": {"http_500": 2}}


def test_what_a_lost_frontier_hands_out_again_is_not_written_again(place: Site, now: Any) -> None:
    frontier = Frontier()
    frontier.held = {1: 1}
    seal(place, "a-1", [refusal(1, now)])
    with Committer(place.lake, APP) as committer:
        bringer = Bringer(place, committer, lambda _: frontier)
        bringer.bring_all()
        seal(place, "a-1", [refusal(1, now, "http_502")], seq=2)  # asked again, told otherwise
        bringer.bring_all()
    seal(place, "a-1", [refusal(1, now, "http_503")], seq=3)
    with Committer(place.lake, APP) as committer:
        Bringer(place, committer, lambda _: frontier).bring_all()
    assert places(place) == ["1"]
    assert frontier.acknowledged == [1, 1, 1]


def test_a_second_committer_is_told_who_has_the_tables(place: Site) -> None:
    with Committer(place.lake, APP) as first, Committer(place.lake, APP) as second:
        Bringer(place, first, lambda _: Frontier())
        with pytest.raises(LakeError, match=f"written by {APP}"):
            Bringer(place, second, lambda _: Frontier())


def test_rows_that_break_their_contract_keep_their_owner(now: Any) -> None:
    draft = Draft()
    for number in range(5):
        draft.put(refusal(number, now))
    image = {"listing_key": "bazaar:3", "platform": "bazaar", "fetched_at": now}
    draft.put(
        Outcome(
            platform="bazaar",
            rows=(("images", image),),
            done=Done(9, "bazaar", "shop", "image", token=1),
        )
    )
    tables, owners = owned(draft.rows, draft.owners, CRAWL)
    assert tables["refused"].num_rows == 6
    assert sorted(owners["refused"]) == [0, 1, 2, 3, 4, 5]
    last = kept(tables, owners, lambda owner: owner == 5)
    assert last["refused"]["reason"].to_pylist() == ["breaks_contract"]
