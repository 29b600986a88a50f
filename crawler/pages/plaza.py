"""plaza: plain Spanish markup; what it shows lies as state in a script, by short names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from crawler.items import Link, Observation, PageError, SellerObservation, Variant
from crawler.pages.harbor import share_text
from crawler.pages.page import Page, own_id
from crawler.pages.syntax.gathered import Fields, Gathered, variants
from crawler.pages.syntax.sitemap import sitemap
from crawler.pages.syntax.text import addresses, plain, scalar


def listing(page: Page) -> Observation | None:
    """Read `/articulo/ID/SLUG`."""
    shown = _entity(page, "p")
    if shown is None or not shown.get("t"):
        return None
    here = page.own("listing")
    found = Gathered()
    found.put("state", _fields(page, shown))
    name = _entities(page, "u").get(str(shown.get("vid")), {}).get("n")
    description = found.values.get("description_text")
    outgoing = page.outgoing(*(shown.get("lk") or ()), *addresses(description))
    found.put("state", {"seller_name_text": scalar(name), "outgoing_urls": outgoing})
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/perfil/ID`."""
    shown = _entity(page, "u")
    if shown is None or not shown.get("n"):
        return None
    here = page.own("seller")
    found = Gathered()
    found.put(
        "state",
        {
            "name_text": scalar(shown["n"]),
            "about_text": plain(shown.get("ab")),
            "since_text": scalar(shown.get("si")),
            "location_text": _place(shown),
            "rating_text": share_text(shown.get("ps")),
            "review_count_text": scalar(shown.get("rn")),
            "listing_count_text": scalar(shown.get("ln")),
            "sold_text": scalar(shown.get("sn")),
            "contact_text": "\n".join(map(str, shown.get("ct") or ())),
        },
    )
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap or a list of results shows, its next page, the seller of an item."""
    if page.is_sitemap:
        yield from sitemap(page)
        return
    shown = _entity(page, "p")
    if shown is not None and shown.get("vid"):
        yield Link(urljoin(page.url, f"/perfil/{shown['vid']}"), "seller")
        return
    yield from (Link(url, "listing") for url in page.links("li.res > a"))
    yield from (Link(url, "index") for url in page.links("a.sig"))


def _entity(page: Page, kind: str) -> dict[str, Any] | None:
    """Give the entity that the page is about; None if it is about none of the kind."""
    state = _state(page)
    found = _entities(page, kind).get(str(state.get("x")))
    is_about = state.get("r") == {"p": "pdp", "u": "usr"}[kind]
    return found if is_about and isinstance(found, dict) else None


def _entities(page: Page, kind: str) -> dict[str, Any]:
    found = (_state(page).get("e") or {}).get(kind)
    return found if isinstance(found, dict) else {}


def _state(page: Page) -> dict[str, Any]:
    found = page.state("__STATE__")
    if found is not None and not isinstance(found, dict):
        raise PageError("bad_state", "the state in the script is no object")
    return found or {}


def _fields(page: Page, shown: dict[str, Any]) -> Fields:
    asked, shipping = shown.get("pr") or {}, shown.get("sh") or {}
    numbers, rating = shown.get("at") or {}, shown.get("rt") or {}
    return {
        "title_text": scalar(shown["t"]),
        "description_text": plain(shown.get("d")),
        "price_text": scalar(asked.get("f")) or scalar(asked.get("a")),
        "list_price_text": scalar(asked.get("of")) or scalar(asked.get("o")),
        "currency_text": scalar(asked.get("c")),
        "availability_text": "Disponible" if shown.get("av") else "Agotado",
        "condition_text": scalar(shown.get("k")),
        "brand_text": scalar(shown.get("b")),
        "gtin_text": scalar(numbers.get("gtin")),
        "mpn_text": scalar(numbers.get("mpn")),
        "sku_text": scalar(numbers.get("sku")),
        "category_text": " > ".join(shown.get("cp") or ()),
        "seller_id": scalar(shown.get("vid")),
        "ships_from_text": _place(shipping),
        "shipping_price_text": scalar(shipping.get("f")) or scalar(shipping.get("a")),
        "sold_text": scalar(shown.get("s")),
        "stock_text": scalar(shown.get("q")),
        "rating_text": scalar(rating.get("a")),
        "review_count_text": scalar(rating.get("n")),
        "listed_at_text": scalar(shown.get("pu")),
        "language_text": scalar(shown.get("lg")),
        "image_urls": tuple(urljoin(page.url, f"/img/{one}.jpg") for one in shown.get("im") or ()),
        "variants": variants(*(_variant(one) for one in shown.get("vr") or ())),
    }


def _variant(shown: dict[str, Any]) -> Variant:
    return Variant(
        name=scalar(shown.get("n")) or "",
        price_text=scalar(shown.get("f")) or scalar(shown.get("a")),
        sku_text=scalar(shown.get("sk")),
        availability_text="Disponible" if shown.get("q") else "Agotado",
    )


def _place(shown: dict[str, Any]) -> str | None:
    return ", ".join(filter(None, (shown.get("ci"), shown.get("co")))) or None
