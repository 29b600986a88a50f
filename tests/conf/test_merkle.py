"""Merkle trees: the same as RFC 6962 writes them down, and a proof for every leaf and no other."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf import merkle

hashes = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=70)


def by_the_book(leaves: list[str]) -> str:
    """MTH of RFC 6962, section 2.1, over hashes of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = (bytes.fromhex(by_the_book(one)) for one in (leaves[:split], leaves[split:]))
    return hashlib.sha256(b"\1" + left + right).hexdigest()


@given(hashes)
def test_the_root_is_that_of_the_rfc(leaves: list[str]) -> None:
    assert merkle.root(leaves) == by_the_book(leaves)


@given(hashes, st.data())
def test_every_leaf_has_a_proof_that_holds_for_nothing_else(
    leaves: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    found = merkle.proof(leaves, at)
    assert found.root == merkle.root(leaves)
    assert merkle.holds(leaves[at], found)
    other = bytearray(bytes.fromhex(leaves[at]))
    other[data.draw(st.integers(0, 31))] ^= data.draw(st.integers(1, 255))
    assert not merkle.holds(other.hex(), found)
    if found.path:
        shorter = msgspec.structs.replace(found, path=found.path[:-1])
        longer = msgspec.structs.replace(found, path=(*found.path, "00" * 32))
        assert not merkle.holds(leaves[at], shorter)
        assert not merkle.holds(leaves[at], longer)


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(-1, 2, ("aa" * 32,)), (2, 2, ("aa" * 32,)), (0, 0, ()), (0, 2, ("no hex",))],
)
def test_a_proof_that_is_none_does_not_hold(index: int, size: int, path: tuple[str, ...]) -> None:
    assert not merkle.holds("bb" * 32, merkle.Proof(index, size, path, "cc" * 32))


def test_no_leaves() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").hexdigest()
    with pytest.raises(IndexError, match="no leaf 0 among 0"):
        merkle.proof([], 0)


def test_a_leaf_is_the_same_from_a_row_and_from_what_was_exported() -> None:
    at = datetime(2026, 11, 1, 6, 0, 0, 250_000, tzinfo=UTC)
    row = {"capture_id": "ab", "answered_at": at, "clock_offset_s": 0.25, "pack": "c1/1.pack"}
    text = merkle.leaf_text(row)
    assert '"2026-11-01T06:00:00.250000Z",null,0.25' in text
    told = dict(zip(merkle.FIELDS, msgspec.json.decode(text), strict=True))
    assert merkle.leaf_text(told) == text
    assert merkle.leaf_text(row | {"pack": "c1/2.pack"}) == text  # where it lies may change
    assert merkle.leaf(text) == hashlib.sha256(b"\0" + text.encode()).hexdigest()
