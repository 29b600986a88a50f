"""bazaar: server-rendered HTML with JSON-LD; counts and dates stand in the markup only."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Link, Observation, SellerObservation
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import schema
from crawler.pages.syntax.gathered import Gathered
from crawler.pages.syntax.jsonld import of_type
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses


def listing(page: Page) -> Observation | None:
    """Read `/item/ID/SLUG`."""
    found = Gathered()
    for product in of_type(page.jsonld, *schema.PRODUCTS):
        found.put("jsonld", schema.product(product, page.absolute))
        break
    found.put("selector", _markup(page))
    if not found.values.get("title_text"):
        return None
    description = found.values.get("description_text")
    outgoing = page.outgoing(*page.links("#description a"), *addresses(description))
    found.put("selector", {"outgoing_urls": outgoing})
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/shop/ID`."""
    name = page.words("h1.shop-name")
    if name is None:
        return None
    here = page.own("seller")
    found = Gathered()
    contact = [node.text(strip=True) for node in page.all(".shop-contact li")]
    facts = {
        "since_text": ".since",
        "location_text": ".location",
        "rating_text": ".rating",
        "review_count_text": ".reviews",
        "listing_count_text": ".listings",
        "sold_text": ".sold",
    }
    found.put("selector", {"name_text": name, "about_text": page.lines(".shop-about")})
    found.put("selector", {field: page.words(f".shop-facts {css}") for field, css in facts.items()})
    found.put("selector", {"contact_text": "\n".join(contact)})
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap or a list shows, its next page, and the seller of an item."""
    if page.is_sitemap:
        yield from sitemap(page)
        return
    yield from (Link(url, "listing") for url in page.links(".card a.card-link"))
    yield from (Link(url, "index") for url in page.links('a[rel="next"]'))
    yield from (Link(url, "seller") for url in page.links("a.seller-name"))


def _markup(page: Page) -> dict[str, object]:
    seller_address = page.attribute("a.seller-name", "href")
    return {
        "title_text": page.words("h1.item-title") or page.words("h1"),
        "description_text": page.lines("#description"),
        "price_text": page.words(".price-now"),
        "list_price_text": page.words(".price-was"),
        "seller_id": page.id_in(seller_address, "seller"),
        "seller_name_text": page.words("a.seller-name"),
        "ships_from_text": page.words(".ships-from"),
        "sold_text": page.words(".sold-count"),
        "listed_at_text": page.words(".listed-on"),
        "language_text": page.language,
        "image_urls": page.pictures(".gallery img"),
    }
