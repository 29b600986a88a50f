"""aurora: a shop that only a browser shows; the rendered elements say what they are."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax.gathered import Gathered, variants
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, line

_NAMES = {
    "title_text": "title",
    "price_text": "price",
    "list_price_text": "list-price",
    "availability_text": "availability",
    "condition_text": "condition",
    "brand_text": "brand",
    "gtin_text": "gtin",
    "mpn_text": "mpn",
    "sku_text": "sku",
    "seller_name_text": "seller",
    "ships_from_text": "ships-from",
    "shipping_price_text": "shipping",
    "sold_text": "sold",
    "stock_text": "stock",
    "rating_text": "rating",
    "review_count_text": "review-count",
    "listed_at_text": "listed-on",
}
_SELLER_NAMES = {
    "name_text": "name",
    "since_text": "since",
    "location_text": "location",
    "rating_text": "feedback",
    "review_count_text": "review-count",
    "listing_count_text": "listing-count",
    "sold_text": "sold-count",
}


def listing(page: Page) -> Observation | None:
    """Read the rendered `/product/ID`."""
    if page.first(_marked("title")) is None:
        return None
    description = page.lines(_marked("description"))
    urls = page.links(_marked("description") + " a")
    seller_address = page.attribute(_marked("seller"), "href")
    category = page.words(_marked("category"))
    found = Gathered()
    found.put("selector", {field: page.words(_marked(name)) for field, name in _NAMES.items()})
    found.put(
        "selector",
        {
            "description_text": description,
            "category_text": category.replace(" / ", " > ") if category else None,
            "seller_id": page.id_in(seller_address, "seller"),
            "language_text": page.language,
            "image_urls": page.pictures(_marked("gallery") + " img"),
            "outgoing_urls": page.outgoing(*urls, *addresses(description)),
            "variants": _variants(page),
        },
    )
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read the rendered `/maker/ID`."""
    if page.first(_marked("name")) is None:
        return None
    contact = [line(node.text()) or "" for node in page.all(_marked("contact") + " li")]
    found = Gathered()
    found.put(
        "selector", {field: page.words(_marked(name)) for field, name in _SELLER_NAMES.items()}
    )
    found.put(
        "selector",
        {"about_text": page.lines(_marked("about")), "contact_text": "\n".join(contact)},
    )
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap or a collection shows, its next page, and the seller of an item."""
    if page.is_sitemap:
        yield from sitemap(page)
        return
    if page.first(_marked("title")) is None:
        yield from (Link(url, "listing") for url in page.links(_marked("card")))
        yield from (Link(url, "index") for url in page.links(_marked("next")))
    yield from (Link(url, "seller") for url in page.links(_marked("seller")))


def _marked(name: str) -> str:
    return f'[data-testid="{name}"]'


def _variants(page: Page) -> tuple[Variant, ...]:
    found = []
    for node in page.all(_marked("variants") + " li"):
        name, amount = node.css_first(".name"), node.css_first(".amount")
        is_out = "sold-out" in (node.attributes.get("class") or "").split()
        found.append(
            Variant(
                name=(line(name.text()) if name else None) or "",
                price_text=line(amount.text()) if amount else None,
                sku_text=node.attributes.get("data-sku"),
                availability_text="sold out" if is_out else None,
            )
        )
    return variants(*found)
