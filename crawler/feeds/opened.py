"""A file's bytes, decompressed as they are asked for, within bounds.

What compressed it is told by its first bytes, not by its name. Memory is bounded by the window
that each decompressor may use, and the whole by how much a file of its size may expand to.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import zstandard

from conf.errors import FeedError

FREE_BYTES = 256_000_000  # any file may expand to this much
LARGEST_RATIO = 250  # above that; listings as text shrink to a fifth, repeated ones to a fiftieth
_WINDOW_BYTES = 128 * 1024 * 1024
_IN_BYTES = 2048  # of zstd at a time: four bytes of it can stand for 128 KiB
_BUFFER_BYTES = 1024 * 1024

MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
# what decompressors raise of torn or wrong bytes
DAMAGE = (EOFError, zstandard.ZstdError, lzma.LZMAError, gzip.BadGzipFile, OSError, ValueError)


class Expanding(FeedError):  # noqa: N818 - its words say that it is wrong
    """A file expands to more than any real one."""


def kind(path: Path) -> str | None:
    """Name what compressed a file; None for a plain one.

    Raises:
        FeedError: there is no such file, or it cannot be read.

    """
    try:
        if not path.is_file():
            raise FeedError(f"{path}: there is no such file; name a file that is there")
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise FeedError(f"{path}: cannot be read: {error.strerror}") from None
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


def opened(path: Path) -> io.BufferedReader:
    """Open a file for reading its decompressed bytes.

    Raises:
        FeedError: there is no such file, or it cannot be read.

    """
    how = kind(path)
    if how is None:
        return path.open("rb")
    return io.BufferedReader(_Bounded(_OPENERS[how](path), path), _BUFFER_BYTES)


class _Readable(Protocol):
    """What decompressed bytes are read from."""

    def read1(self, size: int, /) -> bytes:
        """Give at most so many bytes, those that are at hand; none at the end.

        What a torn file still holds comes before its damage is told.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class _Bounded(io.RawIOBase):
    """Counts what comes out, and ends it when it is too much."""

    def __init__(self, inner: _Readable, path: Path) -> None:
        self._inner = inner
        self._name = path.name
        self._left = FREE_BYTES + LARGEST_RATIO * path.stat().st_size

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read some bytes."""
        data = self._inner.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise Expanding(
                f"{self._name} expands to over {LARGEST_RATIO} times its size; ask for it anew, "
                "or import it uncompressed if that is right"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what it reads from."""
        self._inner.close()
        super().close()


class _Stream:
    """Pieces of bytes, of any length, as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self._at = 0

    def read1(self, size: int, /) -> bytes:
        """Give at most so many bytes; none at the end."""
        while self._at >= len(self._rest):
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest, self._at = piece, 0
        taken = self._rest[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def close(self) -> None:
        """Let go of the file."""


def _zstd(path: Path) -> Iterator[bytes]:
    """Give the content of the frames; the library's own reader does not tell a torn one."""
    machine = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
    frame = machine.decompressobj()
    is_inside = False
    with path.open("rb") as file:
        while data := file.read(_IN_BYTES):
            while data:
                is_inside = True
                yield frame.decompress(data)
                data = frame.unused_data if frame.eof else b""
                if frame.eof:
                    frame, is_inside = machine.decompressobj(), False
    if is_inside:
        raise EOFError("the last zstd frame is torn off")


def _xz(path: Path) -> Iterator[bytes]:
    """Give the content of the streams, within a bounded dictionary."""
    stream = lzma.LZMADecompressor(memlimit=2 * _WINDOW_BYTES)
    with path.open("rb") as file:
        while data := file.read(_BUFFER_BYTES):
            if stream.eof:
                stream = lzma.LZMADecompressor(memlimit=2 * _WINDOW_BYTES)
            yield stream.decompress(data, _BUFFER_BYTES)
            while not stream.eof and not stream.needs_input:
                yield stream.decompress(b"", _BUFFER_BYTES)
            if stream.eof and stream.unused_data:
                file.seek(-len(stream.unused_data), io.SEEK_CUR)
    if not stream.eof:
        raise EOFError("the last xz stream is torn off")


_OPENERS: dict[str, Callable[[Path], _Readable]] = {
    "gzip": gzip.GzipFile,
    "bzip2": bz2.BZ2File,
    "zstd": lambda path: _Stream(_zstd(path)),
    "xz": lambda path: _Stream(_xz(path)),
}
