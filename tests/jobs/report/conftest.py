"""Fixtures for reports: an alliance of two brands, and listings of both laid into a lake."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from PIL import Image, ImageDraw

from conf.brand import Brand, Photo, Price, Product

if TYPE_CHECKING:
    from conf.site import Site

TODAY, BEFORE = date(2026, 11, 2), date(2026, 11, 1)
OLD, NEW = datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC)
TABLES = (
    "listing_scores",
    "listings",
    "listing_sightings",
    "listing_matches",
    "sellers",
    "brand_report",
)
ORRIS = Brand(
    key="orris",
    name="Orris",
    industry="watches",
    country="CH",
    marks=("Orris",),
    products=(
        Product(
            key="tidewater",
            name="Tidewater 300",
            category="Watches",
            reference_prices={"US": Price(1000.0, "USD")},
            photos=(Photo("photos/tidewater.jpg", "0" * 64),),
        ),
    ),
)
VELMORA = Brand(key="velmora", name="Velmora", industry="fashion", country="FR", marks=("Velmora",))


def picture(colour: str = "navy") -> bytes:
    """A small picture of a thing, as JPEG."""
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((60, 60, 240, 240), fill=colour)
    made = io.BytesIO()
    image.save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def alliance(site: Site, tmp_path: Path) -> Site:
    """The site with two brands of its own, one of which has an official photo."""
    folder = tmp_path / "brands"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "tidewater.jpg").write_bytes(picture())
    for one in (ORRIS, VELMORA):
        (folder / f"{one.key}.yaml").write_bytes(msgspec.yaml.encode(one))
    return msgspec.structs.replace(site, brands=folder)


def offer(number: int, **given: Any) -> dict[str, dict[str, Any]]:
    """Rows of each table for one listing; `given` sets columns wherever they are."""
    key = given.pop("listing_key", f"bazaar:{number}")
    gone, first = given.pop("is_gone", False), given.pop("first_seen_at", OLD)
    points = given.pop("suspicion", 90.0)
    seller = given.pop("seller_key", "bazaar:lucky-star")
    shared = {"listing_key": key, "platform": key.partition(":")[0], "seller_key": seller}
    score = {
        "brand": given.pop("brand", "orris"),
        "product_key": "orris/tidewater",
        "suspicion": points,
        "is_red_flag": points > 80,
        "reasons": given.pop("reasons", ["Asking price is 10 % of the reference price"]),
        "model_name": "rules",
        "model_version": "1",
        "observation_id": hashlib.sha256(key.encode()).hexdigest(),
        "observed_at": first,
    }
    listing = {
        "listing_id": key.partition(":")[2],
        "url": given.pop("url", f"https://bazaar.example/item/{number}"),
        "title": given.pop("title", "Orris Tidewater 300 mirror copy"),
        "price_amount": 100.0,
        "price_currency": "USD",
        "price_usd": 100.0,
        "seller_name": given.pop("seller_name", "Lucky Star"),
        "capture_id": given.pop("capture_id", None),
    }
    sighting = {"first_seen_at": first, "checked_at": NEW, "is_gone": gone}
    match = {
        "brand": score["brand"],
        "mention_text": given.pop("mention_text", "Orris"),
        "is_mention_disguised": given.pop("is_mention_disguised", False),
        "reference_usd": given.pop("reference_usd", 1000.0),
        "price_to_reference": given.pop("price_to_reference", 0.1),
    }
    assert not given, f"no such column: {', '.join(given)}"
    own = {name: shared[name] for name in ("listing_key", "seller_key")}
    return {
        "listing_scores": shared | score,
        "listings": shared | listing,
        "listing_sightings": shared | sighting,
        "listing_matches": own | match,
    }


@pytest.fixture
def shelve(lay: Callable[..., int]) -> Callable[..., None]:
    """`shelve(offer(1), offer(2, …), …)`: lay these listings, and the day's brand_report."""

    def put(*offers: dict[str, dict[str, Any]]) -> None:
        for table in ("listing_scores", "listings", "listing_sightings", "listing_matches"):
            lay(table, *(one[table] for one in offers))
        lay("brand_report", *(_day(offers, day) for day in (BEFORE, TODAY)))

    return put


def _day(offers: tuple[dict[str, dict[str, Any]], ...], day: date) -> dict[str, Any]:
    live = [
        one
        for one in offers
        if one["listing_scores"]["brand"] == "orris"
        and one["listing_scores"]["is_red_flag"]
        and not one["listing_sightings"]["is_gone"]
        and one["listing_sightings"]["first_seen_at"].date() <= day
    ]
    new = [one for one in live if one["listing_sightings"]["first_seen_at"].date() == day]
    counts = {"red_flag_count": len(live), "new_red_flag_count": len(new)}
    return {"report_on": day, "brand": "orris", "platform": "bazaar"} | counts
