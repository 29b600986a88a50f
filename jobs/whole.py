"""Writes a file whole or not at all, so that nobody reads half a report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conf.errors import ConfError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a place to write to; what was written there becomes `path` once the block ends well.

    A run that was killed leaves one hidden file, which the next run writes over.

    Raises:
        ConfError: the folder cannot be made or written, or the disk is full.

    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        _to_disk(part)
        part.replace(path)
    except OSError as error:
        raise ConfError(
            f"{path}: cannot be written: {error.strerror or error}; free space, or give another "
            "folder with --out"
        ) from None
    finally:
        _remove(part)


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # there is no such folder, which was told above
