"""What one worker knows of a shared crawl: its hosts and tokens, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conf.platform import Platform
from crawler.frontier.address import host_of
from crawler.frontier.host import Ask, hosts
from crawler.frontier.queue import is_empty
from crawler.items import Kind


class Known:
    """As of the last round with the store."""

    def __init__(self, platforms: Sequence[Platform]) -> None:
        self.platforms = {one.name: one for one in platforms}
        self.hosts = hosts(platforms)
        self.tokens: dict[str, str] = {}
        self.silent: dict[str, str] = {}  # hosts that do not answer, and how
        self.closing: dict[str, tuple[str, str]] = {}  # hosts that are about to be left, and why
        self.ended: set[str] = set()  # platforms whose limit is reached
        self.uncommitted = 0
        self._token_asked: set[str] = set()
        self._open: dict[tuple[str, str, Kind], int] = {}

    def count(self, counts: Mapping[str, str]) -> None:
        """Keep how much is open, by `platform|host|kind`."""
        self._open = {}
        for name, number in counts.items():
            platform, host, kind = name.split("|")
            if platform in self.platforms and int(number) > 0:
                self._open[platform, host, kind] = int(number)  # type: ignore[index]

    def waiting(self, platform: str) -> int:
        """Count what of one platform was not asked, or not acknowledged."""
        return sum(number for (name, _, _), number in self._open.items() if name == platform)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open that could be asked."""
        stalled = [
            one.name
            for one in self.platforms.values()
            if one.token_url and self.needs_token(one.name)
            if host_of(one.token_url) in self.silent
        ]
        return is_empty(self._open, self.silent, stalled)

    def silence(self, platform: str) -> dict[str, str]:
        """Give those hosts of a platform, its token's among them, that do not answer, and how."""
        one = self.platforms[platform]
        asked = {*one.hosts, *([host_of(one.token_url)] if one.token_url else [])}
        return {host: how for host, how in self.silent.items() if host in asked}

    def fell_silent(self, ask: Ask, detail: str) -> bool:
        """Note a host that did not answer for longer than a page is tried; gives whether so."""
        host = self.hosts[ask.host]
        retries = self.platforms[ask.platform].politeness.retries
        if host.pace.failures > retries <= ask.tries and not host.is_closed:
            self.silent[ask.host] = detail
            host.close()
        return ask.host in self.silent

    def close(self, name: str) -> None:
        """Note a host that nobody asks any more."""
        self.closing.pop(name, None)
        if name in self.hosts:
            self.hosts[name].close()

    # Tokens

    def needs_token(self, platform: str) -> bool:
        """Say whether a platform's pages want a token that is not there."""
        return self.platforms[platform].token_url is not None and platform not in self.tokens

    def lacks_token(self, ask: Ask) -> bool:
        """Say whether a request is for a page that wants a token that is not there."""
        return ask.target is not None and self.needs_token(ask.platform)

    def renew_token(self, platform: str) -> bool:
        """Have a platform's token asked for anew; gives whether there was one."""
        had = self.tokens.pop(platform, None) is not None
        if had:
            self._token_asked.discard(platform)
        return had

    def forget_asked(self) -> None:
        """Have the tokens that are missing asked for anew: who was to ask is no more."""
        self._token_asked.clear()

    def token_asks(self) -> Iterator[Ask]:
        """Ask, once, for the token of each platform that has work."""
        for one in self.platforms.values():
            if one.token_url and self.needs_token(one.name) and one.name not in self._token_asked:
                host = host_of(one.token_url)
                if self.waiting(one.name) and not self.hosts[host].is_closed:
                    self._token_asked.add(one.name)
                    yield Ask("token", one.name, host, one.token_url)
