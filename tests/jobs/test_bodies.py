"""Bodies read back from packs: only the bytes that came are evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from jobs.bodies import stored_body

if TYPE_CHECKING:
    from conf.site import Site

BODY = b"<h1>Orris Tidewater, 1:1</h1>" * 40
Store = Callable[..., dict[str, Any]]


def test_the_bytes_that_came_are_right(site: Site, store: Store) -> None:
    store(b"another page before it")
    body = stored_body(site.packs, store(BODY))
    assert (body.state, body.evidence) == ("right", BODY)
    assert body.sha256 == store(BODY)["body_sha256"]


def test_an_empty_body_is_right(site: Site, store: Store) -> None:
    body = stored_body(site.packs, store(b""))
    assert (body.state, body.evidence) == ("right", b"")


@pytest.mark.parametrize("place", [0, 5, 12, -1])
def test_one_altered_byte_is_told(site: Site, store: Store, place: int) -> None:
    row = store(BODY)
    pack = site.packs / row["pack"]
    changed = bytearray(pack.read_bytes())
    changed[place] ^= 0x55
    pack.write_bytes(changed)
    body = stored_body(site.packs, row)
    assert body.state == "altered"
    assert body.evidence is None
    assert str(pack) in body.finding


def test_other_bytes_of_a_right_frame_are_altered(site: Site, store: Store) -> None:
    row, other = store(BODY), store(b"something else")
    found = stored_body(site.packs, row | {k: other[k] for k in ("pack_offset", "pack_length")})
    assert (found.state, found.evidence) == ("altered", None)
    assert found.sha256 == other["body_sha256"]


def test_a_frame_that_unpacks_to_more_than_was_captured_is_cut_and_altered(
    site: Site, store: Store
) -> None:
    row = store(b"\0" * 50_000_000) | {"body_bytes": 100}
    found = stored_body(site.packs, row)
    assert (found.state, len(found.content or b"")) == ("altered", 101)


def test_a_pack_that_is_gone_or_cut_is_missing(site: Site, store: Store) -> None:
    row = store(BODY)
    pack = site.packs / row["pack"]
    pack.write_bytes(pack.read_bytes()[:-3])
    assert stored_body(site.packs, row).state == "missing"
    pack.unlink()
    found = stored_body(site.packs, row)
    assert found.state == "missing"
    assert "No such file" in found.finding


@pytest.mark.parametrize("pack", ["../outside.pack", "/etc/passwd", "c1/../../outside.pack"])
def test_a_row_cannot_name_a_file_outside_the_packs(site: Site, store: Store, pack: str) -> None:
    outside = site.packs.parent / "outside.pack"
    row = store(BODY)
    outside.write_bytes((site.packs / row["pack"]).read_bytes())
    found = stored_body(site.packs, row | {"pack": pack})
    assert (found.state, found.evidence) == ("missing", None)
    assert "outside" in found.finding
