"""Finds captured bodies that hold an identifier, and takes them out of their packs.

Their place stays, as zeros: what else lies in a pack lies where the rows say. Frames that no row
names, which a killed crawl leaves, are looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import zstandard

from jobs import holes
from jobs.bodies import LARGEST_BYTES
from jobs.erasure.identifier import Identifier
from jobs.erasure.octets import holds
from jobs.reader import Lake
from jobs.unwritable import told

CAPTURES = "captures"
_AT_ONCE = 2**16  # bytes
_PLACE = ["pack", "pack_offset", "pack_length"]


class Frame(msgspec.Struct, frozen=True, order=True):
    """A place in a pack."""

    pack: str
    offset: int
    length: int


class Held(msgspec.Struct, frozen=True):
    """Bodies that hold an identifier: where they lie, and the captures that they are of."""

    frames: tuple[Frame, ...] = ()
    capture_ids: frozenset[str] = frozenset()


def find(lake: Lake, packs: Path, wanted: Sequence[Identifier]) -> Held:
    """Look through all packs; captures that share a body are all given.

    Raises:
        LakeError: the table or a pack cannot be read.

    """
    named = _named(lake)
    holding: list[Frame] = []
    for path in sorted(packs.rglob("*.pack")):
        name = str(path.relative_to(packs))
        with told(path):
            holding += [
                Frame(name, offset, length)
                for offset, length, body in frames(path, _of_pack(named, name))
                if holds(body, wanted)
            ]
    keys = pl.DataFrame([msgspec.structs.astuple(one) for one in holding], _PLACE, orient="row")
    if not holding:
        return Held()
    ids = named.join(keys, on=_PLACE, how="semi")["capture_id"]
    return Held(tuple(holding), frozenset(ids))


def punch(packs: Path, held: Sequence[Frame]) -> None:
    """Give the places of bodies back to the file system; they read as zeros then.

    Raises:
        LakeError: a pack cannot be written.

    """
    for pack, some in groupby(sorted(held), attrgetter("pack")):
        with told(packs / pack):
            holes.punch(packs / pack, [(one.offset, one.offset + one.length) for one in some])


def frames(path: Path, named: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bytes]]:
    """Give each frame of a pack: where it begins, how long it is, and what it holds.

    Of one that is torn, what can still be read.
    """
    with path.open("rb") as file:
        at, size = 0, path.stat().st_size
        for offset, length in [*named, (size, 0)]:
            if offset > at:
                yield from _unnamed(file, at, offset)
            if length:
                file.seek(offset)
                yield offset, length, _unpacked(file.read(length))[0]
            at = max(at, offset + length)


def _unnamed(file: Any, at: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    file.seek(at)
    gap = file.read(end - at)
    start = gap.find(zstandard.FRAME_HEADER)
    while start >= 0:
        body, length = _unpacked(memoryview(gap)[start:])
        following = gap.find(zstandard.FRAME_HEADER, start + (length or 1))
        torn = (following if following >= 0 else len(gap)) - start
        yield at + start, length or torn, body
        start = following


def _unpacked(frame: bytes | memoryview) -> tuple[bytes, int]:
    """Unpack the frame that some bytes begin with, and give its length; 0 if it is torn."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    parts, size = [], 0
    for at in range(0, len(frame), _AT_ONCE):
        try:
            parts.append(unpacker.decompress(frame[at : at + _AT_ONCE]))
        except zstandard.ZstdError:
            break
        size += len(parts[-1])
        if unpacker.eof:
            end = min(at + _AT_ONCE, len(frame))
            return b"".join(parts), end - len(unpacker.unused_data)
        if size > LARGEST_BYTES:
            break
    return b"".join(parts), 0


def _named(lake: Lake) -> pl.DataFrame:
    if not lake.exists(CAPTURES):
        return pl.DataFrame(
            schema={"capture_id": pl.String, "pack": pl.String}
            | dict.fromkeys(_PLACE[1:], pl.Int64)
        )
    return lake.frame(CAPTURES, columns=["capture_id", *_PLACE])


def _of_pack(named: pl.DataFrame, name: str) -> list[tuple[int, int]]:
    own = named.filter(pl.col("pack") == name).select(_PLACE[1:]).unique().sort(_PLACE[1:])
    return list(own.iter_rows())
