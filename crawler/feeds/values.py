"""One field of theirs as one value of ours: texts as shown, times, lists, numbers, yes and no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from crawler.feeds.faults import RowFault
from crawler.items import Variant

LONGEST_ID = 500
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_MILLISECONDS = 100_000_000_000  # as seconds this is the year 5138
_YES = frozenset({"1", "true", "yes", "y", "t", "removed", "gone"})
_NO = frozenset({"0", "false", "no", "n", "f"})


def text(value: object, joined_by: str = "\n") -> str | None:
    """Give a value as the text that it is; None for an empty one.

    Raises:
        RowFault: it is an object, or bytes.

    """
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return None if value != value else str(value)  # noqa: PLR0124 - NaN, Parquet's "nothing"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        parts = [part for one in value if (part := text(one, joined_by))]
        return joined_by.join(parts) or None
    raise RowFault("bad_field", f"a text was expected, not {_kind(value)}")


def identifier(value: object) -> str | None:
    """Give an id without blanks around it; None for an empty one.

    Raises:
        RowFault: it is overlong or holds control characters.

    """
    found = text(value)
    if found is None:
        return None
    found = found.strip()
    if len(found) > LONGEST_ID:
        raise RowFault("bad_id", f"an id has {len(found)} characters, more than {LONGEST_ID}")
    if not found.isprintable():
        raise RowFault("bad_id", "an id holds characters that do not print")
    return found


def address(value: object) -> str | None:
    """Give a web address; None for an empty one.

    Raises:
        RowFault: it is something else.

    """
    found = text(value)
    if found is None:
        return None
    found = found.strip()
    if not found[:8].lower().startswith(("http://", "https://")):
        raise RowFault("bad_url", f"{found[:80]!r} is no address that begins with http")
    return found


def texts(value: object, separator: str) -> list[str]:
    """Give the texts of a list, or of a field that holds several, empty ones left out.

    Raises:
        RowFault: it is no list of texts.

    """
    if isinstance(value, str):
        value = _listed(value, separator)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RowFault("bad_field", f"a list was expected, not {_kind(value)}")
    parts = [one if type(one) is str else text(one) for one in value]
    return [part.strip() for part in parts if part and not part.isspace()]


def variants_json(value: object) -> str | None:
    """Give variants as the JSON list that the contract asks for; None for no variants.

    Raises:
        RowFault: they are no list of objects with a name.

    """
    if not value:
        return None
    try:
        if isinstance(value, str):
            found = msgspec.json.decode(value, type=list[Variant])
        else:
            found = msgspec.convert(value, list[Variant], strict=False)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise RowFault("bad_field", f"variants: {error}") from None
    if not found:
        return None
    listed = [msgspec.structs.asdict(one) for one in found]
    return msgspec.json.encode(listed, order="deterministic").decode()


def yes(value: object) -> bool:
    """Say whether a field says yes; an empty one says no.

    Raises:
        RowFault: it says neither.

    """
    word = (text(value) or "no").strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RowFault("bad_field", f"{word[:40]!r} is neither yes nor no")


def number(value: object) -> float | None:
    """Give a number; None for an empty field.

    Raises:
        RowFault: it is no number.

    """
    found = text(value)
    if found is None:
        return None
    try:
        return float(found)
    except ValueError:
        raise RowFault("bad_number", f"{found[:40]!r} is no number") from None


def whole(value: object) -> int | None:
    """Give a whole number; None for an empty field.

    Raises:
        RowFault: it is none, or one that no column holds.

    """
    found = number(value)
    if found is None:
        return None
    if not found.is_integer() or abs(found) >= 2**31:
        raise RowFault("bad_number", f"{found} is no whole number")
    return int(found)


def moment(value: object) -> datetime | None:
    """Give a time in UTC; None for an empty field. One without a zone is taken for UTC.

    Raises:
        RowFault: it is no time, or none that a marketplace can have shown.

    """
    if isinstance(value, datetime):
        found = value
    else:
        said = text(value)
        if said is None:
            return None
        found = _parsed(said.strip())
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise RowFault("bad_time", f"{found.isoformat()} is no time of a listing")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


@lru_cache(maxsize=4096)
def _parsed(said: str) -> datetime:
    try:
        if re.fullmatch(r"[0-9]{9,13}(\.[0-9]+)?", said):  # since 1970
            since = float(said)
            return datetime.fromtimestamp(since / 1000 if since >= _MILLISECONDS else since, UTC)
        return datetime.fromisoformat(said)
    except (ValueError, OverflowError, OSError):
        raise RowFault(
            "bad_time", f"{said[:40]!r} is no time; write it as 2026-11-01T06:00:00Z"
        ) from None


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """Give a name as one word of small letters, digits and underscores, of any script."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "_", folded).strip("_")[:60]


def _listed(value: str, separator: str) -> Sequence[object]:
    if value.startswith("["):
        try:
            return msgspec.json.decode(value, type=list[Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise RowFault("bad_field", f"{value[:40]!r} is no JSON list") from None
    return value.split(separator)


def _kind(value: object) -> str:
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"
