"""Finds identifiers in bytes: pages and files, in whichever of the usual encodings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jobs.erasure.identifier import Identifier, readings

# Of pages that are no UTF-8: Western, Cyrillic, Chinese, Japanese, Korean.
_OTHERS = ("cp1252", "cp1251", "gb18030", "big5", "shift_jis", "euc_kr")
_WIDE = ("utf-16-le", "utf-16-be")


def holds(content: bytes, wanted: Sequence[Identifier]) -> bool:
    """Tell whether bytes hold an identifier."""
    return any(
        one.is_among(read) for read in map(readings, _texts(content, wanted)) for one in wanted
    )


def count(content: bytes, wanted: Sequence[Identifier]) -> int:
    """Count how often bytes hold an identifier, in the encoding that has it most."""
    most = [0] * len(wanted)
    for read in map(readings, _texts(content, wanted)):
        most = [max(known, one.times(read)) for known, one in zip(most, wanted, strict=True)]
    return sum(most)


def _texts(content: bytes, wanted: Sequence[Identifier]) -> Iterator[str]:
    """Give what bytes may be as text; encodings agree on ASCII, so one stands for them there."""
    try:
        yield content.decode()
    except UnicodeDecodeError:
        yield content.decode("utf-8", "replace")
        if not all(one.text.isascii() for one in wanted):
            yield from (content.decode(name, "replace") for name in _OTHERS)
    if b"\0" in content:
        yield from (content[at:].decode(name, "replace") for name in _WIDE for at in (0, 1))
