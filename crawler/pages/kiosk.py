"""kiosk: HTML with microdata; what schema.org has no word for stands in plain elements."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import microdata, schema
from crawler.pages.syntax.gathered import Gathered, variants
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, line


def listing(page: Page) -> Observation | None:
    """Read `/product/ID`; related products are items too, the main one has an id."""
    root = page.first("#product[itemscope]")
    if root is None:
        return None
    item = microdata.item(root)
    found = Gathered()
    found.put("microdata", schema.product(item, page.absolute))
    found.put("microdata", {"seller_id": page.id_in(schema.seller_address(item), "seller")})
    description = page.lines('#product [itemprop="description"]')
    urls = page.links('#product [itemprop="description"] a')
    found.put(
        "selector",
        {
            "list_price_text": page.words("#product .was"),
            "stock_text": page.words("#product .stock"),
            "sold_text": page.words("#product .sold"),
            "shipping_price_text": page.words("#product .postage"),
            "ships_from_text": _after(page.words("#product .dispatch"), "Dispatched from"),
            "listed_at_text": _after(page.words("#product .listed"), "Listed"),
            "language_text": page.language,
            "outgoing_urls": page.outgoing(*urls, *addresses(description)),
            "variants": _variants(page),
        },
    )
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/store/ID`."""
    root = page.first("#store[itemscope]")
    if root is None:
        return None
    shown = microdata.item(root)
    rating, address = schema.one(shown.get("aggregateRating")), schema.one(shown.get("address"))
    places = (address.get("addressLocality"), address.get("addressCountry"))
    found = Gathered()
    found.put(
        "microdata",
        {
            "name_text": schema.text(shown.get("name")),
            "about_text": page.lines('#store [itemprop="description"]'),
            "since_text": schema.text(shown.get("foundingDate")),
            "location_text": ", ".join(filter(None, map(schema.text, places))),
            "rating_text": schema.rating_text(rating),
            "review_count_text": schema.text(rating.get("reviewCount")),
        },
    )
    contact = [line(node.text()) or "" for node in page.all("#store p.contact")]
    found.put(
        "selector",
        {
            "listing_count_text": page.words("#store .n-listings"),
            "sold_text": page.words("#store .n-sold"),
            "contact_text": "\n".join(contact),
        },
    )
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap or a shelf shows, the pages near by, and the seller of an item."""
    if page.is_sitemap:
        yield from sitemap(page)
        return
    if page.first("#product") is None:
        yield from (Link(url, "listing") for url in page.links(".thumb h4 a"))
        yield from (Link(url, "index") for url in page.links(".pages a"))
    yield from (Link(url, "seller") for url in page.links("#product .sold-by a"))


def _variants(page: Page) -> tuple[Variant, ...]:
    return variants(
        *(
            Variant(
                name=line(node.text()) or "",
                price_text=node.attributes.get("data-price"),
                sku_text=node.attributes.get("data-sku"),
                availability_text="sold out" if "disabled" in node.attributes else None,
            )
            for node in page.all("#option option")
        )
    )


def _after(text: str | None, words: str) -> str | None:
    return line(text.removeprefix(words)) if text else None
