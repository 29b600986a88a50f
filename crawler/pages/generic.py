"""Pages of any shop: data in the markup first, then well-known elements, then what is seen.

No platform's file is needed: saved pages of shops that nobody described are read by this one, and
so are shops whose pages keep to schema.org (`pages: generic` in the platform's YAML).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from crawler.frontier.address import canonical, host_of
from crawler.items import Link, Observation, PageError
from crawler.pages.page import Page, own_id
from crawler.pages.syntax import (
    beside,
    buying,
    codes,
    known,
    labels,
    opengraph,
    prices,
    pushed,
    schema,
)
from crawler.pages.syntax.about import is_like, main_product
from crawler.pages.syntax.gathered import Gathered, Step
from crawler.pages.syntax.jsonld import Node, of_type
from crawler.pages.syntax.metas import first
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, line
from crawler.rows import digest

VERSION = 1
_LONGEST_ID = 100
_UNFILLED = re.compile(
    r"\$[A-Za-z_]\w*|\$?\{.*\}|<%.*%>|undefined|null|NaN|none|\[object \w+\]|n/?a|-+", re.IGNORECASE
)
_BRAND_LABEL = re.compile(
    r"^.{0,40}\b(?:brand|marke|marque|marca|merk|marka)\s*:\s*", re.IGNORECASE
)


def listing(page: Page) -> Observation | None:
    """Read the one product that a page is about; None if it is about none."""
    title = _title(page)
    found = Gathered()
    marked: tuple[tuple[Step, list[Node]], ...] = (
        ("jsonld", list(of_type(page.jsonld, *schema.PRODUCTS))),
        ("microdata", page.microdata),
    )
    told: dict[str, tuple[Step, str]] = {}  # amount -> where and how markup tells it
    for step, nodes in marked:
        product = main_product(nodes, page, title)
        if product is not None:
            name = schema.name_of(product)
            sizes = (one for one in nodes if one is product or schema.name_of(one) == name)
            found.put(step, {"availability_text": schema.offered(sizes)})
            found.put(step, schema.product(product, page.absolute))
            _collect(
                told, step, (schema.price(one)["price_text"] for one in schema.offers(product))
            )
    is_marked = bool(found.values)
    opened = opengraph.product(page)
    found.put("opengraph", opened)
    _collect(told, "opengraph", (opened["price_text"],))
    _settle(page, found, title, told)
    found.put("selector", known.product(page))
    if "price_text" not in found.values:
        found.put("state", pushed.product(page, title))
    _look(page, found, title)
    if "title_text" not in found.values or not (is_marked or "price_text" in found.values):
        return None
    _tidy(found)
    outgoing = page.outgoing(*addresses(found.values.get("description_text")))
    found.put("selector", {"outgoing_urls": outgoing})
    return found.observation(*identity(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists; else every link, for the platform's `kinds` to sort."""
    if page.is_sitemap:
        yield from sitemap(page)
        return
    # Without an expression for indexes every page would be one: then only listings are followed.
    has_indexes = page.platform is None or page.platform.kinds.index is not None
    for url in dict.fromkeys(url for url, _ in page.anchors):
        yield Link(url, "index" if has_indexes else "listing")
    yield from (Link(url, "index") for url in page.nexts)


def _collect(told: dict[str, tuple[Step, str]], step: Step, texts: Iterable[str | None]) -> None:
    for text in texts:
        value = prices.amount(text)
        if text and value not in {None, "0"}:
            told.setdefault(str(value), (step, text))


def _settle(
    page: Page, found: Gathered, title: str | None, told: dict[str, tuple[Step, str]]
) -> None:
    """Of several prices that markup tells, take the one that a reader sees; of none "0"."""
    values = found.values
    if prices.amount(values.get("price_text")) == "0" and "price_text" in values:
        del values["price_text"], found.provenance["price_text"]
        for step, text in list(told.values())[:1]:
            found.put(step, {"price_text": text})
    if len(told) > 1:
        seen = prices.amount(prices.price(page, title))
        if seen in told:
            found.provenance["price_text"], values["price_text"] = told[seen]


