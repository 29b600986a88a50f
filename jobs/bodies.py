"""Reads captured bodies from the packs: each a zstd frame at an offset, named by a capture's row.

A body is evidence only while its bytes are those that were fetched, so nothing is given without
the digest that its bytes have now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import zstandard

LARGEST_BYTES = 64_000_000  # unpacked; no platform's largest_body_bytes is near it

_TAKEN_OUT = "its bytes were taken out; `countermark evidence verify --packs` tells when and why"


class Body(msgspec.Struct, frozen=True):
    """What lies in a pack where a capture says that its body is."""

    content: bytes | None  # None when it cannot be read
    sha256: str | None  # of the bytes that lie there now
    state: Literal["right", "altered", "missing"]  # right: the bytes are those that were captured
    finding: str  # in words

    @property
    def evidence(self) -> bytes | None:
        """The bytes, if they are the ones that were captured."""
        return self.content if self.state == "right" else None


def stored_body(packs: Path, capture: Mapping[str, Any]) -> Body:
    """Give the body of one row of `captures`, with its digest recomputed."""
    path = packs / capture["pack"]
    if not path.resolve().is_relative_to(packs.resolve()):
        return Body(None, None, "missing", f"the row names {capture['pack']}, outside {packs}")
    try:
        frame = _frame(path, capture["pack_offset"], capture["pack_length"])
        content = _unpacked(frame, capture["body_bytes"])
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror or error}; take the pack from a copy"
        return Body(None, None, "missing", why)
    except zstandard.ZstdError as error:
        if not any(frame):
            return Body(None, None, "missing", _TAKEN_OUT)
        why = f"the bytes in {path} are no longer a body ({error}); take the pack from a copy"
        return Body(None, None, "altered", why)
    digest = hashlib.sha256(content).hexdigest()
    if digest != capture["body_sha256"]:
        why = f"the bytes in {path} were altered after they were stored; take the pack from a copy"
        return Body(content, digest, "altered", why)
    return Body(content, digest, "right", "the stored bytes are those that came")


def _frame(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        frame = file.read(length)
    if len(frame) < length:
        raise OSError(f"it ends {length - len(frame)} bytes too early")
    return frame


def _unpacked(frame: bytes, size: int) -> bytes:
    """Unpack one frame, never to more than was captured or than any page may hold."""
    if not frame:
        return b""
    limit = min(size, LARGEST_BYTES) + 1
    with zstandard.ZstdDecompressor().stream_reader(frame) as reader:
        return reader.read(limit)
