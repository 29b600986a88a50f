"""From what a page or record showed to the rows of the bronze tables.

Everything that stamps a row is an argument, so the same page with the same stamp gives the same
row, byte for byte: a crawl that was killed and run again writes what one clean run would have.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from crawler.items import Gone, Image, Observation, Refused, SellerObservation

Row = dict[str, Any]
_REPLAY = "ffffffff"
_json = msgspec.json.Encoder(order="deterministic")


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Who saw it, when, and what read it."""

    platform: str
    at: datetime  # with a time zone, UTC
    source: Literal["crawl", "extract", "feed", "replay"]
    source_name: str  # crawl id, feed name or folder
    parser: str  # page module or feed mapping, with its version: "bazaar/1"
    capture_id: str | None = None


def observation_row(shown: Observation, stamp: Stamp) -> Row:
    """Give the row of `observations` for a listing that was shown."""
    return _listing_row(shown, stamp, is_gone=False)


def gone_row(gone: Gone, stamp: Stamp) -> Row:
    """Give the row of `observations` for a listing that is no more."""
    shown = Observation(listing_id=gone.listing_id, url=gone.url)
    return _listing_row(shown, stamp, is_gone=True)


def seller_row(shown: SellerObservation, stamp: Stamp) -> Row:
    """Give the row of `seller_observations` for a seller that was shown."""
    content = _texts(msgspec.structs.asdict(shown))
    provenance = content.pop("provenance")
    return shown_seller(content, _json.encode(provenance).decode(), stamp)


def shown_seller(content: Row, provenance_json: str, stamp: Stamp) -> Row:
    """Give the row of `seller_observations` for the columns of one that was shown."""
    key = f"{stamp.platform}:{content['seller_id']}"
    return {
        **_stamped(key, content, stamp),
        "seller_key": key,
        **content,
        "provenance_json": provenance_json,
    }


def image_row(image: Image, listing_key: str, stamp: Stamp) -> Row:
    """Give the row of `images` for one picture of one listing."""
    return {
        "image_id": digest(listing_key, image.image_url, image.image_sha256),
        "listing_key": listing_key,
        "platform": stamp.platform,
        **msgspec.structs.asdict(image),
        "capture_id": stamp.capture_id,
        "fetched_at": stamp.at,
        "fetched_on": stamp.at.date(),
    }


def refused_row(refused: Refused, source_name: str, at: datetime, platform: str | None) -> Row:
    """Give the row of `refused` for what was not taken."""
    return {
        "refused_id": digest(source_name, refused.place, refused.reason, refused.detail),
        "refused_at": at,
        "refused_on": at.date(),
        "platform": platform,
        "source_name": source_name,
        **msgspec.structs.asdict(refused),
    }


def digest(*parts: Any) -> str:
    """Give the sha256, as hex, of the parts written as one JSON list."""
    return hashlib.sha256(_json.encode(parts)).hexdigest()


def _listing_row(shown: Observation, stamp: Stamp, *, is_gone: bool) -> Row:
    content = _texts(msgspec.structs.asdict(shown))
    provenance = content.pop("provenance")
    variants = [_texts(msgspec.structs.asdict(one)) for one in content.pop("variants")]
    content["variants_json"] = _json.encode(variants).decode() if variants else None
    seller = content["seller_id"]
    content["seller_key"] = f"{stamp.platform}:{seller}" if seller else None
    content["image_urls"] = [_text(url) for url in shown.image_urls]
    content["outgoing_urls"] = [_text(url) for url in shown.outgoing_urls]
    return shown_listing(content, _json.encode(provenance).decode(), stamp, is_gone=is_gone)


def shown_listing(content: Row, provenance_json: str, stamp: Stamp, *, is_gone: bool) -> Row:
    """Give the row of `observations` for the columns of one that was shown, `seller_key` too."""
    key = f"{stamp.platform}:{content['listing_id']}"
    return {
        **_stamped(key, {**content, "is_gone": is_gone}, stamp),
        "listing_key": key,
        "is_gone": is_gone,
        **content,
        "provenance_json": provenance_json,
    }


def _texts(content: Row) -> Row:
    return {
        name: _text(value) if isinstance(value, str) else value for name, value in content.items()
    }


def _text(value: str) -> str:
    """Give a text that UTF-8 can hold: half a surrogate pair, as broken JSON has, is replaced."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _stamped(key: str, content: Row, stamp: Stamp) -> Row:
    """Give the columns that say who saw it, and the two digests.

    The provenance is not part of the content: a page that moves a price from its markup into a
    script has not changed its listing.
    """
    content_sha256 = digest(content)
    return {
        "observation_id": _observation_id(key, stamp, content_sha256),
        "platform": stamp.platform,
        "observed_at": stamp.at,
        "observed_on": stamp.at.date(),
        "source": stamp.source,
        "source_name": stamp.source_name,
        "capture_id": stamp.capture_id,
        "parser": stamp.parser,
        "content_sha256": content_sha256,
    }


def _observation_id(key: str, stamp: Stamp, content_sha256: str) -> str:
    """Give the id of an observation.

    A replay has the time of the capture that it reads anew. Its id begins with the highest digits
    and its parser's version, so that whoever orders by time and id takes it for the newer reading.
    """
    if stamp.source != "replay":
        return digest(key, stamp.at, stamp.source, content_sha256)
    version = min(parser_version(stamp.parser), 0xFFFF)
    found = digest(key, stamp.at, stamp.source, stamp.parser, content_sha256)
    return f"{_REPLAY}{version:04x}{found[len(_REPLAY) + 4 :]}"


def parser_version(parser: str) -> int:
    """Give the version in a parser's name, `bazaar/2`; 0 without one."""
    number = parser.rpartition("/")[2]
    return int(number) if number.isdecimal() else 0
