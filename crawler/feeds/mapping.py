"""From one row of theirs to one row of ours: the same that a crawl makes of a page.

Every function gives a row of its table, or raises `RowFault` for one that cannot be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conf.feed import Feed
from crawler.feeds import values
from crawler.feeds.faults import Record, RowFault
from crawler.feeds.plan import File, Plan
from crawler.items import Observation, SellerObservation
from crawler.rows import Row, digest, shown_listing, shown_seller

_LISTING: Row = {
    **dict.fromkeys(set(Observation.__struct_fields__) - {"provenance", "variants"}),
    "seller_key": None,
    "image_urls": [],
    "outgoing_urls": [],
    "variants_json": None,
}
_LISTING = {name: _LISTING[name] for name in sorted(_LISTING)}
_SELLER: Row = dict.fromkeys(sorted(set(SellerObservation.__struct_fields__) - {"provenance"}))
_LISTS = ("image_urls", "outgoing_urls")
_VERDICTS = frozenset({"counterfeit", "genuine", "unsure"})


def maker(feed: Feed, file: File) -> Callable[[Record], Row]:
    """Give the function that makes rows of the feed's table."""
    make = {
        "observations": listing,
        "seller_observations": seller,
        "images": image,
        "decisions": decision,
    }[feed.table]
    return partial(make, Plan(feed, file))


def listing(plan: Plan, record: Record) -> Row:
    """Give a row of `observations`."""
    platform, at = plan.platform(record), plan.time(record)
    listing_id = plan.own_id(record, "listing_id")
    url = values.address(plan.value(record, "url")) or f"urn:{platform}:{listing_id}"
    content = _LISTING | {"listing_id": listing_id, "url": url}
    is_gone = "is_gone" in plan.has and values.yes(plan.value(record, "is_gone"))
    shown = [] if is_gone else _shown(plan, record, content, platform)
    provenance = plan.provenance_json(shown, record)
    return shown_listing(content, provenance, plan.stamp(platform, at), is_gone=is_gone)


def _shown(plan: Plan, record: Record, content: Row, platform: str) -> list[str]:
    """Fill in what a listing that is there shows; give the names of the columns."""
    shown = plan.fill(content, record)
    if "seller_id" in plan.has and (own_id := values.identifier(plan.value(record, "seller_id"))):
        content["seller_id"], content["seller_key"] = own_id, f"{platform}:{own_id}"
        shown.append("seller_id")
    for name in _LISTS:
        content[name] = []
        if name in plan.has:
            content[name] = values.texts(plan.value(record, name), plan.feed.separator)
    if "variants_json" in plan.has:
        content["variants_json"] = values.variants_json(plan.value(record, "variants_json"))
    return shown + [name for name in (*_LISTS, "variants_json") if content[name]]


def seller(plan: Plan, record: Record) -> Row:
    """Give a row of `seller_observations`."""
    content = dict(_SELLER)
    shown = plan.fill(content, record)
    content["seller_id"] = plan.own_id(record, "seller_id")
    content["url"] = values.address(plan.value(record, "url"))
    stamp = plan.stamp(plan.platform(record), plan.time(record))
    return shown_seller(content, plan.provenance_json(shown, record), stamp)


def image(plan: Plan, record: Record) -> Row:
    """Give a row of `images`."""
    key, at = plan.key(record, "listing_key"), plan.time(record)
    url = values.address(plan.value(record, "image_url"))
    if url is None:
        raise RowFault("no_url", "the row has no address of a picture")
    sha256 = _hex(plan, record, "image_sha256")
    return {
        "image_id": digest(key, url, sha256),
        "listing_key": key,
        "platform": key.partition(":")[0],
        "image_url": url,
        "image_sha256": sha256,
        "width_px": values.whole(plan.value(record, "width_px")),
        "height_px": values.whole(plan.value(record, "height_px")),
        "pdq_hex": _hex(plan, record, "pdq_hex"),
        "pdq_quality": values.whole(plan.value(record, "pdq_quality")),
        "capture_id": None,
        "fetched_at": at,
        "fetched_on": at.date(),
    }


def decision(plan: Plan, record: Record) -> Row:
    """Give a row of `decisions`; a word for a verdict that the feed does not know is refused."""
    at = plan.time(record)
    row: Row = {
        "decided_at": at,
        "decided_on": at.date(),
        "subject_kind": _word(plan, record, "subject_kind"),
        "subject_key": plan.key(record, "subject_key"),
        "verdict": _verdict(plan, record),
        "basis": _word(plan, record, "basis") or "partner",
        "decided_by": values.text(plan.value(record, "decided_by")) or plan.feed.name,
        "selection_probability": values.number(plan.value(record, "selection_probability")),
        "note": values.text(plan.value(record, "note")),
        "source_name": plan.feed.name,
    }
    return {"decision_id": digest(row), **row}


def _verdict(plan: Plan, record: Record) -> str:
    word = _word(plan, record, "verdict") or ""
    words = {name.strip().casefold(): ours for name, ours in plan.feed.verdicts.items()}
    found = words.get(word, word)
    if found not in _VERDICTS:
        raise RowFault(
            "unknown_verdict", f"{word[:40]!r} is no verdict that the feed's `verdicts` name"
        )
    return found


def _word(plan: Plan, record: Record, column: str) -> str | None:
    found = values.text(plan.value(record, column))
    return found.strip().casefold() if found else None


def _hex(plan: Plan, record: Record, column: str) -> str | None:
    found = values.text(plan.value(record, column))
    return found.strip().lower() if found else None
