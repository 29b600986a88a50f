"""bazaar: a German-run marketplace of server-rendered pages with JSON-LD and gzip sitemaps."""

from __future__ import annotations

from urllib.parse import urlencode

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.exchange import Answer, Ask, redirect
from infra.sandbox.servers.linked_data import linked_data
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shelf import leaf
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import euro, long_day, share, slug
from infra.sandbox.world import Offer

PAGE = 36
SITEMAP = 500


def item_path(offer: Offer) -> str:
    """Give the address that a listing is known by."""
    return f"/item/{offer.listing_id}/{slug(offer.title, 'item')}"


def _home(shop: Shop, _ask: Ask) -> Answer:
    offers = shop.shelf.offers(shop.shelf.live()[:PAGE])
    return shop.page("home", offers=offers)


def _item(shop: Shop, _ask: Ask, item: str, name: str = "") -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    if item_path(offer) != f"/item/{item}/{name}":
        return redirect(shop.url(item_path(offer)), 301)
    return shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 16),
        marked_up=linked_data(shop, offer, item_path(offer), "/shop/"),
    )


def _shop(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/shop/{seller}?page=", shop.shelf.of_seller(seller))
    return show(shop, here, ask.number("page"), PAGE, seller=found)


def _category(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    here = List(" > ".join(category.path), f"/c/{name}?page=", shop.shelf.aisle(name))
    return show(shop, here, ask.number("page"), PAGE)


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    path = f"/search?{urlencode({'q': words})}&page="
    here = List(f"Results for “{words}”", path, shop.shelf.found(words))
    return show(shop, here, ask.number("page"), PAGE)


def _sitemap_index(shop: Shop, _ask: Ask) -> Answer:
    count = leaf(shop.shelf.live(), 1, SITEMAP).last
    names = [f"/sitemaps/listings-{at}.xml.gz" for at in range(1, count + 1)]
    urls = [shop.url(name) for name in (*names, "/sitemaps/shops-1.xml.gz")]
    return sitemap.xml(sitemap.index((url, shop.today) for url in urls))


def _sitemap_listings(shop: Shop, _ask: Ask, at: str) -> Answer:
    page = leaf(shop.shelf.live(), int(at), SITEMAP)
    if not page.ids:
        return shop.missing()
    rows = [
        (shop.url(item_path(offer)), sitemap.changed_on(shop, offer.listing_id, offer.listed_on))
        for offer in shop.shelf.offers(page.ids)
    ]
    return sitemap.zipped(sitemap.urlset(rows))


def _sitemap_shops(shop: Shop, _ask: Ask) -> Answer:
    offers = shop.shelf.offers(shop.shelf.live())
    sellers = dict.fromkeys(offer.seller_id for offer in offers)
    return sitemap.zipped(sitemap.urlset((shop.url(f"/shop/{one}"), None) for one in sellers))


MARKET = Market(
    name="bazaar",
    title="Bazaar",
    language="en",
    routes=(
        (r"/", _home),
        (r"/item/(?P<item>[\w.-]+)", _item),
        (r"/item/(?P<item>[\w.-]+)/(?P<name>[a-z0-9-]*)", _item),
        (r"/shop/(?P<seller>[\w.-]+)", _shop),
        (r"/c/(?P<name>[a-z0-9-]+)", _category),
        (r"/search", _search),
        (r"/sitemap_index\.xml", _sitemap_index),
        (r"/sitemaps/listings-(?P<at>\d{1,6})\.xml\.gz", _sitemap_listings),
        (r"/sitemaps/shops-1\.xml\.gz", _sitemap_shops),
    ),
    robots=(
        "# Bazaar GmbH\nUser-agent: *\nDisallow: /archive/\nDisallow: /basket\n"
        "Disallow: /*?sort=\n\nSitemap: {address}/sitemap_index.xml\n"
    ),
    trap="/archive/",
    is_packed=True,
    has_tags=True,
    words={"euro": euro, "share": share, "long_day": long_day, "item_path": item_path},
)
