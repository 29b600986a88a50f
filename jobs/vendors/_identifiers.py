"""Everything in a text that points at a person."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.vendors._addresses import addresses
from jobs.vendors._companies import companies
from jobs.vendors._found import Found, Identifier
from jobs.vendors._links import links
from jobs.vendors._mails import mails
from jobs.vendors._messengers import messengers
from jobs.vendors._payments import payments
from jobs.vendors._phones import phones
from jobs.vendors._reading import Reading, digits, plain
from jobs.vendors._registered import registered

MOST = 20  # of one text
_MOST_LETTERS = 50_000  # of a text; what stands behind them is not looked at


def identifiers(text: str, region: str | None = None) -> tuple[Identifier, ...]:
    """Give the identifiers of a text as they come in it, each kind and value once, 20 at most.

    Time grows with the length of the text, of which 50,000 characters are read.

    Args:
        text: as shown, disguises and all.
        region: ISO 3166 code of the country whose telephone numbers need no prefix here.

    """
    shown = text[:_MOST_LETTERS]
    read = plain(shown)
    taken = bytearray(len(shown) + 1)
    kept: dict[tuple[str, str], Found] = {}
    for one in _found(read, region):
        start, end = one.span
        if any(taken[start:end]):  # it is part of something that was told before: a link's domain
            continue
        taken[start:end] = b"\1" * (end - start)
        kept.setdefault((one.kind, one.value), one)
    in_order = sorted(kept.values(), key=lambda one: one.span)
    return tuple(one.identifier for one in in_order[:MOST])


def _found(read: Reading, region: str | None) -> Iterator[Found]:
    """Give what the finders find, first those whose form leaves the least doubt."""
    numbered = digits(read)
    yield from payments(read)
    yield from mails(read)
    yield from links(read)
    yield from registered(read)
    yield from messengers(read, numbered)
    yield from addresses(read)
    yield from phones(numbered, region)
    yield from companies(read)
