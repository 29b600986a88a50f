"""Follows a listing back to the page that its score rests on: every row of the chain, each checked.

Nothing here trusts the lake: bytes are hashed anew, and the score is computed anew from the table
versions that it names.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from conf.errors import LakeError
from conf.site import Site
from jobs.bodies import stored_body
from jobs.reader import Lake
from jobs.receipt import Repeated, repeated

Row = dict[str, Any]
_ID = 64  # hex digits of an observation's id
_FILE, _SHA256, _LINE = "file", "file_sha256", "line"  # what a feed says besides its fields


class Check(msgspec.Struct, frozen=True):
    """Whether stored bytes are still those that came."""

    state: str  # right, altered, missing
    sha256: str | None  # that the bytes have now
    finding: str


class Picture(msgspec.Struct, frozen=True):
    """One picture of the listing, and whether its bytes are still those that came."""

    row: Row
    check: Check | None  # None for a picture of which only the hash was sent


class Origin(msgspec.Struct, frozen=True):
    """The line of a partner's file that an observation without a capture rests on."""

    file: str | None
    sha256: str | None
    line: str | None
    check: Check | None


class Evidence(msgspec.Struct, frozen=True):
    """Everything that is known of one listing; rows as the tables hold them."""

    listing_key: str
    capture: Row | None
    check: Check | None  # of the capture's body
    origin: Origin | None  # of a feed's row
    observation: Row | None
    provenance: dict[str, str]  # field -> step that read it
    sighting: Row | None
    listing: Row | None
    seller: Row | None
    match: Row | None
    pictures: list[Picture]
    score: Row | None
    repeated: Repeated | None  # the score, computed anew
    seller_score: Row | None
    decisions: list[Row]

    @property
    def faults(self) -> list[str]:
        """What does not hold: bytes that changed, a score that cannot be repeated."""
        checks = [self.check, *(one.check for one in self.pictures)]
        checks += [self.origin.check] if self.origin else []
        found = [one.finding for one in checks if one is not None and one.state != "right"]
        if self.repeated is not None and not self.repeated.is_same:
            found.append(self.repeated.finding)
        return found


def evidence(site: Site, key: str) -> Evidence:
    """Give the chain of one listing.

    Args:
        site: where.
        key: listing_key, or the id of an observation of the listing.

    Raises:
        LakeError: there is no such listing, or a table cannot be read.

    """
    lake = Lake(site.lake)
    listing_key = find(lake, key)
    mine = pl.col("listing_key") == listing_key
    score, listing = _row(lake, "listing_scores", mine), _row(lake, "listings", mine)
    seen = score or listing
    observation = None if seen is None else _observation(lake, mine, seen)
    provenance = _provenance(observation)
    capture = None if observation is None else _capture(lake, observation["capture_id"])
    seller_key = (listing or observation or {}).get("seller_key")
    seller = pl.col("seller_key") == pl.lit(seller_key, pl.String)
    return Evidence(
        listing_key=listing_key,
        capture=capture,
        check=None if capture is None else body_check(site.packs, capture),
        origin=_origin(site.packs, provenance) if observation and capture is None else None,
        observation=observation,
        provenance={k: v for k, v in provenance.items() if k not in {_FILE, _SHA256, _LINE}},
        sighting=_row(lake, "listing_sightings", mine),
        listing=listing,
        seller=_row(lake, "sellers", seller),
        match=_row(lake, "listing_matches", mine),
        pictures=_pictures(lake, site.packs, mine),
        score=score,
        repeated=None if score is None else repeated(site, lake, score),
        seller_score=_row(lake, "seller_scores", seller),
        decisions=_decisions(lake, [listing_key, *filter(None, [seller_key])]),
    )


def evidence_capture(site: Site, key: str) -> Row | None:
    """Give the capture that a listing rests on; None for a partner's row.

    Raises:
        LakeError: there is no such listing, or nothing is known of it any more.

    """
    lake = Lake(site.lake)
    mine = pl.col("listing_key") == find(lake, key)
    seen = _row(lake, "listing_scores", mine) or _row(lake, "listings", mine)
    observation = None if seen is None else _observation(lake, mine, seen)
    if observation is None:
        raise LakeError(f"no observation of {key} is kept; crawl its platform again")
    return _capture(lake, observation["capture_id"])


