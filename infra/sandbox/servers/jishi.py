"""jishi: a Chinese classifieds site of GBK pages, without a sitemap."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from infra.sandbox.servers.chance import number
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import chinese_day, share, yuan
from infra.sandbox.world import Offer

PAGE = 30
_CONDITIONS = {"new": "全新", "used": "二手", "refurbished": "翻新"}


def price(offer: Offer) -> str:
    """Write the price as this seller does, the same way every day."""
    return yuan(offer.price, number("style", offer.listing_id))


def details(offer: Offer) -> list[tuple[str, str]]:
    """Give the rows of the table of details; what the offer lacks has none."""
    city, country = offer.ships_from
    rows = (
        ("品牌", offer.brand_text),
        ("成色", _CONDITIONS.get(offer.condition or "")),
        ("货号", offer.sku),
        ("型号", offer.mpn),
        ("条形码", offer.gtin),
        ("库存", None if offer.stock is None else f"{offer.stock}件"),
        ("已售", None if offer.sold is None else f"{offer.sold}件"),
        ("发货地", f"{city}, {country}"),
        ("运费", _postage(offer)),
        ("发布时间", chinese_day(offer.listed_on)),
        ("类目", " > ".join(offer.category)),
    )
    return [(name, text) for name, text in rows if text]


def _home(shop: Shop, _ask: Ask) -> Answer:
    return shop.page("home", offers=shop.shelf.offers(shop.shelf.live()[:PAGE]))


def _item(shop: Shop, ask: Ask, item: str) -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    page = shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 12),
    )
    return _half_labelled(page, ask)


def _store(shop: Shop, ask: Ask, seller: str, at: str = "1") -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/dianpu/{seller}/p", shop.shelf.of_seller(seller), "/")
    return _half_labelled(show(shop, here, int(at), PAGE, seller=found), ask)


def _category(shop: Shop, ask: Ask, name: str, at: str = "1") -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    here = List(" > ".join(category.path), f"/liebiao/{name}/p", shop.shelf.aisle(name), "/")
    return _half_labelled(show(shop, here, int(at), PAGE), ask)


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    path = f"/sou?q={quote(words.encode('gb18030'))}&p="
    here = List(f"搜索：{words}", path, shop.shelf.found(words))
    return show(shop, here, ask.number("p"), PAGE)


def _half_labelled(page: Answer, ask: Ask) -> Answer:
    """Leave the encoding out of the header of every other address: only the page tells it."""
    if number("label", ask.path) % 2:
        return page
    return msgspec.structs.replace(page, kind="text/html")


def _postage(offer: Offer) -> str | None:
    if offer.shipping is None:
        return None
    return f"{offer.shipping:.2f}元" if offer.shipping else "包邮"


MARKET = Market(
    name="jishi",
    title="集市网",
    language="zh",
    routes=(
        (r"/", _home),
        (r"/xinxi/(?P<item>[\w.-]+?)\.html", _item),
        (r"/dianpu/(?P<seller>[\w.-]+)/", _store),
        (r"/dianpu/(?P<seller>[\w.-]+)/p(?P<at>\d{1,6})/", _store),
        (r"/liebiao/(?P<name>[a-z0-9-]+)/", _category),
        (r"/liebiao/(?P<name>[a-z0-9-]+)/p(?P<at>\d{1,6})/", _category),
        (r"/sou", _search),
    ),
    robots="User-agent: *\nDisallow: /neibu/\n",
    trap="/neibu/",
    encoding="gbk",
    words={
        "price": price,
        "details": details,
        "share": share,
        "chinese_day": chinese_day,
        "yuan": yuan,
    },
)
