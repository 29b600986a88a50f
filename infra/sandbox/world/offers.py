"""Offers: what a listing shows on a day, put together from its parts."""

from __future__ import annotations

from infra.sandbox.world.counts import counts
from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.goods import goods
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.numbers import numbers
from infra.sandbox.world.people import Persona, persona
from infra.sandbox.world.pictures import picture_ids
from infra.sandbox.world.prices import Price, price
from infra.sandbox.world.shapes import Offer, Variant, date_of
from infra.sandbox.world.stage import Stage
from infra.sandbox.world.texts import description
from infra.sandbox.world.titles import title

_SIZES = {
    "sneakers": ("38", "39", "40", "41", "42", "43", "44"),
    "fashion": ("S", "M", "L", "XL"),
    "sportswear": ("XS", "S", "M", "L"),
}


def offer(stage: Stage, entry: Entry, day: int) -> Offer:
    """Give what a listing shows on a day on which it is there."""
    who = persona(stage.world_key, entry.account)
    asked, left, shown = price(entry, who, day), counts(entry, day), numbers(entry, who)
    return Offer(
        platform=stage.market.name,
        listing_id=entry.listing_id,
        seller_id=entry.account.seller_id,
        title=title(entry, who),
        description=description(entry, who),
        price=asked.amount,
        currency=asked.currency,
        list_price=asked.list_price,
        stock=left.stock,
        sold=left.sold,
        condition=_condition(entry),
        brand_text=shown.brand_text,
        gtin=shown.gtin,
        mpn=shown.mpn,
        sku=shown.sku,
        category=_category(stage, entry),
        ships_from=(who.city, who.country),
        shipping=asked.shipping,
        images=picture_ids(stage, entry, who),
        listed_on=date_of(entry.start),
        variants=_variants(entry, who, asked, shown.sku),
        rating=left.rating,
        review_count=left.review_count,
        outgoing_urls=_links(entry, who),
        language=who.language,
        is_available=left.is_available,
    )


def words_of(stage: Stage, entry: Entry) -> str:
    """Give title and description of a listing in lower case."""
    who = persona(stage.world_key, entry.account)
    return f"{title(entry, who)} {description(entry, who)}".casefold()


def _condition(entry: Entry) -> str | None:
    dice = Dice(entry.key, 111)
    if dice.happens(0.1):
        return None
    if entry.kind is Kind.SECOND_HAND or entry.guise == "posing_as_used":
        return dice.pick(("used",) * 7 + ("new", "new", "refurbished"))
    is_private = entry.account.trade is Trade.PRIVATE
    if is_private and entry.kind is Kind.GENERIC:
        return dice.pick(("used", "used", "new"))
    return "used" if dice.happens(0.02) else "new"


def _category(stage: Stage, entry: Entry) -> tuple[str, ...]:
    """Give where a listing is filed, in the marketplace's language."""
    key = entry.good.category if entry.good else ""
    if entry.product:
        key = entry.product.item.category.lower()
    return goods().categories[key][stage.market.language]


def _variants(entry: Entry, who: Persona, asked: Price, sku: str | None) -> tuple[Variant, ...]:
    """Give colours and sizes, where there are several."""
    dice = Dice(entry.key, 112)
    if entry.account.trade is Trade.PRIVATE or not dice.happens(0.4):
        return ()
    category = entry.product.item.category.lower() if entry.product else ""
    names = _SIZES.get(category) if entry.kind is not Kind.ACCESSORY else None
    chosen = sorted(dice.some(names or who.words.colors, 2 + dice.below(4)))
    stem = sku or f"{dice.below(10**6):06}"
    return tuple(
        Variant(f"{stem}-{at}", name, asked.amount, is_available=not dice.happens(0.15))
        for at, name in enumerate(chosen, start=1)
    )


def _links(entry: Entry, who: Persona) -> tuple[str, ...]:
    """Give the addresses outside the platform that a listing leads to."""
    dice = Dice(entry.key, 113)
    share = {"hidden_link": 0.75, "wholesale_words": 0.15, "official_photo": 0.1}
    is_honest = entry.kind is not Kind.COUNTERFEIT and who.vendor is None
    likely = 0.03 if is_honest else share.get(entry.guise, 0.04)
    return (who.link,) if dice.happens(likely) else ()
