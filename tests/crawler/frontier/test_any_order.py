"""Whatever happens in whatever order: each page is out once, ends once, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crawler.frontier.contract import Frontier
from crawler.frontier.frontier import Frontier as OwnFrontier
from crawler.frontier.host import Ask
from crawler.frontier.store import Acks
from tests.crawler.frontier.rehearsal import Rehearsal, ended, links, paths

NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=8)
WHO = st.integers(0, 9)


class AnyOrder(RuleBasedStateMachine):
    """Some workers of one crawl, beside a model of what is known, out and done."""

    def __init__(self, folder: Path, url: str | None) -> None:
        super().__init__()
        self.crawl = Rehearsal(folder, url)
        self.most = 1 if url is None else 3
        self.born = 0
        self.known: set[str] = set()
        self.done: set[str] = set()
        self.orphans: dict[str, Ask] = {}  # out with a worker that died, with nobody else since
        self.workers: list[Frontier] = []
        self.out: list[dict[str, Ask]] = []  # of each worker
        self._join()

    def _join(self) -> None:
        self.born += 1
        self.workers.append(self.crawl.worker(name=f"w-{self.born}"))
        self.out.append({})

    @rule(numbers=NUMBERS, who=WHO)
    def adds(self, numbers: list[int], who: int) -> None:
        """A worker finds links, some of them known."""
        worker = self.workers[who % len(self.workers)]
        added = [f"/item/{number}" for number in numbers]
        worker.add(None, "shop", links(*added))
        worker.make_durable()
        self.known |= set(added)

    @rule(who=WHO, most=st.integers(1, 6))
    def asks(self, who: int, most: int) -> None:
        """A worker asks for some pages."""
        mine = who % len(self.workers)
        for ask in self.crawl.drain(self.workers[mine], most):
            (path,) = paths([ask])
            assert path in self.known - self.done
            assert not any(path in out for out in self.out)
            self.out[mine][path] = ask
            self.orphans.pop(path, None)

    @rule(who=WHO, most=st.integers(1, 6))
    def ends(self, who: int, most: int) -> None:
        """A batch of a worker's pages comes into the lake."""
        mine = who % len(self.workers)
        for path in list(self.out[mine])[:most]:
            ask = self.out[mine].pop(path)
            self.workers[mine].answered(ask, self.crawl.clock())
            if self.crawl.url is not None:
                assert list(self.crawl.ledger().claim(f"batch{path}", [ended(ask)])) == [True]
            self.workers[mine].acknowledge(Acks((ended(ask),)))
            self.done.add(path)
        self.crawl.sync(self.workers[mine])

    @rule(who=WHO)
    def asks_again(self, who: int) -> None:
        """A page is to be asked for once more, by the same worker."""
        mine = who % len(self.workers)
        for path, ask in list(self.out[mine].items())[:1]:
            self.workers[mine].answered(ask, self.crawl.clock())
            self.workers[mine].again(ask, self.crawl.clock())
            del self.out[mine][path]
            self.asks(mine, 100)
            assert path in self.out[mine]

    @precondition(lambda self: len(self.workers) < self.most)
    @rule()
    def joins(self) -> None:
        """One more worker joins."""
        self._join()

    @rule(who=WHO, is_seen=st.booleans())
    def dies(self, who: int, *, is_seen: bool) -> None:
        """A worker is killed; another takes over what it held, soon or when its leases end."""
        mine = who % len(self.workers)
        dead = self.workers.pop(mine)
        self.orphans |= self.out.pop(mine)
        if isinstance(dead, OwnFrontier):
            dead._store._db.close()  # as when a process ends: nothing more is written
        self._join()
        if self.crawl.url is None:
            return
        if is_seen:
            names = {f"w-{number}" for number in range(1, self.born)}
            alive = {one._rounds.terms.name for one in self.workers}  # type: ignore[attr-defined]
            self.crawl.ledger().bury(sorted(names - alive))
        else:
            for _ in range(5):
                self.crawl.later(10)
                self.crawl.sync(*self.workers)

    @precondition(lambda self: self.crawl.url is not None and self.orphans)
    @rule(pick=WHO)
    def seals_late(self, pick: int) -> None:
        """The batch of a dead worker is found, before or after others asked for its pages."""
        path, ask = sorted(self.orphans.items())[pick % len(self.orphans)]
        taken = list(self.crawl.ledger().claim(f"late{path}", [ended(ask)]))
        if taken == [True]:
            self.crawl.ledger().acknowledge(Acks((ended(ask),)))
            self.done.add(path)
        del self.orphans[path]

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is left is counted by all alike."""
        self.crawl.sync(*self.workers)
        left = len(self.known - self.done)
        assert [one.waiting("shop") for one in self.workers] == [left] * len(self.workers)

    def teardown(self) -> None:
        """Let everything be asked and ended: then all that was known is done, and no more."""
        for _ in range(10):
            for _ in range(5):
                self.crawl.later(10)
                self.crawl.sync(*self.workers)
            for who in range(len(self.workers)):
                self.asks(who, 100)
                self.ends(who, 100)
        assert self.done == self.known
        self.crawl.sync(*self.workers)
        assert all(one.is_done for one in self.workers)


@pytest.mark.parametrize("making", ["own", "shared"])
def test_each_page_is_out_once_ends_once_and_is_never_lost(
    making: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = request.getfixturevalue("redis_url") if making == "shared" else None

    def made() -> AnyOrder:
        return AnyOrder(tmp_path_factory.mktemp("crawl"), url)

    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    bounds = settings(max_examples=25, stateful_step_count=25, suppress_health_check=slow)
    run_state_machine_as_test(made, settings=bounds)
