"""Fetching for a probe: batch after batch of addresses by the rules of a crawl; nothing is kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from conf.platform import Platform
from crawler import engine
from crawler.capture import Fetched
from crawler.frontier.address import canonical, fault, place
from crawler.frontier.frontier import Frontier
from crawler.frontier.host import Ask
from crawler.frontier.store import Acks, Store, Target, done
from crawler.items import Link, PageError
from crawler.pages.page import Page
from crawler.spiders import reading
from crawler.window import NoDesk

Found = TypeVar("Found")
THROTTLED = "throttled"  # a host that asked for patience did not answer in time
OUT_OF_TIME = "out_of_time"
NOT_ASKED = frozenset({"host_closed", "unanswered", "robots_disallowed", "outside_platform"})


class Batch(msgspec.Struct, frozen=True):
    """What is to be fetched next, together, and why; `token_url` when requests need its token."""

    urls: tuple[str, ...]
    token_url: str | None = None
    why: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What came back for one address: a page, or why there is none."""

    asked: str  # canonical
    page: Page | None = None
    reason: str = ""  # as in rows of `refused`
    detail: str = ""

    @property
    def is_page(self) -> bool:
        """Whether there is a page to read."""
        return self.page is not None and self.page.status < 400  # noqa: PLR2004


Answers = dict[str, Answer]  # by the canonical address that was asked
Course = Generator[Batch, Answers, Found]


def look(
    one: Platform,
    course: Course[Found],
    tell: Callable[[Batch], None] = lambda _: None,
    longest_s: float = math.inf,
) -> Found:
    """Run a course of batches to its end; gives what it returns. Once a process.

    `tell` hears of each batch. After `longest_s` seconds nothing more is asked, and the course is
    told so of whatever it still wants.
    """
    store = Store(Path(":memory:"))
    window = _Window(one, course, tell)
    frontier = window.frontier = Frontier(store, [one], window.refuse)
    window.begin()
    until = time.monotonic() + longest_s

    def stop_in_time(_: object) -> None:
        if time.monotonic() > until:
            for name, host in tuple(frontier.hosts.items()):
                frontier.close_host(name, *_late(host.pace.pauses, longest_s))

    engine.work([one], frontier, window, window, stop_in_time)
    silent = "; ".join(frontier.silence(one.name).values())
    store.close()
    if window.failure is not None:
        raise window.failure
    return window.end(silent or window.closed or "stopped before it came")


def _late(pauses: int, longest_s: float) -> tuple[str, str]:
    """Give reason and detail of a probe that ends because its time is over."""
    if pauses:
        return THROTTLED, f"it asked {pauses} times in a row to wait, for {longest_s:.0f} seconds"
    return OUT_OF_TIME, f"the probe's {longest_s:.0f} seconds were used up"


class _Window(NoDesk, Generic[Found]):
    """Clerk and desk in one: hands the answers of each batch to the course, and keeps nothing."""

    def __init__(self, one: Platform, course: Course[Found], tell: Callable[[Batch], None]) -> None:
        super().__init__()
        self._one, self._course, self._tell = one, course, tell
        self._waiting: set[str] = set()
        self._wanted: tuple[str, ...] = ()
        self._answers: Answers = {}
        self._result: list[Found] = []
        self.closed = ""

    def begin(self) -> None:
        """Ask for the first batch."""
        self._go(lambda: next(self._course))

    def end(self, said: str) -> Found:
        """Answer what never came, to the course's end; gives what it returns."""
        while not self._result:
            for url in tuple(self._waiting):
                self._answers[url] = Answer(url, None, "unanswered", said)
            self._waiting.clear()
            self.closed = said
            self._advance()
        return self._result[0]

    async def take(self, target: Target, fetched: Fetched) -> reading.Read:
        """Keep a page; what the course wants next is added by itself."""
        self._keep(target, fetched)
        return reading.Read()

    def gone(self, target: Target, fetched: Fetched) -> None:
        """Keep the answer that a page is no more."""
        self._keep(target, fetched)

    def refuse(self, ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
        """Keep why there is no answer; a closed host answers nothing from now on."""
        if ask.target is not None:
            self._take(Answer(ask.target.url, None, reason, detail), ask.target)
            return
        self.closed = f"{detail} ({reason})"
        self._acknowledge(Acks((), (closed,) if closed else ()))

    def _keep(self, target: Target, fetched: Fetched) -> None:
        try:
            page = reading.page_of(self._one, fetched)
        except PageError as error:
            self._take(Answer(target.url, None, error.reason, str(error)), target)
            return
        page.platform = None  # the one that fetches knows nothing of the shop
        self._take(Answer(target.url, page), target)

    def _take(self, answer: Answer, target: Target) -> None:
        self._answers[answer.asked] = answer
        self._waiting.discard(answer.asked)
        self._advance()
        self._acknowledge(Acks((done(target),)))

    def _advance(self) -> None:
        while not self._waiting and not self._result:
            given = {url: self._answers[url] for url in self._wanted}
            self._go(lambda given=given: self._course.send(given))  # type: ignore[misc]

    def _go(self, step: Callable[[], Batch]) -> None:
        try:
            batch = step()
        except StopIteration as end:
            self._result.append(end.value)
        except Exception as error:
            self.failure = self.failure or error
            raise
        else:
            self._ask(batch)

    def _ask(self, batch: Batch) -> None:
        self._tell(batch)
        if batch.token_url and self.frontier is not None:
            self._one = msgspec.structs.replace(self._one, token_url=batch.token_url)
            self.frontier.platforms[self._one.name] = self._one
        self._wanted = tuple(dict.fromkeys(canonical(url) for url in batch.urls))
        new = [url for url in self._wanted if url not in self._answers]
        for url in new:
            if (wrong := self._fault(url)) is not None:
                self._answers[url] = Answer(url, None, wrong[0], wrong[1])
        due = [url for url in new if url not in self._answers]
        self._waiting.update(due)
        if due and self.frontier is not None:
            self.frontier.add(None, self._one.name, [Link(url, "index") for url in due])

    def _fault(self, url: str) -> tuple[str, str] | None:
        if self.closed:
            return "host_closed", self.closed
        wrong = fault(self._one, url)
        if wrong is None and place(self._one, url, "index") is None:
            wrong = "bad_address"
        return None if wrong is None else (wrong, f"{url} is not on {', '.join(self._one.hosts)}")
