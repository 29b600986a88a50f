"""Words that people adopted for a platform at one site; every crawl of it searches for them.

They lie in the site's state, not in conf: what finds counterfeits was learnt from this site's lake,
and the brands' YAML, which scores rest on, stay what the alliance wrote.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from conf.errors import ConfError

LONGEST = 100  # characters of a word
MOST = 1_000  # words of a platform


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One adopted word, and when."""

    word: str
    adopted_at: datetime


def adopted(state: Path, platform: str) -> tuple[str, ...]:
    """Give the adopted words of a platform, in the order they came.

    Raises:
        ConfError: the file cannot be read.

    """
    return tuple(one.word for one in _read(_path(state, platform)))


def adopt(state: Path, platform: str, words: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Adopt words, whole or not at all; gives those that were not adopted before.

    Raises:
        ConfError: one is empty, too long or not one line, or the file cannot be written.

    """
    path = _path(state, platform)
    kept = _read(path)
    known = {one.word.casefold() for one in kept}
    tidy = dict.fromkeys(" ".join(_checked(word).split()) for word in words)
    new = tuple(word for word in tidy if word.casefold() not in known)
    if len(kept) + len(new) > MOST:
        raise ConfError(f"{path}: a platform takes {MOST} words at most; remove some first")
    if new:
        _write(path, [*kept, *(Word(word, now) for word in new)])
    return new


def _checked(word: str) -> str:
    if not word.strip() or len(word) > LONGEST or not word.isprintable():
        raise ConfError(f"{word[:LONGEST]!r} is no search word; give 1 to {LONGEST} characters")
    return word


def _path(state: Path, platform: str) -> Path:
    return state / "words" / f"{platform}.json"


def _read(path: Path) -> list[Word]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Word])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfError(
            f"{path} cannot be read: {error}; mend it, or remove it to search for no adopted word"
        ) from None


def _write(path: Path, words: list[Word]) -> None:
    draft = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(words)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise ConfError(f"{path} cannot be written: {error}; mend that and adopt again") from None
