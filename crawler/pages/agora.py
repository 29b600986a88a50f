"""agora: OpenGraph and a list of specifications; pages of lists hang on "#" links."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax.gathered import Gathered, variants
from crawler.pages.syntax.metas import first
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, line

_SPECS = {
    "brand_text": "Brand",
    "condition_text": "Condition",
    "gtin_text": "GTIN",
    "mpn_text": "MPN",
    "sku_text": "SKU",
    "category_text": "Category",
    "ships_from_text": "Ships from",
    "shipping_price_text": "Delivery",
    "sold_text": "Units sold",
    "stock_text": "In stock",
    "listed_at_text": "Listed on",
}
_FACTS = {
    "since_text": "since",
    "location_text": "place",
    "rating_text": "score",
    "review_count_text": "ratings",
    "listing_count_text": "items",
    "sold_text": "sales",
}


def listing(page: Page) -> Observation | None:
    """Read `/item/ID`, however its address is written."""
    title = page.words("#pdp h1")
    if title is None:
        return None
    specs = _specs(page)
    description = page.lines("#pdp .desc")
    seller_address = page.attribute("#pdp .sold-by a", "href")
    images = (page.absolute(url) for url in page.metas.get("og:image", ()))
    found = Gathered()
    found.put(
        "opengraph",
        {
            "currency_text": first(page.metas, "product:price:currency"),
            "availability_text": first(page.metas, "product:availability"),
            "image_urls": tuple(dict.fromkeys(url for url in images if url)),
        },
    )
    found.put("selector", {field: specs.get(name) for field, name in _SPECS.items()})
    found.put(
        "selector",
        {
            "title_text": title,
            "description_text": description,
            "price_text": page.words("#pdp .pr"),
            "list_price_text": page.words("#pdp .mrp s"),
            "seller_id": page.id_in(seller_address, "seller"),
            "seller_name_text": page.words("#pdp .sold-by a"),
            "rating_text": page.attribute("#pdp .stars", "data-avg"),
            "review_count_text": page.attribute("#pdp .stars", "data-count"),
            "language_text": page.language,
            "outgoing_urls": page.outgoing(*page.links("#pdp .desc a"), *addresses(description)),
            "variants": _variants(page),
        },
    )
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/seller/ID`."""
    name = page.words("#who h1")
    if name is None:
        return None
    contact = [line(node.text()) or "" for node in page.all(_fact("contact"))]
    found = Gathered()
    found.put("selector", {"name_text": name, "about_text": page.lines("#who .bio")})
    found.put("selector", {field: page.words(_fact(key)) for field, key in _FACTS.items()})
    found.put("selector", {"contact_text": "\n".join(contact)})
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap or a list shows, the pages it counts, and the seller of an item.

    Facets and the calendar lead on for ever and are left alone.
    """
    if page.is_sitemap:
        yield from sitemap(page)
        return
    if page.first("#pdp") is None:
        yield from (Link(url, "listing") for url in page.links(".tile > a"))
        for node in page.all(".pgn a[data-page]"):
            yield Link(_paged(page.url, node.attributes.get("data-page") or "1"), "index")
    yield from (Link(url, "seller") for url in page.links("#pdp .sold-by a"))


def _fact(key: str) -> str:
    return f'#who li[data-k="{key}"] span'


def _specs(page: Page) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in page.all("#specs li"):
        name, value = row.css_first("b"), row.css_first("span")
        if name is not None and value is not None:
            found.setdefault(line(name.text()) or "", line(value.text()) or "")
    return found


def _paged(url: str, number: str) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", number)]), fragment=""))


def _variants(page: Page) -> tuple[Variant, ...]:
    return variants(
        *(
            Variant(
                name=line(node.text()) or "",
                price_text=node.attributes.get("data-price"),
                sku_text=node.attributes.get("data-sku"),
                availability_text="sold out" if node.attributes.get("data-left") == "no" else None,
            )
            for node in page.all("#pdp .swatch a")
        )
    )
