"""One reader for the pages of any shop software or marketplace that is written down as a table.

Cheap first: what the module found in JSON (`told`), then JSON-LD, then the elements of the table,
each once. The general reader fills in what a page's own table leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from crawler.items import Gone, Link, Observation, SellerObservation, Variant
from crawler.pages import generic
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import labels, schema
from crawler.pages.syntax.about import main_product
from crawler.pages.syntax.gathered import Gathered, Step, variants
from crawler.pages.syntax.jsonld import of_type
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, line, shown
from crawler.pages.syntax.told import Told, Where, many, read

_LONG = frozenset({"description_text", "about_text", "contact_text"})
_NEEDED = ("title_text", "price_text", "availability_text", "description_text", "image_urls")
_PRICES = frozenset({"price_text", "list_price_text"})
_DIGIT = re.compile(r"\d")
_MOST = 200  # elements of one selector
_AMOUNT = re.compile(r"[1-9]")

Answer = tuple[Step, Told, Any]  # which step found an object, and the table that reads it
Cuts = tuple[tuple[str, str], ...]  # expression and what takes its place, tried in order


class Shop(msgspec.Struct, frozen=True):
    """Where the pages of one software put what; `css@name` is an attribute.

    A category is the texts of all elements of its selector.
    """

    fields: Mapping[str, Where] = {}
    pictures: Where = ()  # selectors; an attribute may be named, else src or where a lazy one waits
    choices: str | None = None  # elements that each name a variant
    seller: Mapping[str, Where] = {}  # fields of a seller's page
    seller_only: Mapping[str, str] = {}  # as `only`
    seller_link: str | None = None  # elements of a listing's page that lead to its seller
    original: Cuts = ()  # turns a picture's address into that of its full size
    only: Mapping[str, str] = {}  # of a field's text, the group of this expression; else nothing
    seen_first: frozenset[str] = frozenset()  # fields whose elements count before linked data
    has_labels: bool = False  # numbers and brand stand behind labels
    gone: str | None = None  # an element that says that the listing has ended
    is_linked_data_read: bool = True


def listing(page: Page, shop: Shop, told: Iterable[Answer] = ()) -> Observation | Gone | None:
    """Read the page of a listing; None if it shows none."""
    found = Gathered()
    for step, table, node in told:
        found.put(step, read(table, node, lambda url: whole(page, url)))
    if not is_json(page):
        if shop.gone and page.first(shop.gone) is not None:
            return Gone(listing_id=generic.identity(page)[0], url=generic.identity(page)[1])
        found.put(
            "selector", {name: _text(page, name, shop.fields[name]) for name in shop.seen_first}
        )
        _put_linked_data(page, shop, found)
        found.put("selector", _elements(page, shop))
        if shop.has_labels:
            found.put("selector", labels.labelled(page))
        found.put("selector", {"language_text": page.language})
        _fill(page, found)
    _trim(found, shop.only)
    _tidy_prices(found)
    if "image_urls" in found.values:
        urls = (full_size(url, shop.original) for url in found.values["image_urls"])
        found.values["image_urls"] = tuple(dict.fromkeys(urls))
    if "title_text" not in found.values:
        return None
    outgoing = page.outgoing(*addresses(found.values.get("description_text")))
    found.put("selector", {"outgoing_urls": outgoing})
    return found.observation(*generic.identity(page))


def seller(page: Page, shop: Shop, told: Iterable[Answer] = ()) -> SellerObservation | None:
    """Read the page of a seller; None if it shows none."""
    found = Gathered()
    for step, table, node in told:
        found.put(step, read(table, node, lambda url: whole(page, url)))
    if not is_json(page):
        found.put("selector", {name: _text(page, name, at) for name, at in shop.seller.items()})
    _trim(found, shop.seller_only)
    if "name_text" not in found.values:
        return None
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else every link of a page, for the platform's `kinds` to sort."""
    if page.is_sitemap:
        yield from sitemap(page)
    elif not is_json(page):
        yield from generic.links(page)


