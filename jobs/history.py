"""What a listing or a seller was, state by state: from when to when, and what changed in between.

Read from the observations of one key and typed by the kernels of the jobs, without Spark. Unlike
`listings`, which passes over it, a history also tells when the platform said that a listing is gone
and when it came back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec
import polars as pl

from conf import contract
from conf.errors import ConfError
from conf.site import Site
from jobs.clean._states import CONTENT, states
from jobs.past import typed
from jobs.reader import Lake

Kind = Literal["listing", "seller"]
Row = dict[str, Any]

_SOURCES: dict[Kind, tuple[str, str, str]] = {
    "listing": ("observations", "listings", "listing_key"),
    "seller": ("seller_observations", "sellers", "seller_key"),
}
_GONE = "gone"
# Told by others: the observation, folded texts, dollars, counts of what is listed beside them.
_NOT_TOLD = {
    *("observation_id", "observed_at", "capture_id", "content_sha256", "source"),
    *("title_folded", "description_folded", "name_folded", "is_disguised", "price_usd"),
    *("text_signs", "trade_word_count"),
    *("image_count", "outgoing_url_count", "platform"),
}
_LONGEST = 60  # characters of a value that people read


class Change(msgspec.Struct, frozen=True):
    """One column that a state shows otherwise than the one before it."""

    column: str
    was: Any
    now: Any


class State(msgspec.Struct, frozen=True):
    """What was shown from one observation to the last one in a row that showed the same."""

    kind: Kind
    key: str
    from_at: datetime
    until_at: datetime  # seen last; the next state begins later
    sightings: int
    is_gone: bool
    is_back: bool  # it was gone just before
    changes: list[Change]  # since the state before; of the first, all that it shows
    observation_id: str
    capture_id: str | None
    shows: Row  # the row of `listings` or `sellers`; nothing when gone


def history(site: Site, key: str) -> list[State]:
    """Give the states of a listing, a seller or (if both have that key) both, the oldest first.

    Raises:
        ConfError: no observation is of that key.

    """
    lake = Lake(site.lake)
    found = [one for kind in _SOURCES for one in _states(site, lake, kind, key)]
    if not found:
        raise ConfError(
            f"no listing and no seller {key!r} was ever seen; keys are platform:id, "
            "`countermark lake show listings` prints some"
        )
    return found


def _states(site: Site, lake: Lake, kind: Kind, key: str) -> Iterator[State]:
    source, table, name = _SOURCES[kind]
    if not lake.exists(source):
        return
    seen = lake.frame(source, where=pl.col(name) == key)
    gone = pl.col("is_gone") if kind == "listing" else pl.lit(value=False)
    label = pl.when(gone).then(pl.lit(_GONE)).otherwise(CONTENT).alias("_shows")
    began = states(seen.with_columns(label), name, "_shows")
    shows = typed(site, table, began.drop("_shows", "_until_at", "_sightings"))
    before: tuple[Row, Row] | None = None
    was_gone = False
    for raw, row in zip(began.to_dicts(), shows.to_dicts(), strict=True):
        is_gone = raw["_shows"] == _GONE
        changes = [] if is_gone else list(_changes(source, table, before, (raw, row)))
        yield State(
            kind=kind,
            key=key,
            from_at=raw["observed_at"],
            until_at=raw["_until_at"],
            sightings=raw["_sightings"],
            is_gone=is_gone,
            is_back=was_gone and not is_gone and before is not None,
            changes=changes,
            observation_id=raw["observation_id"],
            capture_id=raw["capture_id"],
            shows={} if is_gone else row,
        )
        was_gone = is_gone
        before = before if is_gone else (raw, row)


def _changes(
    source: str, table: str, before: tuple[Row, Row] | None, now: tuple[Row, Row]
) -> Iterator[Change]:
    """Give the typed columns that changed; if none did, the texts as shown that did."""
    names = [n for n in contract.table(table).names if n not in {*_NOT_TOLD, *_keys(table)}]
    if before is None:
        yield from (Change(n, None, now[1][n]) for n in names if now[1][n] is not None)
        return
    told = [Change(n, before[1][n], now[1][n]) for n in names if before[1][n] != now[1][n]]
    yield from told or _as_shown(source, before[0], now[0])


def _as_shown(source: str, before: Row, now: Row) -> list[Change]:
    names = contract.table(source).names
    content = names[names.index(CONTENT) + 1 : names.index("provenance_json")]
    return [Change(n, before[n], now[n]) for n in content if n != "is_gone" and before[n] != now[n]]


def _keys(table: str) -> tuple[str, str]:
    """Give the columns that name the thing itself."""
    return ("listing_key", "listing_id") if table == "listings" else ("seller_key", "seller_id")


def as_rows(found: list[State]) -> list[Row]:
    """Give the states as rows that people read."""
    return [
        {
            "of": one.kind,
            "from": f"{one.from_at:%Y-%m-%d %H:%M}",
            "until": f"{one.until_at:%Y-%m-%d %H:%M}",
            "seen": one.sightings,
            "what": "; ".join(_told(one, is_first=at == 0 or found[at - 1].kind != one.kind)),
        }
        for at, one in enumerate(found)
    ]


# What is told of a first state, which has no other to differ from.
_FIRST = (
    *("title", "price_amount", "price_currency", "availability", "seller_key", "name", "country"),
    *("about", "since_on", "listing_count"),
)


def _told(one: State, *, is_first: bool) -> Iterator[str]:
    if one.is_gone:
        yield "gone"
    elif is_first:
        yield from (f"{c.column} {_short(c.now)}" for c in one.changes if c.column in _FIRST)
    else:
        if one.is_back:
            yield "back" if one.changes else "back, as before"
        yield from (f"{c.column} {_short(c.was)} → {_short(c.now)}" for c in one.changes)


def _short(value: Any) -> str:
    text = "-" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
