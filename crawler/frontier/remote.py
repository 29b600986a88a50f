"""The shared frontier's store: Redis or Valkey, its scripts, and what to do while it is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

import msgspec
import redis

from conf.errors import ConfError, CrawlError

SCRIPTS = (
    "add",
    "feedback",
    "renew",
    "lease",
    "claim",
    "acknowledge",
    "bury",
    "give_back",
    "recall",
)
PATIENCE_S = 900.0  # a store may be away for so long before the crawl gives up
_OLDEST = 7
_PAUSE_S = 0.5
_AWAY = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.exceptions.ReadOnlyError,
    redis.exceptions.OutOfMemoryError,
)
_PASSING = ("MISCONF", "BUSY")  # begin what Redis says when its disk is full, or a script is long

_T = TypeVar("_T")
Call = tuple[str, Mapping[str, Any]]


class Away(Exception):  # noqa: N818 - a state, not a fault
    """The store is not there, or full; what was asked of it may or may not have happened."""


class Remote:
    """One crawl's keys in the store. Safe to use from several threads."""

    def __init__(self, url: str, crawl_id: str, *, ahead_s: float = 0.0) -> None:
        """Connect; `ahead_s` sets the shared clock ahead, for rehearsals.

        Raises:
            ConfError: the address is none, or the store is too old.
            CrawlError: the store cannot be reached.

        """
        self.url, self.ahead_s = without_password(url), ahead_s
        self.prefix = f"countermark:{{{crawl_id}}}:"
        self.warnings: list[str] = []
        self._shas: dict[str, str] = {}
        self._is_away = False
        try:
            self._client = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        except ValueError as error:
            raise ConfError(f"{self.url}: no address of a frontier: {error}") from None
        self._look()

    def round(self, calls: Sequence[Call]) -> list[Any]:
        """Run some scripts in one round trip, in their order; gives what each said.

        Raises:
            Away: the store cannot be reached, or is full; the caller tries again later.
            CrawlError: the store refuses a script.

        """
        try:
            return _asked(lambda: self._round(calls))
        except redis.RedisError as error:
            raise CrawlError(
                f"{self.url}: the frontier's store refuses a call: {error}; see that nothing else "
                "writes to its keys, then run the same command again"
            ) from None

    def call(self, name: str, argument: Mapping[str, Any]) -> Any:
        """Run one script, and wait for the store while it is away."""
        return self.patient(lambda: self.round([(name, argument)])[0])

    def patient(self, ask: Callable[[], _T]) -> _T:
        """Do what needs the store, and wait for it while it is away."""
        begun = time.monotonic()
        while True:
            try:
                return _asked(ask)
            except Away as error:
                self.tell_away(begun, error)
            time.sleep(_PAUSE_S)

    def tell_away(self, since: float, error: Exception) -> None:
        """Say once that the store is away; after too long, give up.

        Raises:
            CrawlError: it has been away for too long.

        """
        if time.monotonic() - since > PATIENCE_S:
            raise CrawlError(
                f"{self.url}: the frontier's store has been away for {PATIENCE_S:.0f} s: {error}; "
                "bring it back and run the same command again: nothing is lost"
            ) from None
        if not self._is_away:
            self.warnings.append(
                f"{self.url}: the frontier's store is away ({error}); waiting for it"
            )
        self._is_away = True

    def hash(self, name: str) -> dict[str, str]:
        """Give all fields of one of the crawl's hashes."""
        found = self.patient(lambda: self._client.hgetall(self.prefix + name))
        pairs = cast("dict[bytes, bytes]", found)
        return {key.decode(): value.decode() for key, value in pairs.items()}

    def field(self, name: str, field: str) -> str | None:
        """Give one field of one of the crawl's hashes."""
        found = self.patient(lambda: self._client.hget(self.prefix + name, field))
        return cast("bytes", found).decode() if found is not None else None

    def sizes(self, names: Sequence[str]) -> list[int]:
        """Count the members of some of the crawl's sorted sets."""

        def work() -> list[int]:
            pipe = self._client.pipeline(transaction=False)
            for name in names:
                pipe.zcard(self.prefix + name)
            return [int(one) for one in pipe.execute()]

        return self.patient(work) if names else []

    def put(self, name: str, values: Mapping[str, str | float]) -> None:
        """Set fields of one of the crawl's hashes."""
        given = cast("Mapping[Any, Any]", values)
        self.patient(lambda: self._client.hset(self.prefix + name, mapping=given))

    def include(self, name: str, members: Sequence[str]) -> None:
        """Add members to one of the crawl's sets."""
        self.patient(lambda: self._client.sadd(self.prefix + name, *members))

    def drop(self, name: str, *fields: str) -> None:
        """Remove fields of one of the crawl's hashes."""
        self.patient(lambda: self._client.hdel(self.prefix + name, *fields))

    def drop_all(self, pattern: str) -> None:
        """Remove those of the crawl's keys that a pattern names."""

        def work() -> None:
            whole = _literal(self.prefix) + pattern
            for key in self._client.scan_iter(match=whole, count=1000):
                self._client.unlink(key)

        self.patient(work)

    def rules(self, host: str) -> tuple[str | None, str | None]:
        """Give whether a host has rules, and their text."""
        found = _asked(lambda: self._client.hmget(f"{self.prefix}h:{host}", "kind", "text"))
        kind, text = cast("list[bytes | None]", found)
        return (kind.decode() if kind else None), (text.decode() if text is not None else None)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _round(self, calls: Sequence[Call]) -> list[Any]:
        self._load()
        said = self._send(calls)
        lost = [
            at for at, one in enumerate(said) if isinstance(one, redis.exceptions.NoScriptError)
        ]
        if lost:  # the store was started anew
            self._shas = {}
            self._load()
            for at, one in zip(lost, self._send([calls[at] for at in lost]), strict=True):
                said[at] = one
        for one in said:
            if isinstance(one, Exception):
                raise one
        self._is_away = False
        return said

    def _send(self, calls: Sequence[Call]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for name, argument in calls:
            packed = msgspec.msgpack.encode({**argument, "ahead": self.ahead_s})
            pipe.evalsha(self._shas[name], 1, self.prefix, packed)
        return list(pipe.execute(raise_on_error=False))

    def _load(self) -> None:
        if not self._shas:
            self._shas = {name: str(self._client.script_load(_text(name))) for name in SCRIPTS}

    def _look(self) -> None:
        """See that the store is one that can be relied on, and note what a person should know."""
        try:
            info = self._client.info("server")
        except redis.RedisError as error:
            raise CrawlError(
                f"{self.url}: the frontier's store does not answer: {error}; start it, or correct "
                "`frontier` in the site's file or COUNTERMARK_FRONTIER"
            ) from None
        version = str(info.get("redis_version", "0"))
        if int(version.partition(".")[0]) < _OLDEST:
            raise ConfError(f"{self.url}: Redis {version} is too old; {_OLDEST} or later is needed")
        try:
            known = cast("dict[str, str]", self._client.config_get("append*", "maxmemory-policy"))
        except redis.ResponseError:
            return  # a hosted store that does not tell
        self.warnings += _doubts(self.url, known)


def without_password(url: str) -> str:
    """Give an address as messages may show it: a password that it holds is told to nobody."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}"))


def fingerprint(platform: str, key: str) -> int:
    """Give the 63 bits that stand for one page of a platform, whatever its address's spelling."""
    digest = blake2b(f"{platform}\n{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _doubts(url: str, known: Mapping[str, str]) -> list[str]:
    found = []
    if known.get("appendonly") != "yes":
        found.append(
            f"{url}: keeps nothing on disk as it goes: what the crawl knows is lost if it stops; "
            "set `appendonly yes`"
        )
    elif known.get("appendfsync") != "always":
        found.append(
            f"{url}: writes to disk with `appendfsync {known.get('appendfsync')}`: a power cut may "
            "lose its last moments, and pages then be fetched and kept twice; set `appendfsync "
            "always` if that matters"
        )
    if known.get("maxmemory-policy", "noeviction") != "noeviction":
        found.append(
            f"{url}: may throw the crawl's keys away when memory is short; set `maxmemory-policy "
            "noeviction`"
        )
    return found


def _asked(ask: Callable[[], _T]) -> _T:
    """Ask the store; Away for what waiting may mend."""
    try:
        return ask()
    except redis.RedisError as error:
        if isinstance(error, _AWAY) or str(error).startswith(_PASSING):
            raise Away(str(error)) from None
        raise


def _literal(text: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in text)


@cache
def _text(name: str) -> str:
    folder = resources.files("crawler.frontier") / "scripts"
    return (folder / "prelude.lua").read_text() + (folder / f"{name}.lua").read_text()