def is_json(page: Page) -> bool:
    """Say whether the body is JSON and no page of HTML."""
    return page.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def whole(page: Page, url: str | None) -> str | None:
    """Give an address in full; one in JSON is relative to the answer's own."""
    if not is_json(page):
        return page.absolute(url)
    try:
        made = urljoin(page.url, url) if url else ""
        return made if urlsplit(made).scheme in {"http", "https"} else None
    except ValueError:
        return None


def full_size(url: str, cuts: Cuts) -> str:
    """Give the address of a picture at its original size."""
    for expression, replacement in cuts:
        url = re.sub(expression, replacement, url, flags=re.IGNORECASE)
    return url


def _put_linked_data(page: Page, shop: Shop, found: Gathered) -> None:
    if not shop.is_linked_data_read:
        return
    products = list(of_type(page.jsonld, *schema.PRODUCTS))
    title = found.values.get("title_text") or page.words("h1")
    product = main_product(products, page, title) if products else None
    if product is not None:
        sizes = (one for one in products if schema.name_of(one) == schema.name_of(product))
        found.put("jsonld", {"availability_text": schema.offered(sizes)})
        address = schema.seller_address(product)
        found.put("jsonld", schema.product(product, page.absolute))
        found.put("jsonld", {"seller_id": page.id_in(address, "seller")})
    trail = next(of_type(page.jsonld, "BreadcrumbList"), None)
    found.put("jsonld", {"category_text": schema.breadcrumbs(trail) if trail else None})


def _elements(page: Page, shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = {name: _text(page, name, at) for name, at in shop.fields.items()}
    pictures = (_pictures(page, selector) for selector in many(shop.pictures))
    found["image_urls"] = next((urls for urls in pictures if urls), ())
    if shop.seller_link:
        address = page.attribute(shop.seller_link, "href")
        found["seller_id"] = page.id_in(address, "seller")
    if shop.choices:
        names = (line(node.text(separator=" ")) for node in page.all(shop.choices)[:_MOST])
        found["variants"] = variants(*(Variant(name=name) for name in names if name))
    return found


def _text(page: Page, name: str, where: Where) -> str | None:
    for selector in many(where):
        css, _, attribute = selector.partition("@")
        nodes = page.all(css)[: _MOST if name == "category_text" else 1]
        if attribute:
            texts = [line(node.attributes.get(attribute)) for node in nodes]
        elif name in _LONG:
            texts = [shown(node) for node in nodes]
        else:
            texts = [line(node.text(separator=" ")) for node in nodes]
        text = " > ".join(one for one in texts if one)
        if text and (name not in _PRICES or _DIGIT.search(text)):
            return text
    return None


def _pictures(page: Page, selector: str) -> tuple[str, ...]:
    css, _, attribute = selector.partition("@")
    if not attribute:
        return page.pictures(css)
    said = (node.attributes.get(attribute) for node in page.all(css)[:_MOST])
    return tuple(dict.fromkeys(url for one in said if (url := page.absolute(one))))


def _fill(page: Page, found: Gathered) -> None:
    """Take from the general reader what is still open, if something is that every listing has."""
    if all(name in found.values for name in _NEEDED):
        return
    shown = generic.listing(page)
    if shown is None:
        return
    for name, step in shown.provenance.items():
        if name not in found.values:
            found.values[name], found.provenance[name] = getattr(shown, name), step


def _trim(found: Gathered, only: Mapping[str, str]) -> None:
    """Cut fields to what they mean, or drop them."""
    for name, expression in only.items():
        if name in found.values:
            match = re.search(expression, found.values.pop(name), re.IGNORECASE)
            if match and (text := line(match[1])):
                found.values[name] = text
            else:
                del found.provenance[name]


def _tidy_prices(found: Gathered) -> None:
    """Drop prices without a number, and a struck-out one that is nothing or the price itself."""
    values = found.values
    dropped = {name for name in _PRICES if name in values and not _DIGIT.search(values[name])}
    listed = values.get("list_price_text")
    if listed and (listed == values.get("price_text") or not _AMOUNT.search(listed)):
        dropped.add("list_price_text")
    for name in dropped:
        del values[name], found.provenance[name]
