"""The saved pages of a folder: which files are pages, and their bodies, within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from conf.errors import CrawlError
from crawler.items import PageError

LARGEST = 8_000_000  # bytes of a body, unpacked; Politeness.largest_body_bytes of most platforms
_PAGES = (".html", ".htm", ".xhtml", ".json")
_GZIP = b"\x1f\x8b"


class SavedFile(msgspec.Struct, frozen=True):
    """One file that may be a page; `place` is its path in the folder, with "/" between parts."""

    path: Path
    place: str

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, which is a page only where a list gives its address."""
        return self.place.removesuffix(".gz").endswith(".json")


def files(folder: Path) -> Iterator[SavedFile]:
    """Give the files of a folder that may be pages, and of the folders in it, by path.

    Raises:
        CrawlError: there is no such folder.

    """
    if not folder.is_dir():
        raise CrawlError(f"{folder} is no folder; give the folder that holds the saved pages")
    for path in sorted(folder.rglob("*")):
        if path.name.lower().removesuffix(".gz").endswith(_PAGES) and path.is_file():
            yield SavedFile(path, path.relative_to(folder).as_posix())


def body(path: Path, root: Path | None = None) -> bytes:
    """Give the content of a file, unpacked.

    Raises:
        PageError: it is outside of `root`, too large, empty, damaged, or cannot be read.

    """
    if root is not None and not path.resolve().is_relative_to(root.resolve()):
        raise PageError("outside_folder", "the file is a link that leads out of the folder")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise PageError("unreadable", f"the file cannot be read: {error.strerror}") from None
    if content.startswith(_GZIP):
        content = _unpacked(content)
    if len(content) > LARGEST:
        raise PageError("too_large", f"the page is longer than {LARGEST} bytes")
    if not content.strip():
        raise PageError("empty", "the file is empty")
    return content


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        found = unpacker.decompress(content, LARGEST + 1)
    except zlib.error:
        raise PageError("bad_gzip", "the compressed file is damaged") from None
    if not unpacker.eof and len(found) <= LARGEST:
        raise PageError("bad_gzip", "the compressed file ends before its end")
    return found
