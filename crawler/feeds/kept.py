"""Files as they were sent: the evidence that rows of a feed rest on.

A file is copied before its first row is read, under the name of its sha256, so that what is read is
what is kept, whatever happens to the sender's own copy.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import msgspec

from conf.errors import FeedError
from conf.site import Site

_PIECE_BYTES = 1024 * 1024
_ENOSPC = 28


class Kept(msgspec.Struct, frozen=True):
    """A file as it was sent, and where we keep it."""

    name: str
    sha256: str
    path: Path


def folder(site: Site) -> Path:
    """Give where files are kept, each under the name of its sha256."""
    return site.packs / "feeds"


def keep(path: Path, into: Path, feed: str) -> Kept:
    """Copy a file whole or not at all; only one process at a time may do so for one feed.

    Raises:
        FeedError: it cannot be read, or the copy cannot be written.

    """
    part = into / f"{feed}.part"  # what a killed import left there is written over
    try:
        into.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file, part.open("wb") as copy:
            sha256 = _copied(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(into / sha256)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _fault(path, into, error) from None
    return Kept(path.name, sha256, into / sha256)


def looked_at(path: Path) -> Kept:
    """Give a file where it lies, for a look that keeps nothing.

    Raises:
        FeedError: it cannot be read.

    """
    try:
        with path.open("rb") as file:
            return Kept(path.name, hashlib.file_digest(file, "sha256").hexdigest(), path)
    except OSError as error:
        raise _fault(path, path.parent, error) from None


def _copied(file: BinaryIO, copy: BinaryIO) -> str:
    sha256 = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        sha256.update(piece)
        copy.write(piece)
    return sha256.hexdigest()


def _fault(path: Path, into: Path, error: OSError) -> FeedError:
    if error.errno == _ENOSPC:
        return FeedError(f"{into}: the disk is full; make room and run the same command again")
    return FeedError(
        f"{error.filename or path}: {error.strerror}; mend that and run the same command again"
    )
