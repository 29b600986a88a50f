"""The records of a WARC file as its bytes have them: each a gzip member, unpacked by itself."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

_GZIP = zlib.MAX_WBITS + 16
_CHUNK = 64 * 1024
_FINE = 16  # bytes at a time when the place of a fault is looked for
LARGEST_BYTES = 256_000_000  # of one record, unpacked


class Torn(msgspec.Struct, frozen=True):
    """A member that is none: where it begins, and by which byte it went wrong."""

    offset: int
    byte: int
    why: str


class Member(msgspec.Struct, frozen=True):
    """One member, unpacked."""

    offset: int
    length: int
    content: bytes


class Record(msgspec.Struct, frozen=True):
    """One record, its digests checked by warcio."""

    offset: int
    type: str
    record_id: str
    uri: str
    refers_to: str
    payload_digest: str
    payload: bytes
    problems: tuple[str, ...]


def members(path: Path) -> Iterator[Member | Torn]:
    """Give the members of a file; the first one that cannot be unpacked is the last that is given.

    Raises:
        OSError: the file cannot be read.

    """
    size = path.stat().st_size
    with path.open("rb") as file:
        offset = 0
        while offset < size:
            found = _member(file, offset)
            yield found
            if isinstance(found, Torn):
                return
            offset += found.length


def record(member: Member) -> Record | Torn:
    """Read the one record that a member holds."""
    try:
        found = next(iter(ArchiveIterator(BytesIO(member.content), check_digests=True)))
        payload = found.content_stream().read()
    except (ArchiveLoadFailed, StopIteration, ValueError) as error:
        why = str(error).strip().partition("\n")[0] or "nothing"
        return Torn(member.offset, member.offset, f"it holds no record ({why})")
    headers = found.rec_headers
    problems = tuple(found.digest_checker.problems)
    if found.digest_checker.passed is None and found.rec_type != "revisit":
        problems = (*problems, "it carries no digest")
    return Record(
        offset=member.offset,
        type=found.rec_type,
        record_id=headers.get_header("WARC-Record-ID") or "",
        uri=headers.get_header("WARC-Target-URI") or "",
        refers_to=headers.get_header("WARC-Refers-To") or "",
        payload_digest=headers.get_header("WARC-Payload-Digest") or "",
        payload=payload,
        problems=problems,
    )


def _member(file: BinaryIO, offset: int) -> Member | Torn:
    found = _unpack(file, offset, _CHUNK)
    return _unpack(file, offset, _FINE) if isinstance(found, Torn) else found


def _unpack(file: BinaryIO, offset: int, step: int) -> Member | Torn:
    file.seek(offset)
    inflater, parts, read, size = zlib.decompressobj(_GZIP), [], 0, 0
    while not inflater.eof:
        chunk = file.read(step)
        if not chunk:
            return Torn(offset, offset + read, "the file ends within it")
        try:
            parts.append(inflater.decompress(chunk, LARGEST_BYTES + 1 - size))
        except zlib.error as error:
            return Torn(offset, offset + read, f"it cannot be unpacked ({error})")
        read, size = read + len(chunk), size + len(parts[-1])
        if size > LARGEST_BYTES:
            return Torn(offset, offset + read, f"it unpacks to over {LARGEST_BYTES:,} bytes")
    return Member(offset, read - len(inflater.unused_data), b"".join(parts))