def find(lake: Lake, key: str) -> str:
    """Give the listing_key that a key means.

    Raises:
        LakeError: there is no such listing; the message names the nearest keys.

    """
    if _row(lake, "listing_sightings", pl.col("listing_key") == key) is not None:
        return key
    if len(key) == _ID and ":" not in key:
        by_id = _row(lake, "observations", pl.col("observation_id") == key)
        if by_id is not None:
            return str(by_id["listing_key"])
    near = nearest(lake, key)
    hint = f"; the nearest: {', '.join(near)}" if near else "; no listing has been seen yet"
    raise LakeError(f"there is no listing {key!r} in {lake.root}{hint}")


def nearest(lake: Lake, key: str, most: int = 3) -> list[str]:
    """Give the keys most like one that is not there, of its platform if that has any."""
    from rapidfuzz import process

    if not lake.exists("listing_sightings"):
        return []
    keys = lake.frame("listing_sightings", columns=["listing_key"])["listing_key"]
    same = keys.filter(keys.str.starts_with(key.partition(":")[0] + ":"))
    known = (same if len(same) else keys).sort().to_list()
    return [found for found, *_ in process.extract(key, known, limit=most)]


def body_check(packs: Path, capture: Row) -> Check:
    """Hash the stored body of a capture anew."""
    body = stored_body(packs, capture)
    return Check(body.state, body.sha256, body.finding)


def _observation(lake: Lake, mine: pl.Expr, seen: Row) -> Row | None:
    on = pl.col("observed_on") == seen["observed_at"].date()  # reads one day's files
    return _row(
        lake, "observations", on & mine & (pl.col("observation_id") == seen["observation_id"])
    )


def _capture(lake: Lake, capture_id: str | None) -> Row | None:
    return (
        None if capture_id is None else _row(lake, "captures", pl.col("capture_id") == capture_id)
    )


def _provenance(observation: Row | None) -> dict[str, str]:
    try:
        return msgspec.json.decode(
            (observation or {}).get("provenance_json") or "{}", type=dict[str, str]
        )
    except msgspec.DecodeError:
        return {}


def _origin(packs: Path, provenance: dict[str, str]) -> Origin:
    """Give the line of the file that a feed's row came from; the file is kept by its sha256."""
    sha256 = provenance.get(_SHA256)
    check = None if sha256 is None else _file_check(packs / "feeds" / Path(sha256).name, sha256)
    return Origin(provenance.get(_FILE), sha256, provenance.get(_LINE), check)


def _file_check(path: Path, sha256: str) -> Check:
    try:
        with path.open("rb") as file:
            now = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return Check("missing", None, f"{path} cannot be read: {error.strerror or error}")
    if now != sha256:
        return Check("altered", now, f"{path} was altered after it was kept; take it from a copy")
    return Check("right", now, "the kept file is the one that came")


def _pictures(lake: Lake, packs: Path, mine: pl.Expr) -> list[Picture]:
    if not lake.exists("listing_photos"):
        return []
    rows = lake.frame("listing_photos", where=mine).sort("image_url").to_dicts()
    return [Picture(row, _picture_check(lake, packs, row)) for row in rows]


def _picture_check(lake: Lake, packs: Path, row: Row) -> Check | None:
    capture = _capture(lake, row["capture_id"]) if lake.exists("captures") else None
    return None if capture is None else body_check(packs, capture)


def _decisions(lake: Lake, subjects: list[str]) -> list[Row]:
    if not lake.exists("decisions"):
        return []
    found = lake.frame("decisions", where=pl.col("subject_key").is_in(subjects))
    return found.sort("decided_at", "decision_id").to_dicts()


def _row(lake: Lake, table: str, where: pl.Expr) -> Row | None:
    """Give the one row that a condition picks; None for none, or for no table."""
    if not lake.exists(table):
        return None
    rows = lake.frame(table, where=where).to_dicts()
    return rows[0] if rows else None
