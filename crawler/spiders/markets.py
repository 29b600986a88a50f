"""The spider of all platforms: what is asked again, what is given up, what the clerk gets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any

import orjson
from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import judge
from crawler.browser import meta as browser_meta
from crawler.capture import Fetched
from crawler.frontier.contract import Frontier
from crawler.frontier.host import Ask
from crawler.frontier.robots import rules
from crawler.frontier.store import Target
from crawler.parts import Clerk, Desk
from crawler.pulse import HostCounts
from crawler.spiders import fetching

_RETRY_S = 0.5  # before the first retry; doubles
_TIMEOUTS = 1  # a page that never ends holds a connection each time: it is not tried for long


class MarketSpider(Spider):
    """Fetches what the frontier says and hands what comes back to the clerk."""

    name = "markets"

    def __init__(self, *, frontier: Frontier, desk: Desk, clerk: Clerk) -> None:
        super().__init__()
        self.frontier, self.desk = frontier, desk
        self.wake: Callable[[], None] = lambda: None
        self.counts = HostCounts()
        self._clerk = clerk

    async def start(self) -> AsyncIterator[Any]:
        """Give nothing: the frontier is the scheduler, and knows all there is to ask."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def request(self, ask: Ask) -> Request:
        """Give Scrapy's request for what the frontier wants asked."""
        platform = self.frontier.platforms[ask.platform]
        token = self.frontier.tokens.get(ask.platform)
        meta = browser_meta(ask, platform)
        self.counts.sent(ask.host, monotonic())
        return fetching.request(ask, platform, token, meta, self.answer, self.failure)

    async def answer(self, response: Response) -> None:
        """Take one answer, whatever its status."""
        ask: Ask = response.meta["ask"]
        asked_url = ask.target.url if ask.target else ask.url
        seconds = response.meta.get("download_latency", 0.0)
        self.counts.answered(ask.host, response.status, len(response.body), seconds)
        try:
            await self._answer(ask, fetching.fetched(response, asked_url, ask.redirects))
        except Exception as error:  # noqa: BLE001 - without its outcome the crawl would never end
            self.desk.fail(error)

    def failure(self, failure: Failure) -> None:
        """Take a request that got no answer."""
        ask: Ask = failure.request.meta["ask"]  # type: ignore[attr-defined]
        self.counts.failed(ask.host)
        lost = fetching.lost(failure.value, is_first=ask.target is None)
        if not lost.is_host_ill:
            self.frontier.answered(ask, monotonic())
        elif self.frontier.failed(ask, lost.detail):
            return  # its lease stays open: the next run of this crawl asks again
        is_tried = lost.reason == "timeout" and ask.tries >= _TIMEOUTS and not lost.is_host_ill
        if lost.is_passing and not is_tried:
            self._retry(ask, lost.reason, lost.detail)
        else:
            self._give_up(ask, lost.reason, lost.detail)

    async def _answer(self, ask: Ask, fetched: Fetched) -> None:
        verdict = judge.judge(self.frontier.platforms[ask.platform], fetched, ask.hops)
        if isinstance(verdict, judge.SlowDown):
            self._slow_down(ask, fetched, verdict)
            return
        self.frontier.answered(ask, monotonic())
        if isinstance(verdict, judge.Follow):
            ask.redirects = (*ask.redirects, (fetched.status, ask.url))
            ask.hops, ask.url = ask.hops + 1, verdict.url
            self.frontier.again(ask, monotonic())
        elif isinstance(verdict, judge.Retry):
            self._retry(ask, verdict.reason, verdict.detail)
        elif isinstance(verdict, judge.NewToken):
            self.frontier.renew_token(ask.platform)
            self._retry(ask, "http_401", "the server takes no token that it gave")
        elif ask.target is None:
            self._prepare(ask, fetched)
        else:
            await self._page(ask, ask.target, fetched, verdict)

    async def _page(
        self, ask: Ask, target: Target, fetched: Fetched, verdict: judge.Verdict
    ) -> None:
        if isinstance(verdict, judge.Take):
            found = await self._clerk.take(target, fetched)
            self.frontier.add(target, target.platform, found.links)
            for name, link in found.elsewhere:
                self.frontier.add(None, name, (link,))
        elif isinstance(verdict, judge.Gone):
            self._clerk.gone(target, fetched)
        elif isinstance(verdict, judge.Refuse):
            self._clerk.refuse(ask, verdict.reason, verdict.detail)

    def _prepare(self, ask: Ask, fetched: Fetched) -> None:
        """Take what is needed before a platform's pages: rules and tokens."""
        if ask.purpose == "token":
            self._token(ask, fetched)
            return
        found = rules(fetched.status, fetched.body)
        if found is not None:
            self.frontier.learn(ask.host, found, monotonic())
        else:
            self._give_up(ask, "", f"it answered {fetched.status}")

    def _token(self, ask: Ask, fetched: Fetched) -> None:
        try:
            token = orjson.loads(fetched.body)["access_token"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            token = None
        if isinstance(token, str) and token.isascii():
            self.frontier.tokens[ask.platform] = token
        else:
            self._give_up(ask, "", f"it gave no access_token (status {fetched.status})")

    # Once more, or not

    def _slow_down(self, ask: Ask, fetched: Fetched, verdict: judge.SlowDown) -> None:
        now = monotonic()
        pause_s = self.frontier.throttled(ask, now, verdict.wait_s)
        if ask.slowdowns <= judge.MOST_SLOWDOWNS:
            self.frontier.again(ask, now + pause_s)
        else:
            detail = f"the server answered {fetched.status} to {ask.slowdowns} tries"
            self._give_up(ask, f"http_{fetched.status}", detail)

    def _retry(self, ask: Ask, reason: str, detail: str) -> None:
        if ask.tries < self.frontier.platforms[ask.platform].politeness.retries:
            wait_s = _RETRY_S * 2**ask.tries
            ask.tries += 1
            self.frontier.again(ask, monotonic() + wait_s)
        else:
            self._give_up(ask, reason, detail)

    def _give_up(self, ask: Ask, reason: str, detail: str) -> None:
        if ask.target is not None:
            self._clerk.refuse(ask, reason, detail)
        elif ask.purpose == "robots":
            said = f"nothing may be asked without robots.txt: {detail}"
            self.frontier.close_host(ask.host, "robots_unreachable", said)
        else:
            for host in self.frontier.platforms[ask.platform].hosts:
                self.frontier.close_host(host, "no_token", f"{ask.url}: {detail}")
