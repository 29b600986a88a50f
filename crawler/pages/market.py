"""Pages of any marketplace whose YAML tells its addresses apart: `generic`, and who sells.

Who sells a listing is whom the page leads to by a link that the platform's `kinds` take for a
seller's. What the YAML's `shows` names is read there first. Answers of an interface in JSON are
read by their keys. Drafts that `crawl probe` writes name this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from crawler.frontier.address import kind_of
from crawler.items import Link, Observation, SellerObservation
from crawler.pages import generic
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import answers, entities, schema, selected
from crawler.pages.syntax.gathered import Gathered
from crawler.pages.syntax.jsonld import Node, of_type
from crawler.pages.syntax.text import line

VERSION = 1
_LONGEST_NAME = 120


def listing(page: Page) -> Observation | None:
    """Read the one product that a page or an answer is about, and who sells it."""
    if answers.is_answer(page):
        return _answered(page)
    shown = _shown(page)
    if shown is None:
        return None
    found, step = dict(_seller(page)), "selector"
    if not found and shown.seller_id is None:
        told = entities.seller(page, shown.title_text)
        found = {"seller_id": told[0], "seller_name_text": told[1]} if told else {}
        step = "state"
    missing = {name: text for name, text in found.items() if getattr(shown, name) is None}
    steps = shown.provenance | dict.fromkeys(missing, step)
    return msgspec.structs.replace(shown, **missing, provenance=steps)


def seller(page: Page) -> SellerObservation | None:
    """Read a seller's page: the name that heads it."""
    found = Gathered()
    if answers.is_answer(page):
        found.put("api", answers.seller(page))
    else:
        found.put("selector", {"name_text": page.words("h1") or page.words("h2")})
    here = page.own("seller")
    return found.seller(own_id(here), here.url) if found.values else None


def links(page: Page) -> Iterator[Link]:
    """Give all that a page leads to, for the platform's `kinds` to sort, and a list's next page."""
    if page.is_sitemap or not answers.is_answer(page):
        yield from generic.links(page)
    else:
        yield from (Link(url, "index") for url in answers.links(page))
        return
    if not page.is_sitemap:
        yield from _marked_up(page)
        yield from _following(page)


def _shown(page: Page) -> Observation | None:
    """Read what the platform's `shows` names, and the rest as of any shop."""
    told, shown = selected.fields(page), generic.listing(page)
    steps: dict[str, str] = dict.fromkeys(told, "selector")
    if shown is not None:
        return msgspec.structs.replace(shown, **told, provenance=shown.provenance | steps)
    if not {"title_text", "price_text"} <= told.keys():
        return None
    listing_id, url = generic.identity(page)
    bare = Observation(listing_id=listing_id, url=url, provenance=steps)
    return msgspec.structs.replace(bare, **told)


def _answered(page: Page) -> Observation | None:
    fields = answers.product(page)
    if not fields.get("title_text"):
        return None
    found = Gathered()
    found.put("api", fields)
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def _seller(page: Page) -> Iterator[tuple[str, str]]:
    """Give the id and name of whom the page leads to first, by its markup or by a link."""
    for product in _products(page):
        name = page.id_in(schema.seller_address(product), "seller")
        if name is not None:
            yield "seller_id", name
            return
    if page.platform is None or page.platform.kinds.seller is None:
        return
    for node in page.all("a[href]"):
        name = page.id_in(node.attributes.get("href"), "seller")
        text = line(node.text(separator=" "))
        if name is not None and text and len(text) <= _LONGEST_NAME:
            yield "seller_id", name
            yield "seller_name_text", text
            return


def _marked_up(page: Page) -> Iterator[Link]:
    for node in _products(page):
        url = page.absolute(schema.seller_address(node))
        if url:
            yield Link(url, "seller")


def _products(page: Page) -> Iterator[Node]:
    yield from of_type(page.jsonld, *schema.PRODUCTS)
    yield from page.microdata


def _following(page: Page) -> Iterator[Link]:
    """Give the next page of a list that the YAML counts, while it shows listings."""
    if page.platform is None:
        return
    for template in page.platform.discovery.categories:
        before, sign, after = template.partition("{page}")
        if not sign or not _is_within(page.url, before, after):
            continue
        number = page.url[len(before) : len(page.url) - len(after) or None]
        if number.isdecimal() and _shows_listings(page):
            yield Link(f"{before}{int(number[:6]) + 1}{after}", "index")


def _is_within(url: str, before: str, after: str) -> bool:
    return url.startswith(before) and url.endswith(after) and urlsplit(url).scheme != ""


def _shows_listings(page: Page) -> bool:
    platform = page.platform
    assert platform is not None  # noqa: S101 - its only caller has seen it
    return any(kind_of(platform, url) == "listing" for url in page.links("a[href]"))
