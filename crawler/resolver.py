"""Names to addresses, with private ones refused at the moment of connecting.

A name is judged by the addresses that the connection then uses, so a name that changes its address
between a check and the request gains nothing. Addresses that are written out never come here; they
are refused when the request is made.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.frontier.address import is_private

_THREADS = 8  # of its own: names that nobody answers for must not keep a commit waiting


class PrivateAddressError(OSError):
    """A name leads to private addresses and may not."""


class PublicResolver(AbstractResolver):
    """The system's resolver, without private addresses but for the names that may have them."""

    def __init__(self, allowed: AbstractSet[str]) -> None:
        self._allowed = allowed
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give a name's addresses that may be connected to.

        Raises:
            PrivateAddressError: it has none but private ones.
            OSError: it has no address.

        """
        every = await asyncio.get_running_loop().run_in_executor(
            self._threads, addresses, host, port, family
        )
        if host in self._allowed:
            return every
        public = [one for one in every if not is_private(one["host"])]
        if not public:
            raise PrivateAddressError(f"{host} leads to the private {every[0]['host']}")
        return public

    async def close(self) -> None:
        """Leave the threads to end by themselves: a name may take its time."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def addresses(host: str, port: int, family: int) -> list[ResolveResult]:
    """Ask the system for a name's addresses; OSError if it has none."""
    found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    return [
        ResolveResult(
            hostname=host,
            host=str(where[0]),
            port=int(where[1]),
            family=kind,
            proto=protocol,
            flags=socket.AI_NUMERICHOST,
        )
        for kind, _, protocol, _, where in found
    ]
