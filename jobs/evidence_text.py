"""The chain of evidence of one listing, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from conf import contract
from jobs.evidence import Check, Evidence, Picture
from jobs.receipt import Repeated
from jobs.report._title import hidden_named

_LONGEST = 400  # characters of one value
_WIDTH = 26
_NOT_SHOWN = frozenset({"provenance_json", "variants_json", "receipt_json"})
_HOW_IT_CAME = (
    "answered_at", "server_date_text", "clock_offset_s", "redirects", "ip_address",
    "certificate_sha256", "certificate_chain_sha256", "batch_id", "tool",
)  # fmt: skip
# What a row tells elsewhere in the chain, or is for machines.
_KEYS = frozenset({"listing_key", "observed_on", "title_folded", "description_folded"})


def lines(found: Evidence) -> Iterator[str]:
    """Give the lines, in the order in which a person follows the chain."""
    yield found.listing_key
    yield from _section("The page it rests on", _capture(found))
    yield from _section("What it showed", _observation(found))
    yield from _section("When it was seen", _fields("listing_sightings", found.sighting))
    yield from _section("What was read from it", _fields("listings", found.listing))
    yield from _section("Its pictures", (line for one in found.pictures for line in _picture(one)))
    yield from _section("Brand and product", _fields("listing_matches", found.match))
    yield from _section("Seller", _seller(found))
    yield from _section("Score", _score(found))
    yield from _section("Features, the weightiest first", _features(found.repeated))
    yield from _section("Receipt", _receipt(found.repeated))
    yield from _section("Decisions", (line for one in found.decisions for line in _decision(one)))
    yield ""
    yield from found.faults or [
        "Everything holds: the bytes are those that came, and the score is the same."
    ]


def _section(title: str, told: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from [f"  {line}" for line in told] or ["  none"]


def _capture(found: Evidence) -> Iterator[str]:
    row = found.capture
    if row is None:
        yield from _origin(found)
        return
    yield _line("capture", row["capture_id"])
    if row["requested_url"] != row["url"]:
        yield _line("asked for", row["requested_url"])
    yield _line("address", row["url"])
    yield _line("fetched", f"{_text(row['fetched_at'])}, status {row['status']}")
    yield from _some(row, _HOW_IT_CAME)
    yield _line("body", f"{row['body_bytes']:,} bytes, {row['content_type'] or 'no content type'}")
    yield _line(
        "in pack", f"{row['pack']}, {row['pack_length']:,} bytes from {row['pack_offset']:,}"
    )
    yield _line("sha256 when it came", row["body_sha256"])
    yield from _check(found.check)
    for side in ("request", "response"):
        for name, value in _headers(row[f"{side}_headers"]):
            yield _line(f"{side} header", f"{name}: {value}")


def _origin(found: Evidence) -> Iterator[str]:
    origin = found.origin
    if origin is None:
        yield "no observation is kept"
        return
    yield "a partner's file; there is no page of it"
    yield _line("file", origin.file or "not told")
    yield _line("line", origin.line or "not told")
    yield _line("sha256 when it came", origin.sha256 or "not told")
    yield from _check(origin.check)


def _check(check: Check | None) -> Iterator[str]:
    if check is not None:
        yield _line("sha256 now", check.sha256 or "none")
        yield _line(check.state, check.finding)


def _headers(text: str) -> list[tuple[str, str]]:
    try:
        return msgspec.json.decode(text, type=list[tuple[str, str]])
    except msgspec.DecodeError:
        return []


def _observation(found: Evidence) -> Iterator[str]:
    row = found.observation
    if row is None:
        return
    for column in contract.table("observations").columns:
        value = row.get(column.name)
        if value in (None, [], "") or column.name in _NOT_SHOWN | _KEYS:
            continue
        step = found.provenance.get(column.name)
        yield _line(column.name, _text(value) + (f"  [{step}]" if step else ""))


def _fields(table: str, row: Mapping[str, Any] | None) -> Iterator[str]:
    if row is None:
        return
    names = [
        one.name for one in contract.table(table).columns if one.name not in _KEYS | _NOT_SHOWN
    ]
    yield from _some(row, names)


def _some(row: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if row.get(name) not in (None, [], ""):
            yield _line(name, _text(row[name]))


def _picture(one: Picture) -> Iterator[str]:
    yield _line("picture", one.row["image_url"])
    if one.row["product_key"]:
        bits = f"{one.row['distance_bits']} of 256 bits away"
        yield _line("repeats", f"the official photo of {one.row['product_key']}, {bits}")
    yield from _check(one.check)


def _seller(found: Evidence) -> Iterator[str]:
    yield from _fields("sellers", found.seller)
    if found.seller_score is not None:
        yield _line("suspicion", f"{found.seller_score['suspicion']:g} of 100")
        for reason in found.seller_score["reasons"]:
            yield _line("reason", reason)


def _score(found: Evidence) -> Iterator[str]:
    row = found.score
    if row is None:
        yield "not scored yet; `countermark job run all` does it"
        return
    flag = ", a red flag" if row["is_red_flag"] else ""
    yield _line("suspicion", f"{row['suspicion']:g} of 100{flag}")
    yield _line("by rules alone", f"{row['rules_suspicion']:g} of 100")
    for reason in row["reasons"]:
        yield _line("reason", reason)
    yield from _some(row, ("evidence_text", "model_name", "model_version", "model_sha256"))


def _features(found: Repeated | None) -> Iterator[str]:
    known = [one for one in (found.features if found else []) if one.value is not None]
    for one in known:
        weight = f"{one.weight:+.2f}" if one.weight else ""
        yield f"{one.feature:<{_WIDTH + 4}} {one.value:>9.4g} {weight:>7}  {one.meaning}"


def _receipt(found: Repeated | None) -> Iterator[str]:
    if found is None:
        return
    for table, version in sorted(found.versions.items()):
        yield _line(table, f"version {version}")
    yield _line("score", found.finding)


def _decision(row: Mapping[str, Any]) -> Iterator[str]:
    said = f"{row['verdict']}, on {row['basis']}, by {row['decided_by']} ({row['source_name']})"
    yield _line(_text(row["decided_at"]), f"{row['subject_key']}: {said}")


def _line(name: str, value: str) -> str:
    """Give one line; what a terminal would obey in a text from outside is named instead."""
    return f"{name:<{_WIDTH}} {hidden_named(value)}"


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    flat = " ".join(str(value).split())
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]} … ({len(flat):,} characters)"
