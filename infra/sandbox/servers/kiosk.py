"""kiosk: a British shop with microdata on plain HTML and a sitemap without days."""

from __future__ import annotations

from urllib.parse import urlencode

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import british_day, plain, pound

PAGE = 24
_CONDITIONS = {"new": "New", "used": "Used", "refurbished": "Refurbished"}


def _home(shop: Shop, _ask: Ask) -> Answer:
    return shop.page("home", offers=shop.shelf.offers(shop.shelf.live()[:PAGE]))


def _item(shop: Shop, _ask: Ask, item: str) -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    return shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 12),
        condition=_CONDITIONS.get(offer.condition or ""),
    )


def _store(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/store/{seller}?p=", shop.shelf.of_seller(seller))
    return show(shop, here, ask.number("p"), PAGE, seller=found)


def _category(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    here = List(" / ".join(category.path), f"/c/{name}?p=", shop.shelf.aisle(name))
    return show(shop, here, ask.number("p"), PAGE)


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    here = List(f"“{words}”", f"/search?{urlencode({'q': words})}&p=", shop.shelf.found(words))
    return show(shop, here, ask.number("p"), PAGE)


def _sitemap(shop: Shop, _ask: Ask) -> Answer:
    pages = ((shop.url(f"/product/{one}"), None) for one in shop.shelf.live())
    return sitemap.xml(sitemap.urlset(pages))


MARKET = Market(
    name="kiosk",
    title="The Kiosk",
    language="en",
    routes=(
        (r"/", _home),
        (r"/product/(?P<item>[\w.-]+)", _item),
        (r"/store/(?P<seller>[\w.-]+)", _store),
        (r"/c/(?P<name>[a-z0-9-]+)", _category),
        (r"/search", _search),
        (r"/sitemap\.xml", _sitemap),
    ),
    robots=(
        "User-agent: *\r\nDisallow: /clearance/\r\nDisallow: /account$\r\n"
        "Disallow: /*?*sort=\r\nAllow: /\r\nSitemap: {address}/sitemap.xml\r\n"
    ),
    trap="/clearance/",
    has_tags=True,
    words={"pound": pound, "plain": plain, "british_day": british_day},
)
