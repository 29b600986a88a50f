"""Write what four partners send: sixteen files, one a feed, whole or not at all.

The list of the files (`.history.json`) is taken away first and written last, so a folder that has
it holds all of them, and one that was left half done is written again, to the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from conf.errors import ConfError
from conf.feed import Feed, feed
from crawler.items import Image
from infra.sandbox.history.files import Row, written
from infra.sandbox.history.habits import HABITS, Habit
from infra.sandbox.history.past import Past, past
from infra.sandbox.history.people import Decision, decisions
from infra.sandbox.history.pictures import hashes, wanted
from infra.sandbox.history.rows import decision_rows, image_rows, listing_rows, seller_rows
from infra.sandbox.world import World
from infra.sandbox.world.markets import PARTNERS

MAKING = 1  # to be raised when the same seed comes to give other bytes
MOST_LISTINGS = 200_000  # they are held in memory, a partner at a time
_LIST = ".history.json"


class File(msgspec.Struct, frozen=True):
    """One file that was written."""

    name: str
    rows: int
    bytes: int
    sha256: str


class Written(msgspec.Struct, frozen=True):
    """What a folder holds; `is_new` is False when it was there already."""

    seed: int
    listings: int
    making: int
    files: tuple[File, ...]
    is_new: bool = True


def write(folder: Path, seed: int, listings: int) -> Written:
    """Write the history of a seed into a folder, unless it holds just that already.

    Raises:
        ConfError: the size is none, or the folder cannot be written.

    """
    if not 1 <= listings <= MOST_LISTINGS:
        raise ConfError(f"--listings {listings}: must be from 1 to {MOST_LISTINGS}")
    try:
        known = _known(folder)
        if known and (known.seed, known.listings, known.making) == (seed, listings, MAKING):
            return msgspec.structs.replace(known, is_new=False)
        return _write(folder, seed, listings)
    except OSError as error:
        raise ConfError(
            f"{folder}: cannot be written: {error.strerror}; free or choose another"
        ) from None


def _write(folder: Path, seed: int, listings: int) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _LIST).unlink(missing_ok=True)
    for left in folder.glob(".*.partial"):
        left.unlink()
    world = World(seed, listings, PARTNERS)
    pasts = [past(world, partner) for partner in PARTNERS]
    taken = [decisions(world, one) for one in pasts]
    shown = [wanted(seed, one, _listings(of)) for one, of in zip(pasts, taken, strict=True)]
    hashed = hashes(world, [picture for pictures in shown for picture in pictures])
    files = tuple(
        _file(folder, found, HABITS[one.partner], rows)
        for one, of, pictures in zip(pasts, taken, shown, strict=True)
        for found, rows in _feeds(one, of, {name: hashed[name] for name in pictures}, seed)
    )
    whole = Written(seed, listings, MAKING, files)
    _put(folder / _LIST, msgspec.json.encode(whole))
    return whole


def _feeds(
    seen: Past, taken: Sequence[Decision], hashed: Mapping[str, Image], seed: int
) -> Iterator[tuple[Feed, Iterator[Row]]]:
    """Give a partner's four feeds with their rows, by our names for the columns."""
    habit = HABITS[seen.partner]
    named = {kind: feed(f"{seen.partner}_{kind}") for kind in habit.forms}
    words: dict[str, str] = {ours: theirs for theirs, ours in named["decisions"].verdicts.items()}
    yield named["listings"], listing_rows(seen, habit, seed)
    yield named["sellers"], seller_rows(seen, habit)
    yield named["images"], image_rows(seen, habit, hashed)
    yield named["decisions"], decision_rows(taken, habit, words)


def _file(folder: Path, found: Feed, habit: Habit, ours: Iterable[Row]) -> File:
    """Write one file under the partner's names for the fields, which the feed's YAML knows."""
    form = habit.forms[found.name.rpartition("_")[2]]
    rows = [{theirs: row.get(column) for column, theirs in found.fields.items()} for row in ours]
    content = written(rows, list(found.fields.values()), form)
    path = folder / f"{found.name}{form.ending}"
    _put(path, content)
    return File(path.name, len(rows), len(content), sha256(content).hexdigest())


def _put(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _listings(taken: Sequence[Decision]) -> Iterator[str]:
    return (one.subject for one in taken if one.kind == "listing")


def _known(folder: Path) -> Written | None:
    """Read what a folder holds; None when it is not whole."""
    try:
        found = msgspec.json.decode((folder / _LIST).read_bytes(), type=Written)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    return found if all(_is_there(folder / file.name, file) for file in found.files) else None


def _is_there(path: Path, file: File) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == file.sha256
