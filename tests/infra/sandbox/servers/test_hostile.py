"""The ruins harm a careless client exactly as told, and no more."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import time
from collections.abc import Callable

import pytest

from infra.sandbox.servers import hostile, ruins
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.shop import Shop, answer
from infra.sandbox.servers.street import HOST, Street
from infra.sandbox.servers.wording import euro

GetStreet = Callable[[int], Street]


@pytest.fixture
def port(served: GetStreet) -> int:
    return served(1).ports["ruins"]


@pytest.fixture
def ruin(shop: Callable[..., Shop]) -> Shop:
    return shop("ruins")


def connect(port: int, kind: str) -> http.client.HTTPResponse:
    """Ask for a hostile address until the server is in the mood for it."""
    for _ in range(3):
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("GET", f"/ware/x-{kind}-1")
        found = connection.getresponse()
        if found.status not in {429, 500, 503}:
            return found
    raise AssertionError(f"{kind} stays in a bad mood")


def test_an_endless_body_is_bounded_on_this_side(port: int) -> None:
    found, size = connect(port, "endless"), 0
    while part := found.read(1 << 20):
        size += len(part)
    assert 0.99 * hostile.BOUND < size <= hostile.BOUND


def test_a_client_may_leave_an_endless_body(port: int) -> None:
    found = connect(port, "endless")
    assert len(found.read(100_000)) == 100_000
    found.close()
    assert connect(port, "empty").read() == b""


def test_a_bomb_is_small_and_unpacks_to_the_bound(port: int) -> None:
    found = connect(port, "bomb")
    body = found.read()
    assert found.headers["content-encoding"] == "gzip"
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) == hostile.BOUND


def test_a_cut_body_ends_before_its_promised_length(port: int) -> None:
    found = connect(port, "cut")
    with pytest.raises(http.client.IncompleteRead) as caught:
        found.read()
    assert (len(caught.value.partial), found.headers["content-length"]) == (1000, "40000")


def test_a_drip_gives_next_to_nothing_for_a_long_time(port: int) -> None:
    started = time.monotonic()
    found = connect(port, "drip")
    assert len(found.read1(10_000)) < 100
    assert found.read1(10_000) == b"."
    assert time.monotonic() - started > 0.4
    found.close()


def test_a_flood_of_headers_is_on_the_wire(port: int) -> None:
    with socket.create_connection((HOST, port), timeout=5) as raw:
        for _ in range(3):
            raw.sendall(b"GET /ware/x-flood-1 HTTP/1.1\r\nhost: x\r\n\r\n")
            head = b""
            while b"\r\n\r\n" not in head:
                head += raw.recv(1 << 16)
            if head.startswith(b"HTTP/1.1 200"):
                break
    assert head.count(b"\r\nx-odd-") == 5000


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/ware/x-private-4", "http://10.0.0.1/"),
        ("/ware/x-private-1", "http://169.254.169.254/latest/meta-data/"),
        ("/ware/x-private-3", "file:///etc/passwd"),
        ("/ware/x-loop-1", "/ware/x-loop-2"),
        ("/ware/x-loop-2", "/ware/x-loop-1"),
    ],
)
def test_redirects_lead_astray(ruin: Shop, path: str, target: str) -> None:
    assert answer(ruin, Ask(path)).headers == (("location", target),)


def test_the_rest_of_the_hostile_pages(ruin: Shop) -> None:
    def given(kind: str) -> Answer:
        return answer(ruin, Ask(f"/ware/x-{kind}-1"))

    assert given("deep").body.count(b"<div>") == 50_000
    assert b"[" * 100_000 in given("nested").body
    assert [given("fault").status for _ in range(5)] == [500] * 5
    assert b"\x00" in given("noise").body
    assert given("unheard").status == 404


def test_every_hostile_address_is_linked_and_answered(ruin: Shop) -> None:
    linked = re.findall(r'href="(/ware/x-[^"]+)"', answer(ruin, Ask("/waren")).body.decode())
    assert tuple(linked) == hostile.ADDRESSES
    assert all(answer(ruin, Ask(path)).status != 404 for path in linked)


def test_a_real_listing_reads_badly_in_its_own_way_but_reads(ruin: Shop) -> None:
    pages = {
        ruins.quirk(item): (item, answer(ruin, Ask(f"/ware/{item}"))) for item in ruin.shelf.live()
    }
    marked = {
        kind: re.search(rb'ld\+json">(.*?)</script>', page.body, re.DOTALL)
        for kind, (_, page) in pages.items()
    }
    for kind, (item, page) in pages.items():
        offer = ruin.shelf.offer(item)
        assert offer is not None
        encoding = "cp1252" if kind == "mislabelled" else "utf-8"
        assert euro(offer.price) in page.body.decode(encoding)
    assert set(pages) <= {"fine", "broken", "mislabelled", "deep", "headers", "bare"}
    if whole := marked.get("fine"):
        assert json.loads(whole[1])["@graph"][1]["@type"] == "Product"
    if broken := marked.get("broken"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(broken[1])
    assert marked.get("bare") is None
