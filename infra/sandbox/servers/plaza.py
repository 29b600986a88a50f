"""plaza: a Latin American marketplace whose pages carry their state in a script, in Spanish."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup, escape

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.exchange import Answer, Ask, redirect
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import latin, slug
from infra.sandbox.world import Offer, Seller

PAGE = 48
_CONDITIONS = {"new": "Nuevo", "used": "Usado", "refurbished": "Reacondicionado"}


def item_path(offer: Offer) -> str:
    """Give the address that a listing is known by."""
    return f"/articulo/{offer.listing_id}/{slug(offer.title, 'articulo')}"


def _home(shop: Shop, _ask: Ask) -> Answer:
    return shop.page("home", offers=shop.shelf.offers(shop.shelf.live()[:PAGE]))


def _item(shop: Shop, _ask: Ask, item: str, name: str = "") -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    if not name:
        return redirect(shop.url(item_path(offer)), 301)
    near = shop.shelf.beside(item, 10)
    state = {"v": 3, "r": "pdp", "e": _entities(shop, offer, near), "x": item}
    return shop.page("item", offer=offer, offers=near, state=_script(state))


def _profile(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/perfil/{seller}?pagina=", shop.shelf.of_seller(seller))
    entity = _seller(found, len(here.ids))
    state = {"v": 3, "r": "usr", "e": {"u": {seller: entity}}, "x": seller}
    shown = {"canonical": f"/perfil/{seller}", "state": _script(state)}
    return show(shop, here, ask.number("pagina"), PAGE, seller=found, **shown)


def _category(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    here = List(" / ".join(category.path), f"/cat/{name}?pagina=", shop.shelf.aisle(name))
    return show(shop, here, ask.number("pagina"), PAGE, canonical="", state="{}")


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    path = f"/buscar?{urlencode({'q': words})}&pagina="
    here = List(f"Resultados para {words}", path, shop.shelf.found(words))
    return show(shop, here, ask.number("pagina"), PAGE, canonical="", state="{}")


def _sitemap(shop: Shop, _ask: Ask) -> Answer:
    rows = (
        (shop.url(item_path(offer)), sitemap.changed_on(shop, offer.listing_id, offer.listed_on))
        for offer in shop.shelf.offers(shop.shelf.live())
    )
    return sitemap.xml(sitemap.urlset(rows))


def _robots_moved(shop: Shop, _ask: Ask) -> Answer:
    return redirect(shop.url("/static/robots.txt"), 301)


def _robots(shop: Shop, _ask: Ask) -> Answer:
    rules = "User-agent: *\nDisallow: /interno/\nDisallow: /carrito\n"
    return Answer(f"{rules}Sitemap: {shop.address}/sitemap.xml\n".encode(), kind="text/plain")


def _entities(shop: Shop, offer: Offer, near: list[Offer]) -> dict[str, Any]:
    seller = shop.shelf.seller(offer.seller_id)
    others = {
        one.listing_id: {"t": one.title, "pr": {"a": float(one.price), "c": one.currency}}
        for one in near
    }
    return {
        "p": {**others, offer.listing_id: _product(offer)},
        "u": {offer.seller_id: {"n": seller.name if seller else None}},
    }


def _product(offer: Offer) -> dict[str, Any]:
    city, country = offer.ships_from
    return {
        "t": offer.title,
        "d": _paragraphs(offer.description),
        "pr": {
            "a": float(offer.price),
            "c": offer.currency,
            "f": latin(offer.price, offer.currency),
            "o": float(offer.list_price) if offer.list_price else None,
            "of": latin(offer.list_price, offer.currency) if offer.list_price else None,
        },
        "q": offer.stock,
        "s": offer.sold,
        "k": _CONDITIONS.get(offer.condition or ""),
        "b": offer.brand_text,
        "at": {"gtin": offer.gtin, "mpn": offer.mpn, "sku": offer.sku},
        "cp": offer.category,
        "im": offer.images,
        "vid": offer.seller_id,
        "sh": {"ci": city, "co": country, **_postage(offer)},
        "rt": {"a": offer.rating, "n": offer.review_count},
        "pu": offer.listed_on,
        "vr": [_variant(offer, at) for at in range(len(offer.variants))],
        "av": offer.is_available,
        "lk": offer.outgoing_urls,
        "lg": offer.language,
    }


def _variant(offer: Offer, at: int) -> dict[str, Any]:
    one = offer.variants[at]
    shown = latin(one.price, offer.currency)
    return {"n": one.name, "sk": one.sku, "a": float(one.price), "f": shown, "q": one.is_available}


def _postage(offer: Offer) -> dict[str, Any]:
    if offer.shipping is None:
        return {"a": None, "f": None}
    if not offer.shipping:
        return {"a": 0, "f": "Envío gratis"}
    return {"a": float(offer.shipping), "f": latin(offer.shipping, offer.currency)}


def _seller(seller: Seller, listing_count: int) -> dict[str, Any]:
    return {
        "n": seller.name,
        "ab": seller.about,
        "si": seller.since,
        "ci": seller.city,
        "co": seller.country,
        "ps": seller.rating,
        "rn": seller.review_count,
        "ln": listing_count,
        "sn": seller.sold,
        "ct": seller.contact,
        "lg": seller.language,
    }


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)


def _script(state: dict[str, Any]) -> Markup:
    text = msgspec.json.encode(state).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag is left in it


MARKET = Market(
    name="plaza",
    title="Plaza",
    language="es",
    routes=(
        (r"/", _home),
        (r"/articulo/(?P<item>[\w.-]+)", _item),
        (r"/articulo/(?P<item>[\w.-]+)/(?P<name>[a-z0-9-]*)", _item),
        (r"/perfil/(?P<seller>[\w.-]+)", _profile),
        (r"/cat/(?P<name>[a-z0-9-]+)", _category),
        (r"/buscar", _search),
        (r"/sitemap\.xml", _sitemap),
        (r"/robots\.txt", _robots_moved),
        (r"/static/robots\.txt", _robots),
    ),
    robots=None,
    trap="/interno/",
    is_packed=True,
    words={"latin": latin, "item_path": item_path},
)
