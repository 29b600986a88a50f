"""What days of crawling one platform showed: rows of bronze, a shop as large as is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conf.site import Site
from tests.conftest import append
from tests.jobs.test_increments import HASH

BRONZE = ("observations", "seller_observations", "images")
LISTINGS, SELLERS = 60, 12
TITLES = ("Orris Lago 38 replica 1:1", "Orris Lago 38 watch", "A plain chair", "0rris L@go watch")


def on(day: int) -> dict[str, Any]:
    when = datetime(2026, 11, day, 6, tzinfo=UTC)
    return {"observed_at": when, "observed_on": when.date(), "platform": "bazaar"}


def listing(number: int, day: int) -> dict[str, Any]:
    seller = f"s{number % SELLERS}"
    return on(day) | {
        "observation_id": f"{number}0{day}".zfill(64),
        "listing_key": f"bazaar:{number}",
        "listing_id": str(number),
        "seller_id": seller,
        "seller_key": f"bazaar:{seller}",
        "content_sha256": f"{day}".zfill(64),
        "title_text": f"{TITLES[number % len(TITLES)]} {number}",
        "description_text": f"Day {day}; write me, WhatsApp +86 138 0013 {8000 + number}",
        "price_text": f"US ${37 * number % 900 + day}.{number:02}",
        "is_gone": day > 1 and number % 7 == 0,
    }


def seller(number: int, day: int) -> dict[str, Any]:
    return on(day) | {
        "observation_id": f"9{number}0{day}".zfill(64),
        "seller_key": f"bazaar:s{number}",
        "seller_id": f"s{number}",
        "content_sha256": f"{day}".zfill(64),
        "name_text": f"Shop {number}",
        "rating_text": f"{90 + number % 10}%",
        "review_count_text": str(day * number),
    }


def picture(number: int, day: int) -> dict[str, Any]:
    when = on(day)["observed_at"]
    return {
        "image_id": f"{number}0{day}".zfill(64),
        "listing_key": f"bazaar:{number}",
        "platform": "bazaar",
        "image_url": f"http://x/{number}-{day}",
        "pdq_hex": HASH,
        "pdq_quality": 100,
        "fetched_at": when,
        "fetched_on": when.date(),
    }


def bring(site: Site, day: int) -> None:
    """Append what one day shows of every listing and seller."""
    append(site, "observations", *(listing(n, day) for n in range(LISTINGS)))
    append(site, "seller_observations", *(seller(n, day) for n in range(SELLERS)))
    append(site, "images", *(picture(n, day) for n in range(day - 1, LISTINGS, 9)))
