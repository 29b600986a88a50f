"""What the store's lease script says, as values: see the script for their meaning."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from crawler.frontier.store import Target


class Given(msgspec.Struct, frozen=True):
    """A target that is leased, and the moment at which it may be asked."""

    at: float
    target: Target
    wants: list[str]  # listings that show this picture


class Seen(msgspec.Struct, frozen=True):
    """One host, as the script left it."""

    name: str
    next_at: float
    version: str  # of its rules
    free: int


class Leased(msgspec.Struct, frozen=True):
    """All that one call gave; every moment is the store's clock's."""

    now: float
    targets: list[Given]
    slots: list[tuple[str, float]]
    robots: list[tuple[str, float]]
    hosts: list[Seen]
    spent: list[str]
    first: float  # when some host may be asked next; infinite if none has work
    counts: dict[str, str]
    closed: list[str]
    ended: list[str]
    uncommitted: int
    pauses: list[tuple[str, float]]


def leased(said: list[Any]) -> Leased:
    """Read the script's answer."""
    now, targets, slots, robots, seen, spent, first, counts, closed, ended, out, pauses = said
    flat = [one.decode() for one in counts]
    return Leased(
        now=float(now),
        targets=[_given(*one) for one in targets],
        slots=_moments(slots),
        robots=_moments(robots),
        hosts=[
            Seen(name.decode(), float(at), rules.decode(), free) for name, at, rules, free in seen
        ],
        spent=[one.decode() for one in spent],
        first=float(first) if first else math.inf,
        counts=dict(zip(flat[::2], flat[1::2], strict=True)),
        closed=[one.decode() for one in closed],
        ended=[one.decode() for one in ended],
        uncommitted=out,
        pauses=_moments(pauses),
    )


def _given(fp: bytes, token: bytes, at: bytes, packed: bytes, wants: list[bytes]) -> Given:
    _, platform, host, kind, key, url, depth = msgspec.msgpack.decode(packed)
    target = Target(int(fp), platform, host, kind, key, url, depth, int(token))
    return Given(float(at), target, sorted(one.decode() for one in wants))


def _moments(said: list[Any]) -> list[tuple[str, float]]:
    return [(name.decode(), float(at)) for name, at in said]
