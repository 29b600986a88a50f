"""Moods, tags, counts, and the sockets below them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from conf.errors import ConfError
from infra.sandbox.servers.chance import mood
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.listen import sockets
from infra.sandbox.servers.street import Street

GetStreet = Callable[[int], Street]


def query_with(street: Street, status: int) -> str:
    """A query of the kiosk's front page that the server takes badly."""
    queries = (f"x={at}" for at in range(5000))
    return next(q for q in queries if mood(street.seed, "kiosk", 1, f"/?{q}").status == status)


@pytest.mark.parametrize(("status", "failures"), [(429, 1), (500, 1), (503, 2)])
def test_a_bad_mood_ends(street: GetStreet, status: int, failures: int) -> None:
    here = street(1)
    query = query_with(here, status)
    port = here.ports["kiosk"]
    found = [here.answer(port, Ask("/", query))[0] for _ in range(failures + 1)]
    assert [one.status for one in found] == [status] * failures + [200]
    assert (("retry-after", "1") in found[0].headers) is (status == 429)
    place = here.places()[2]
    assert (place.requests, place.refused + place.failed) == (failures + 1, failures)


def test_about_one_address_in_seventy_fails_at_first_and_one_in_fifty_is_slow() -> None:
    moods = [mood("kiosk", at) for at in range(10_000)]
    assert 0.010 < sum(one.failures > 0 for one in moods) / len(moods) < 0.018
    assert 0.015 < sum(one.pause_s > 0 for one in moods) / len(moods) < 0.025
    assert max(one.pause_s for one in moods) < 0.6


def test_the_next_day_changes_the_date_and_the_offers(street: GetStreet) -> None:
    here = street(1)
    assert here.date == "Sun, 01 Nov 2026 06:00:00 GMT"
    here.open(2)
    assert here.date == "Mon, 02 Nov 2026 06:00:00 GMT"


def test_traps_are_counted(street: GetStreet) -> None:
    here = street(1)
    here.answer(here.ports["ruins"], Ask("/keller/alt"))
    assert here.places()[-1].trapped == 1


def test_a_page_that_did_not_change_is_304(served: GetStreet, fetch: Callable[..., Any]) -> None:
    port = served(1).ports["kiosk"]
    target = "/robots.txt"
    first = fetch(port, target)
    again = fetch(port, target, if_none_match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_every_port_is_another_marketplace(served: GetStreet, fetch: Callable[..., Any]) -> None:
    here = served(1)
    for name, port in here.ports.items():
        got = fetch(port, "/robots.txt")
        assert got.headers["date"] == "Sun, 01 Nov 2026 06:00:00 GMT"
        assert got.status == (301 if name == "plaza" else 200)


def test_a_page_is_packed_for_who_takes_it(street: GetStreet) -> None:
    here = street(1)
    port = here.ports["bazaar"]

    def get(**headers: str) -> Answer:
        answers = (here.answer(port, Ask("/c/all", headers=headers))[0] for _ in range(4))
        return next(one for one in answers if one.status == 200)

    plain, packed = get(), get(**{"accept-encoding": "gzip, br"})
    assert ("content-encoding", "gzip") in packed.headers
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2


def test_the_control_surface_tells_no_truth_and_moves_time(
    served: GetStreet, fetch: Callable[..., Any]
) -> None:
    here = served(4)
    control = min(here.ports.values()) - 1
    told = json.loads(fetch(control, "/status").body)
    assert (told["day"], told["date"]) == (4, "2026-11-04")
    assert [one["name"] for one in told["marketplaces"]] == list(here.ports)
    assert b"counterfeit" not in fetch(control, "/status").body
    moved = fetch(control, "/day", method="POST", body=b'{"day": 5}')
    assert json.loads(moved.body)["date"] == "2026-11-05"
    for wrong in (b"{}", b"[]", b'{"day": 0}', b'{"day": "x"}', b"\xff"):
        assert fetch(control, "/day", method="POST", body=wrong).status == 400
    assert fetch(control, "/truth").status == 404


def test_a_held_port_is_named(served: GetStreet) -> None:
    control = min(served(1).ports.values()) - 1
    with pytest.raises(ConfError, match=rf"port {control} .* cannot be used"):
        sockets(control)
