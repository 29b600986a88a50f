"""Pack files: captured bodies, each an independent zstd frame, one after the other.

A frame counts once a row of `captures` says where it lies. What a killed crawl left behind the last
such frame, whole or torn, is never read: each run writes packs of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from conf.errors import CrawlError

ROLL_BYTES = 256_000_000
_LEVEL = 1  # of pages, 3 would save 7 % more bytes for half as much CPU again


class Slot(msgspec.Struct, frozen=True):
    """Where one body lies."""

    pack: str  # relative to the folder of packs
    offset: int
    length: int


class PackWriter:
    """Appends bodies to the packs of one crawl."""

    def __init__(self, folder: Path, crawl_id: str, roll_bytes: int = ROLL_BYTES) -> None:
        """Write under `folder`/`crawl_id`; a pack is closed when it is longer than `roll_bytes`."""
        self._folder = folder
        self._crawl_id = crawl_id
        self._roll_bytes = roll_bytes
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._file: BinaryIO | None = None
        self._name = ""
        self._size = 0

    def append(self, body: bytes) -> Slot:
        """Write one body and give where it lies; durable only after a `checkpoint`.

        Raises:
            CrawlError: the disk is full, or the folder cannot be written.

        """
        frame = self._compressor.compress(body)
        try:
            if self._file is None or self._size > self._roll_bytes:
                self._roll()
            slot = Slot(self._name, self._size, len(frame))
            _write_all(self._file, frame)
        except OSError as error:
            raise CrawlError(
                f"{self._folder / self._name}: cannot be written: {error.strerror or error}; mend "
                "that and run the same command again, it goes on from here"
            ) from None
        self._size += len(frame)
        return slot

    def checkpoint(self) -> Callable[[], None]:
        """Give what forces to the disk all that was appended until now; may run in a thread."""
        if self._file is None:
            return lambda: None
        handle = os.dup(self._file.fileno())  # the pack may be closed by the time it runs
        return partial(_force, handle)

    def close(self) -> None:
        """Force what was appended to the disk and close the pack."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _roll(self) -> None:
        self.close()
        folder = self._folder / self._crawl_id
        folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem) for path in folder.glob("[0-9]*.pack")), default=0)
        path = folder / f"{number:05d}.pack"
        self._file = path.open("xb", buffering=0)
        self._name = f"{self._crawl_id}/{path.name}"
        self._size = 0


def read_body(folder: Path, slot: Slot, sha256: str, size: int) -> bytes:
    """Give a captured body, checked against its length and digest.

    Raises:
        CrawlError: the pack is missing or torn there, or holds something else.

    """
    path = folder / slot.pack
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CrawlError(f"{path}: a pack must lie under {folder}; the capture's row is wrong")
    try:
        with path.open("rb") as file:
            file.seek(slot.offset)
            frame = file.read(slot.length)
        body = zstandard.ZstdDecompressor().decompress(frame, max_output_size=size)
    except (OSError, zstandard.ZstdError) as error:
        raise CrawlError(
            f"{path}: the body at {slot.offset} cannot be read: {error}; take the pack from a copy"
        ) from None
    if len(frame) < slot.length or hashlib.sha256(body).hexdigest() != sha256:
        raise CrawlError(
            f"{path}: the body at {slot.offset} is not the one that was captured; take the pack "
            "from a copy"
        )
    return body


def _force(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(file: BinaryIO | None, data: bytes) -> None:
    """Write all of it: an unbuffered write may take only a part."""
    view = memoryview(data)
    while file is not None and view:
        view = view[file.write(view) :]
