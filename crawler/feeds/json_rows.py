"""The rows of a JSON-lines file; a line that is no JSON costs that line alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from crawler.feeds.faults import Broken, Record

LONGEST_BYTES = 4_000_000
_BOM = b"\xef\xbb\xbf"
_NOT_READABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def records(file: BinaryIO, wanted: Sequence[str]) -> Iterator[Record | Broken]:
    """Give the wanted fields of every line; a dot in a name reaches into a nested object."""
    decode = _decoder(wanted)
    number = 0
    while line := file.readline(LONGEST_BYTES + 1):
        number += 1
        if len(line) > LONGEST_BYTES:
            _skip_rest(file, line)
            yield Broken(number, "too_large", f"the line is longer than {LONGEST_BYTES:,} bytes")
            continue
        if number == 1 and line.startswith(_BOM):
            line = line[len(_BOM) :]
        if not line.isspace():
            yield _record(number, line, decode)


def reach(value: object, path: Sequence[str]) -> object:
    """Give what lies under a path of keys; None where one is not there."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _record(
    number: int, line: bytes, decode: Callable[[bytes], tuple[object, ...]]
) -> Record | Broken:
    try:
        return Record(number, len(line), decode(line))
    except UnicodeDecodeError as error:
        return Broken(number, "bad_encoding", f"the line is not UTF-8: {error.reason}")
    except RecursionError:
        return Broken(number, "bad_json", "the line is nested too deeply")
    except msgspec.DecodeError as error:
        return Broken(number, "bad_json", f"the line is no JSON object: {error}")


def _decoder(wanted: Sequence[str]) -> Callable[[bytes], tuple[object, ...]]:
    """Give what reads the wanted fields alone; numbers with a point stay as they were written."""
    tops = list(dict.fromkeys([name for one in wanted for name in (one, one.split(".")[0])]))
    names = [f"f{at}" for at in range(len(tops))]
    shape = msgspec.defstruct(
        "Line",
        [(name, object, None) for name in names],
        rename=dict(zip(names, tops, strict=True)),
        gc=False,
    )
    decode = msgspec.json.Decoder(shape, float_hook=str).decode
    as_tuple = msgspec.structs.astuple
    if tops == list(wanted):
        return lambda line: as_tuple(decode(line))
    steps = [(tops.index(one), tops.index(one.split(".")[0]), one.split(".")[1:]) for one in wanted]
    return lambda line: _nested(as_tuple(decode(line)), steps)


def _nested(
    tops: tuple[object, ...], steps: Sequence[tuple[int, int, Sequence[str]]]
) -> tuple[object, ...]:
    """Give a field by its whole name, else by its path."""
    return tuple(
        tops[whole] if tops[whole] is not None else reach(tops[top], path)
        for whole, top, path in steps
    )


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    while not line.endswith(b"\n") and (line := file.readline(LONGEST_BYTES)):
        pass
