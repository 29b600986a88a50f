"""Merkle trees over the captures of a batch, as RFC 6962 builds them.

The root of a batch stands for every row of it: one capture, its leaf and the few hashes beside the
way up give the root again, without any of the other captures. The crawler makes the roots, whoever
holds evidence checks them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

# What a leaf stands for, in this order. Where a body is kept may change, what came may not; a field
# is only ever added at the end, and leaves of before are told by `Proof.fields`.
FIELDS = (
    "capture_id", "platform", "page_kind", "crawl_id", "listing_key", "requested_url", "url",
    "redirects", "status", "fetched_at", "answered_at", "server_date_text", "clock_offset_s",
    "request_headers", "response_headers", "content_type", "body_sha256", "body_bytes",
    "ip_address", "certificate_sha256", "certificate_chain_sha256", "tool",
)  # fmt: skip
_json = msgspec.json.Encoder()


class Proof(msgspec.Struct, frozen=True):
    """That a leaf is one of a tree: its place, and the hashes beside the way up to the root."""

    index: int
    size: int
    path: tuple[str, ...]  # hex, from the leaf up
    root: str  # hex


def leaf_text(row: Mapping[str, Any], fields: Sequence[str] = FIELDS) -> str:
    """Give what a leaf hashes: the fields of a row of `captures` as one JSON list."""
    return _json.encode([_plain(row.get(field)) for field in fields]).decode()


def leaf(text: str) -> str:
    """Give the hash of a leaf, as hex."""
    return hashlib.sha256(b"\0" + text.encode()).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """Give the root over leaves' hashes, as hex; that of no leaf is the hash of nothing."""
    if not leaves:
        return hashlib.sha256().hexdigest()
    *_, (top,) = _levels([bytes.fromhex(one) for one in leaves])
    return top.hex()


def proof(leaves: Sequence[str], index: int) -> Proof:
    """Give the proof that the leaf at a place is one of the leaves.

    Raises:
        IndexError: there is no such place.

    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    path, at, top = [], index, b""
    for level in _levels([bytes.fromhex(one) for one in leaves]):
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        at, top = at // 2, level[0]
    return Proof(index, len(leaves), tuple(path), top.hex())


def holds(leaf_hash: str, given: Proof) -> bool:
    """Say whether a proof leads from a leaf to its root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= given.index < given.size:
        return False
    try:
        found, last = bytes.fromhex(leaf_hash), given.size - 1
        at = given.index
        for beside in map(bytes.fromhex, given.path):
            if last == 0:
                return False
            if at % 2 or at == last:
                found = _node(beside, found)
                while at % 2 == 0 and at:
                    at, last = at // 2, last // 2
            else:
                found = _node(found, beside)
            at, last = at // 2, last // 2
    except ValueError:
        return False
    return last == 0 and found.hex() == given.root


def _levels(level: list[bytes]) -> Iterator[list[bytes]]:
    """Give the hashes of each level, the leaves first.

    Paired from the left, an odd one going up as it is: the same tree as RFC 6962's split at the
    greatest power of two.
    """
    yield level
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [_node(left, right) for left, right in pairs] + odd
        yield level


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}" if isinstance(value, datetime) else value
