"""ruins: a neglected German shop: JSON-LD where it is whole, the elements where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import schema
from crawler.pages.syntax.gathered import Gathered, variants
from crawler.pages.syntax.jsonld import of_type
from crawler.pages.syntax.rows import definitions
from crawler.pages.syntax.text import addresses, line

_DATA = {
    "brand_text": "Marke",
    "condition_text": "Zustand",
    "gtin_text": "EAN",
    "mpn_text": "Modell",
    "sku_text": "ArtNr",
    "category_text": "Kategorie",
    "ships_from_text": "Versand",
    "shipping_price_text": "Versandkosten",
    "sold_text": "Verkauft",
    "stock_text": "Lager",
    "listed_at_text": "Eingestellt",
}
_FACTS = {
    "since_text": "Seit",
    "location_text": "Ort",
    "rating_text": "Bewertung",
    "review_count_text": "Bewertungen",
    "listing_count_text": "Angebote",
    "sold_text": "Verkauft",
    "contact_text": "Kontakt",
}
_RATING = re.compile(r"([\d,]+ von \d+)\s*\((\d+)")


def listing(page: Page) -> Observation | None:
    """Read `/ware/ID`."""
    if page.first(".preis") is None:
        return None
    found = Gathered()
    for product in of_type(page.jsonld, *schema.PRODUCTS):
        found.put("jsonld", schema.product(product, page.absolute))
        break
    found.put("selector", _markup(page))
    description = found.values.get("description_text")
    outgoing = page.outgoing(*page.links(".text a"), *addresses(description))
    found.put("selector", {"outgoing_urls": outgoing})
    here = page.own("listing")
    return found.observation(own_id(here), here.url) if "title_text" in found.values else None


def seller(page: Page) -> SellerObservation | None:
    """Read `/haendler/ID`."""
    facts = definitions(page.first("dl.daten"))
    if "Seit" not in facts:
        return None
    found = Gathered()
    found.put("selector", {"name_text": page.words("h1"), "about_text": page.lines(".text")})
    found.put("selector", {field: facts.get(name) for field, name in _FACTS.items()})
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a list shows, its next page, and the seller of an item."""
    if page.first(".preis") is None:
        yield from (Link(url, "listing") for url in page.links('a[href*="/ware/"]'))
        yield from (Link(url, "index") for url in page.links("a.weiter"))
    yield from (Link(url, "seller") for url in page.links(".von a"))


def _markup(page: Page) -> dict[str, object]:
    data = definitions(page.first("dl.daten"))
    rating = _RATING.search(page.words(".note") or "")
    seller_address = page.attribute(".von a", "href")
    return {
        "title_text": page.words("h1"),
        "description_text": page.lines(".text"),
        "price_text": page.words(".preis"),
        "list_price_text": page.words(".statt"),
        "availability_text": page.words(".da"),
        "seller_id": page.id_in(seller_address, "seller"),
        "seller_name_text": page.words(".von a"),
        "rating_text": rating[1] if rating else None,
        "review_count_text": rating[2] if rating else None,
        "language_text": page.language,
        "image_urls": page.pictures("img.bild"),
        "variants": _variants(page),
        **{field: data.get(name) for field, name in _DATA.items()},
    }


def _variants(page: Page) -> tuple[Variant, ...]:
    found = []
    for node in page.all(".variante"):
        name, _, rest = (line(node.text()) or "").partition(":")
        price = node.css_first("b")
        found.append(
            Variant(
                name=name,
                price_text=line(price.text()) if price else None,
                sku_text=node.attributes.get("data-nr"),
                availability_text="ausverkauft" if "ausverkauft" in rest else None,
            )
        )
    return variants(*found)
