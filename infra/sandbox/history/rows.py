"""What a partner saw and decided as rows, by our names for the columns, in the partner's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crawler.items import Image
from infra.sandbox.history.files import Row
from infra.sandbox.history.habits import Habit
from infra.sandbox.history.past import Met, Past, Sighting, chance
from infra.sandbox.history.people import Decision
from infra.sandbox.history.triage import first_of_each
from infra.sandbox.world import Offer

_BROKEN = 0.003  # share of listing rows that say nothing: no id, as exports have a few


def listing_rows(past: Past, habit: Habit, seed: int) -> Iterator[Row]:
    """Give the rows of a partner's listings; of a few the id was lost on the way."""
    names = {one.seller.seller_id: one.seller.name for one in past.sellers}
    for one in past.listings:
        row = _listing(one, habit, names)
        dice = chance(seed, "broken", past.partner, one.offer.listing_id, one.at)
        yield {**row, "listing_id": None} if dice.random() < _BROKEN else row


def seller_rows(past: Past, habit: Habit) -> Iterator[Row]:
    """Give the rows of a partner's sellers."""
    return (_seller(one, habit) for one in past.sellers)


def image_rows(past: Past, habit: Habit, hashed: Mapping[str, Image]) -> Iterator[Row]:
    """Give the rows of the pictures that a partner hashed."""
    for one in first_of_each(past.listings):
        for picture_id in one.offer.images:
            found = hashed.get(picture_id)
            if found:
                yield {
                    "listing_key": one.offer.listing_id,
                    "image_url": _picture_url(past.partner, picture_id),
                    "image_sha256": found.image_sha256,
                    "fetched_at": habit.moment(one.at),
                    "width_px": found.width_px,
                    "height_px": found.height_px,
                    "pdq_hex": found.pdq_hex,
                    "pdq_quality": found.pdq_quality,
                }


def decision_rows(
    taken: Iterable[Decision], habit: Habit, words: Mapping[str, str]
) -> Iterator[Row]:
    """Give the rows of what was decided; `words` are the partner's for our verdicts."""
    for one in taken:
        yield {
            "subject_kind": one.kind,
            "subject_key": one.subject,
            "verdict": words[one.verdict],
            "basis": one.basis,
            "decided_by": one.by,
            "decided_at": habit.moment(one.at),
            "selection_probability": one.selection_probability,
            "note": one.note,
        }


def _listing(one: Sighting, habit: Habit, names: Mapping[str, str]) -> Row:
    offer = one.offer
    return {
        "listing_id": offer.listing_id,
        "observed_at": habit.moment(one.at),
        "url": f"https://www.{habit.partner}.example/item/{offer.listing_id}",
        "title_text": offer.title,
        "description_text": offer.description,
        "price_text": habit.price(offer.price, offer.currency),
        "list_price_text": _said(offer.list_price, lambda p: habit.price(p, offer.currency)),
        "currency_text": offer.currency,
        "availability_text": habit.in_stock if offer.is_available else habit.sold_out,
        "condition_text": _said(offer.condition, habit.conditions.__getitem__),
        "brand_text": offer.brand_text,
        "gtin_text": offer.gtin,
        "mpn_text": offer.mpn,
        "sku_text": offer.sku,
        "category_text": " > ".join(offer.category),
        "seller_id": offer.seller_id,
        "seller_name_text": names.get(offer.seller_id),
        "ships_from_text": ", ".join(offer.ships_from),
        "shipping_price_text": _said(offer.shipping, lambda p: habit.price(p, offer.currency)),
        "sold_text": _said(offer.sold, habit.count),
        "stock_text": _said(offer.stock, habit.count),
        "rating_text": _said(offer.rating, habit.stars),
        "review_count_text": _said(offer.review_count, habit.count),
        "listed_at_text": habit.day(offer.listed_on),
        "language_text": offer.language,
        "image_urls": [_picture_url(habit.partner, picture_id) for picture_id in offer.images],
        "outgoing_urls": list(offer.outgoing_urls),
        "variants_json": _variants(offer, habit),
    }


def _variants(offer: Offer, habit: Habit) -> list[dict[str, str]] | None:
    """Give what a listing can be had in, in the words of the exchange that partners agreed on."""
    found = [
        {
            "name": one.name,
            "price_text": str(habit.price(one.price, offer.currency)),
            "sku_text": one.sku,
            "availability_text": habit.in_stock if one.is_available else habit.sold_out,
        }
        for one in offer.variants
    ]
    return found or None


def _seller(one: Met, habit: Habit) -> Row:
    seller = one.seller
    return {
        "seller_id": seller.seller_id,
        "observed_at": habit.moment(one.at),
        "url": f"https://www.{habit.partner}.example/shop/{seller.seller_id}",
        "name_text": seller.name,
        "about_text": seller.about,
        "since_text": habit.day(seller.since),
        "location_text": f"{seller.city}, {seller.country}",
        "rating_text": _said(seller.rating, lambda share: f"{100 * share:.1f}%"),
        "review_count_text": _said(seller.review_count, habit.count),
        "listing_count_text": habit.count(one.listing_count),
        "sold_text": _said(seller.sold, habit.count),
        "contact_text": "\n".join(seller.contact) or None,
    }


def _said(value: Any, how: Any) -> Any:
    return None if value is None else how(value)


def _picture_url(partner: str, picture_id: str) -> str:
    return f"https://img.{partner}.example/{picture_id}.jpg"
