"""JSON answers of a shop's interface, whoever made it: fields and links by what their keys say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.pages.page import Page
from crawler.pages.syntax.text import plain, scalar

_TITLES = ("title", "name", "productname", "itemname", "subject", "titulo", "nombre", "titel")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title_text": _TITLES,
    "condition_text": ("condition", "itemcondition"),
    "brand_text": ("brand", "brandname", "manufacturer", "vendor", "marke", "marca"),
    "gtin_text": ("gtin", "ean", "gtin13", "upc", "barcode"),
    "mpn_text": ("mpn", "model", "partnumber"),
    "sku_text": ("sku", "itemnumber", "articlenumber"),
    "availability_text": ("availability", "stockstatus", "available", "instock"),
    "listed_at_text": ("createdat", "publishedat", "listedat", "dateadded", "created"),
    "language_text": ("language", "lang", "locale"),
}
_PRICES = ("price", "currentprice", "saleprice", "finalprice", "amount", "precio", "preis", "prix")
_LIST_PRICES = ("listprice", "originalprice", "regularprice", "compareatprice", "rrp", "msrp")
_SELLERS = ("seller", "shop", "store", "merchant", "vendor", "owner", "user", "vendedor")
_ABOUT = ("description", "body", "bodyhtml", "details", "about", "descripcion", "beschreibung")
_SHOWN = ("formatted", "display", "text", "amount", "value", "gross", "price", "current")
_IDS = ("id", "sku", "slug", "code", "handle")
_WRAPPERS = ("data", "item", "product", "result", "listing", "offer", "response", "payload")
_TEMPLATE = re.compile(r"\{[^{}]*\}")
_LINK = re.compile(r"url|href|link|next|permalink|self$|items|products", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|svg|avif)(?:[?#]|$)", re.IGNORECASE)
_MOST = 20_000
_DEEPEST = 12
_FEWEST_WRAPPERS = 3


def is_answer(page: Page) -> bool:
    """Say whether the body is JSON."""
    return page.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def product(page: Page) -> dict[str, Any]:
    """Give the fields of the one product that an answer is about; none if it is about none."""
    node = _main(page.json)
    if node is None:
        return {}
    fields: dict[str, Any] = {name: _told(node, keys) for name, keys in _FIELDS.items()}
    fields["description_text"] = plain(_told(node, _ABOUT))
    fields["price_text"], fields["currency_text"] = _price(node, _PRICES)
    fields["list_price_text"] = _price(node, _LIST_PRICES)[0]
    fields["image_urls"] = tuple(dict.fromkeys(_pictures(page, node)))
    return fields | _seller(node) if fields["price_text"] else {}


def seller(page: Page) -> dict[str, Any]:
    """Give the fields of the seller that an answer is about; none if it names none."""
    node = page.json
    for _ in range(_FEWEST_WRAPPERS):
        if isinstance(node, dict) and not _told(node, _TITLES):
            node = next((node[key] for key in node if key.lower() in (*_WRAPPERS, *_SELLERS)), node)
    if not isinstance(node, dict) or not (name := _told(node, _TITLES)):
        return {}
    since = ("membersince", "since", "joined", "createdat", "registered")
    return {
        "name_text": name,
        "about_text": plain(_told(node, _ABOUT)),
        "since_text": _told(node, since),
        "listing_count_text": _told(node, ("listingcount", "itemcount", "productcount")),
        "sold_text": _told(node, ("soldcount", "sales", "sold")),
    }


def links(page: Page) -> Iterator[str]:
    """Give the whole addresses that an answer names, and that of its next page."""
    has_next = False
    cursor = None
    for key, value in _scalars(page.json):
        if isinstance(value, str) and _is_address(key, value):
            whole = page.absolute(_TEMPLATE.sub("", value))
            if whole:
                has_next = has_next or "next" in key.lower()
                yield whole
        elif isinstance(value, str | int) and value and key.lower().endswith("cursor"):
            cursor = cursor or str(value)
    if cursor and not has_next:
        parts = urlsplit(page.url)
        query = dict(parse_qsl(parts.query)) | {"cursor": cursor}
        yield urlunsplit(parts._replace(query=urlencode(query)))


def rows(page: Page) -> dict[str, str]:
    """Give titles by address of the things that an answer lists with a title and a price."""
    found = {}
    for node in _objects(page.json):
        title, price = _told(node, _TITLES), _price(node, _PRICES)[0]
        address = next(
            (text for key, text in node.items() if isinstance(text, str) and _is_address(key, text)
             and not _PICTURE.search(text)),
            None,
        )  # fmt: skip
        whole = page.absolute(address)
        if title and price and whole:
            found[whole] = title
    return found


def token_address(page: Page) -> str | None:
    """Give the address that an interface says gives out its tokens; None if it names none."""
    for key, value in _scalars(page.json):
        is_token = isinstance(value, str) and "token" in key.lower() and "{" not in value
        if is_token and (whole := page.absolute(value)):
            return whole
    return None


def _main(value: Any) -> dict[str, Any] | None:
    """Unwrap an answer until an object has a title and a price."""
    for _ in range(_FEWEST_WRAPPERS):
        if not isinstance(value, dict):
            return None
        if _told(value, _TITLES) and _price(value, _PRICES)[0]:
            return value
        value = next((value[key] for key in value if _plain(key) in _WRAPPERS), None)
    return None


def _told(node: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """Give the first text of some keys, however they are written."""
    by_key = {_plain(key): value for key, value in node.items()}
    for key in keys:
        value = by_key.get(key)
        if isinstance(value, dict):
            value = next((value[one] for one in value if _plain(one) in _TITLES), None)
        if isinstance(value, bool):
            value = "in stock" if value else "out of stock"
        if found := scalar(value):
            return found
    return None


def _price(node: dict[str, Any], keys: tuple[str, ...]) -> tuple[str | None, str | None]:
    by_key = {_plain(key): value for key, value in node.items()}
    for key in keys:
        value = by_key.get(key)
        inner = value if isinstance(value, dict) else {}
        currency = _currency(inner) or _currency(node)
        if isinstance(value, dict):
            named = {_plain(one): each for one, each in value.items()}
            value = next((named[one] for one in _SHOWN if scalar(named.get(one))), None)
        text = scalar(value)
        if text and not isinstance(value, bool) and any(sign.isdigit() for sign in text):
            return text, currency
    return None, None


def _currency(node: dict[str, Any]) -> str | None:
    return _told(node, ("currency", "currencycode", "pricecurrency", "currencyid"))


def _seller(node: dict[str, Any]) -> dict[str, Any]:
    by_key = {_plain(key): value for key, value in node.items()}
    for key in _SELLERS:
        value = by_key.get(key)
        if isinstance(value, dict):
            return {"seller_id": _told(value, _IDS), "seller_name_text": _told(value, _TITLES)}
    ids = tuple(key + "id" for key in _SELLERS)
    return {
        "seller_id": _told(node, ids),
        "seller_name_text": _told(node, tuple(key + "name" for key in _SELLERS)),
    }


def _pictures(page: Page, node: dict[str, Any]) -> Iterator[str]:
    images = {key: value for key, value in node.items() if re.search(r"image|photo|pict", key)}
    for _, value in _scalars(images):
        if isinstance(value, str) and (whole := page.absolute(value)) and _PICTURE.search(value):
            yield whole


def _is_address(key: str, value: str) -> bool:
    if value.startswith(("http://", "https://")):
        return True
    return value.startswith("/") and _LINK.search(key) is not None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [(value, 0)]
    for _ in range(_MOST):
        if not waiting:
            return
        one, depth = waiting.pop()
        if isinstance(one, dict):
            yield one
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in reversed(list(inner))]


def _scalars(value: Any) -> Iterator[tuple[str, Any]]:
    """Give keys and plain values of all objects, those of a list by the list's key."""
    for node in _objects(value):
        for key, each in node.items():
            for one in each if isinstance(each, list) else (each,):
                if not isinstance(one, dict | list):
                    yield key, one


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()
