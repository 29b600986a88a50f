"""Everything stored that one listing's evidence is made of: captures, each with body and seal."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import polars as pl

from conf import merkle
from conf.errors import LakeError
from conf.site import Site
from jobs.bodies import stored_body
from jobs.erasure import notes
from jobs.evidence import Evidence, Row, evidence
from jobs.reader import Lake

FORMAT = "countermark-evidence/1"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:countermark:evidence")


class Seal(msgspec.Struct, frozen=True):
    """What shows that a capture is one of the batch that was committed."""

    batch_id: str
    made_at: str
    proof: merkle.Proof


class Told(msgspec.Struct, frozen=True):
    """What an export says of one capture besides its bytes."""

    record_id: str  # of the record that holds its body
    capture: dict[str, Any]  # the fields of its leaf, by name
    leaf: str  # the very text that its leaf hashes
    leaf_fields: tuple[str, ...]
    leaf_sha256: str
    seal: Seal | None  # None: committed before batches were sealed


class Exhibit(msgspec.Struct, frozen=True):
    """One capture, whole."""

    row: Row
    body: bytes
    told: Told


class Case(msgspec.Struct, frozen=True):
    """One listing's evidence and the captures behind it, in the order of their time."""

    found: Evidence
    exhibits: tuple[Exhibit, ...]
    left_out: dict[str, str]  # capture_id, and why its body is no evidence


def case(site: Site, key: str) -> Case:
    """Gather the captures of a listing: its page, pictures, seller, and what a browser showed.

    Raises:
        LakeError: there is no such listing, it rests on no page, or its page was altered.

    """
    found = evidence(site, key)
    if found.capture is None:
        raise LakeError(
            f"{key} rests on a partner's file and on no page; `countermark evidence show {key}` "
            "names the file and the line"
        )
    if found.check is not None and found.check.state != "right":
        raise LakeError(f"the page of {key} is not evidence any more: {found.check.finding}")
    lake = Lake(site.lake)
    rows = _captures(lake, found)
    batches = _batches(lake, rows)
    erased = notes.captures(lake)
    exhibits, left_out = [], {}
    for row in rows:
        if row["capture_id"] in erased:
            left_out[str(row["capture_id"])] = erased[row["capture_id"]].says
            continue
        body = stored_body(site.packs, row)
        if body.evidence is None:
            left_out[str(row["capture_id"])] = body.finding
        else:
            exhibits.append(Exhibit(row, body.evidence, _told(row, batches)))
    return Case(found, tuple(exhibits), left_out)


def record_id(*parts: object) -> str:
    """Give the id of a record, always the same for the same parts."""
    return f"<urn:uuid:{uuid.uuid5(_SPACE, '|'.join(map(str, parts)))}>"


def stated(row: Row) -> str:
    """Give the time of a capture: when the answer was complete, else that of its crawl."""
    at = row.get("answered_at") or row["fetched_at"]
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def _captures(lake: Lake, found: Evidence) -> list[Row]:
    sources = [found.capture, found.seller, *(one.row for one in found.pictures)]
    ids = {row["capture_id"] for row in sources if row is not None and row.get("capture_id")}
    wanted = pl.col("capture_id").is_in(sorted(ids))
    if "listing_key" in lake.frame("captures", where=pl.lit(value=False)).columns:
        wanted |= pl.col("listing_key") == found.listing_key
    rows = lake.frame("captures", where=wanted).unique("capture_id").to_dicts()
    main = (found.capture or {})["capture_id"]
    return sorted(rows, key=lambda row: (row["capture_id"] != main, stated(row), row["capture_id"]))


def _batches(lake: Lake, rows: list[Row]) -> dict[str, Row]:
    ids = sorted({row["batch_id"] for row in rows if row.get("batch_id")})
    if not ids or not lake.exists("batches"):
        return {}
    found = lake.frame("batches", where=pl.col("batch_id").is_in(ids)).to_dicts()
    return {row["batch_id"]: row for row in found}


def _told(row: Row, batches: dict[str, Row]) -> Told:
    batch = batches.get(row.get("batch_id") or "")
    fields = tuple(batch["leaf_fields"]) if batch else merkle.FIELDS
    text = merkle.leaf_text(row, fields)
    hashed = merkle.leaf(text)
    return Told(
        record_id=record_id("body", row["capture_id"]),
        capture=dict(zip(fields, msgspec.json.decode(text), strict=True)),
        leaf=text,
        leaf_fields=fields,
        leaf_sha256=hashed,
        seal=_seal(batch, hashed) if batch else None,
    )


def _seal(batch: Row, leaf: str) -> Seal | None:
    leaves = batch["leaves_sha256"]
    if leaf not in leaves:
        raise LakeError(
            f"batch {batch['batch_id']} was sealed with other rows of captures than are there now; "
            "`countermark evidence verify --packs` names them, restore the table from a copy"
        )
    proof = merkle.proof(leaves, leaves.index(leaf))
    return Seal(batch["batch_id"], f"{batch['made_at']:%Y-%m-%dT%H:%M:%S.%fZ}", proof)