def _code(page: Page, found: Gathered, title: str | None) -> None:
    """Take the product's number as the page shows it; from its programs or address if it does not.

    Of a product that is marked up size by size, what markup gives is the number of a size.
    """
    values = found.values
    said = values.get("sku_text")
    if said is not None:
        spelled = codes.as_shown(page, said)
        own = codes.shown(page) if spelled == said and _is_of_a_size(page, said) else None
        if (better := own or spelled) != said:
            values["sku_text"], found.provenance["sku_text"] = better, "selector"
        return
    found.put("selector", {"sku_text": codes.shown(page)})
    if "sku_text" not in values:
        found.put("state", {"sku_text": pushed.code(page, title)})
    for way in (labels.in_address, codes.held, codes.in_address):
        if "sku_text" not in values:
            found.put("selector", {"sku_text": way(page)})


def _is_of_a_size(page: Page, said: str) -> bool:
    """Say whether markup numbers several products of one name, and this is one of the numbers."""
    nodes = list(of_type(page.jsonld, *schema.PRODUCTS))
    own = next((schema.name_of(one) for one in nodes if schema.text(one.get("sku")) == said), None)
    numbers = {schema.text(one.get("sku")) for one in nodes if schema.name_of(one) == own}
    return own is not None and len(numbers) > 1


def _availability(page: Page, found: Gathered, title: str | None) -> None:
    """Take from words and buttons what no markup tells, or tells in words that nobody knows."""
    values = found.values
    if buying.state(values.get("availability_text")) is not None:
        return
    seen, step = buying.availability(page, title), "selector"
    if seen is None and "price_text" in values:
        # A price stands for an offer as long as nothing takes it back; that it was not read but
        # concluded stays with the row.
        seen, step = buying.IN_STOCK, "inferred"
    if seen is not None:
        values["availability_text"] = seen
        found.provenance["availability_text"] = step


def _tidy(found: Gathered) -> None:
    """Drop fields whose template was never filled in, and the label within a brand's name."""
    for name in [name for name, value in found.values.items() if _is_unfilled(value)]:
        del found.values[name], found.provenance[name]
    if "brand_text" in found.values:
        found.values["brand_text"] = _BRAND_LABEL.sub("", found.values["brand_text"])


def _is_unfilled(value: object) -> bool:
    return isinstance(value, str) and _UNFILLED.fullmatch(value) is not None


def identity(page: Page) -> tuple[str, str]:
    """Give a listing's id and address: by the platform's `kinds`, else by the address alone."""
    if page.platform is not None:
        here = page.own("listing")
        return own_id(here), here.url
    own = page.canonical if page.canonical and _is_of_site(page.canonical, page.url) else page.url
    try:
        address = canonical(own)
    except ValueError:
        raise PageError("bad_address", f"{own[:200]} is no address") from None
    return _id(address), address


def _id(address: str) -> str:
    """Give what an address says behind its host; the end of a long one as a digest."""
    parts = urlsplit(address)
    said = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    if len(said) > _LONGEST_ID:
        said = f"{said[: _LONGEST_ID - 13]}-{digest(said)[:12]}"
    return said or "home"


def _is_of_site(url: str, page_url: str) -> bool:
    try:
        return host_of(url).removeprefix("www.") == host_of(page_url).removeprefix("www.")
    except ValueError:  # a page may give as its own what is no address
        return False


def _title(page: Page) -> str | None:
    """Give the heading that is most like what the page calls itself, else that."""
    named = line(first(page.metas, "og:title", "twitter:title")) or page.title
    heads = page.headings
    return next((text for text in heads if is_like(text, named)), None) or next(iter(heads), named)


def _look(page: Page, found: Gathered, title: str | None) -> None:
    """Take from what a reader sees whatever is missing."""
    values = found.values
    if "price_text" not in values:
        found.put("selector", {"price_text": prices.price(page, title)})
    if any(field not in values for field in ("sku_text", "gtin_text", "brand_text")):
        missing = (field for field in labels.FIELDS if field not in values)
        found.put("selector", labels.labelled(page, title, missing))
    _code(page, found, title)
    _availability(page, found, title)
    trail = next(of_type(page.jsonld, "BreadcrumbList"), None)
    found.put("jsonld", {"category_text": schema.breadcrumbs(trail) if trail else None})
    found.put("selector", {"title_text": title, "language_text": page.language})
    found.put("selector", beside.fields(page, values))
