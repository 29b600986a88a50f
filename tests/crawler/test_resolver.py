from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from crawler.resolver import PrivateAddressError, PublicResolver


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the system's resolver would say, by name."""
    said: dict[str, list[str]] = {}

    def looked_up(host: str, port: int, **given: Any) -> list[Any]:  # noqa: ARG001 - the system's
        if host not in said:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port),
            )
            for one in said[host]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return said


def resolved(name: str, *allowed: str) -> list[str]:
    async def ask() -> list[str]:
        resolver = PublicResolver(frozenset(allowed))
        try:
            return [one["host"] for one in await resolver.resolve(name, 443)]
        finally:
            await resolver.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "::1",
        "fd00::7",
        "::ffff:10.0.0.1",
    ],
)
def test_a_name_that_leads_to_a_private_address_is_refused(
    names: dict[str, list[str]], address: str
) -> None:
    names["evil.example"] = [address]
    with pytest.raises(PrivateAddressError, match="leads to the private"):
        resolved("evil.example")


def test_public_addresses_and_allowed_names_pass(names: dict[str, list[str]]) -> None:
    names["sandbox.example"] = ["127.0.0.1"]
    names["shop.example"] = ["93.184.216.34", "2606:2800:220:1::1"]
    assert resolved("sandbox.example", "sandbox.example") == ["127.0.0.1"]
    assert resolved("shop.example") == ["93.184.216.34", "2606:2800:220:1::1"]


def test_of_a_name_with_both_only_the_public_address_is_used(names: dict[str, list[str]]) -> None:
    names["half.example"] = ["10.0.0.1", "93.184.216.34"]
    assert resolved("half.example") == ["93.184.216.34"]


def test_a_name_without_an_address_is_an_error_of_the_network(names: dict[str, list[str]]) -> None:
    assert not names
    with pytest.raises(socket.gaierror):
        resolved("nobody.example")
