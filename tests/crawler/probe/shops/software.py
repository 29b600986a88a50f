"""Shops of a software that many run: Shopify, WooCommerce, Magento."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from tests.crawler.probe.shops.goods import Good, goods, page_of
from tests.crawler.probe.shops.served import Asked, Kind

_GOODS = goods()
_KINDS = ("watches", "belts", "holders", "scarves")


def _xml(kind: str, urls: list[str]) -> Response:
    tag = "sitemap" if kind == "sitemapindex" else "url"
    rows = "".join(f"<{tag}><loc>{url.replace('&', '&amp;')}</loc></{tag}>" for url in urls)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Response(f'<{kind} xmlns="{space}">{rows}</{kind}>', media_type="application/xml")


def _linked(one: Good, url: str) -> str:
    offer = {"@type": "Offer", "price": one.amount, "priceCurrency": "EUR", "url": url}
    data = {"@context": "https://schema.org", "@type": "Product", "name": one.title}
    return f'<script type="application/ld+json">{json.dumps(data | {"offers": offer})}</script>'


def _of(kind: str) -> tuple[Good, ...]:
    return tuple(one for one in _GOODS if kind in {"all", _KINDS[one.kind]})


def shopify() -> Kind:  # noqa: C901 - one answer an address
    """Give a shop as Shopify's themes make it."""
    by_slug = {one.slug: one for one in _GOODS}

    def frame(body: str, head: str = "") -> str:
        menu = "".join(f"<a href='/collections/{name}'>{name}</a>" for name in _KINDS)
        return (
            f"<html lang=en><head><title>Tern</title>{head}<link rel=stylesheet href="
            "'//cdn.shopify.com/s/files/1/t/2/base.css'><script>var Shopify = Shopify || {};"
            'Shopify.theme = {"name":"Dawn"};Shopify.currency = {"active":"EUR"};</script></head>'
            f"<body><nav>{menu}<a href='/cart'>Cart</a><a href='/account/login'>Log in</a></nav>"
            "<form action='/search' method='get'><input type=search name=q></form>"
            f"{body}<a href='/blogs/news'>News</a><a href='/pages/about'>About</a></body></html>"
        )

    def card(one: Good, within: str) -> str:
        return (
            f"<li class='grid__item'><div class='card'><h3><a href='{within}/products/{one.slug}'>"
            f"{one.title}</a></h3><span class='price-item'>€{one.amount} EUR</span></div></li>"
        )

    def collection(name: str, number: str) -> str:
        shown = page_of(_of(name), number)
        further = f"/collections/{name}?page={int(number) + 1}"
        more = f"<a href='{further}' rel=next>Next</a>" if shown else ""
        cards = "".join(card(one, f"/collections/{name}") for one in shown)
        sort = f"<a href='/collections/{name}?sort_by=price-ascending'>Cheapest</a>"
        return frame(f"<h1>{name}</h1>{sort}<ul>{cards}</ul>{more}")

    def product(one: Good, base: str) -> str:
        url = f"{base}/products/{one.slug}"
        others = "".join(card(each, "") for each in _GOODS[:3] if each != one)
        return frame(
            f"<main><h1 class='product__title'>{one.title}</h1><div class='price'><span class="
            f"'price-item--regular'>€{one.amount} EUR</span></div><h2>You may also like</h2>"
            f"<ul class='related'>{others}</ul></main>",
            f"<link rel=canonical href='{url}'>{_linked(one, url)}",
        )

    def as_json(one: Good) -> dict[str, object]:
        variant = {"title": "Default Title", "price": one.amount, "sku": f"S{one.number}"}
        return {
            "id": one.number,
            "title": one.title,
            "handle": one.slug,
            "body_html": "",
            "vendor": one.title.partition(" ")[0],
            "variants": [variant],
            "images": [],
        }

    def answers(asked: Asked) -> Response | str | None:  # noqa: PLR0911 - one an address
        first, _, name = asked.path.strip("/").partition("/")
        slug = asked.path.rpartition("/products/")[2]
        if asked.path == "/robots.txt":
            rules = "Disallow: /cart\nDisallow: /account\nDisallow: /search\nDisallow: /*sort_by*"
            return Response(f"User-agent: *\n{rules}\nSitemap: {asked.base}/sitemap.xml\n")
        if asked.path == "/sitemap.xml":
            parts = ("sitemap_pages_1.xml", "sitemap_products_1.xml?from=1&to=9")
            return _xml("sitemapindex", [f"{asked.base}/{part}" for part in parts])
        if asked.path == "/sitemap_products_1.xml":
            return _xml("urlset", [f"{asked.base}/products/{one.slug}" for one in _GOODS])
        if asked.path == "/sitemap_pages_1.xml":
            return _xml("urlset", [f"{asked.base}/pages/about"])
        if asked.path == "/products.json":
            shown = page_of(_GOODS, asked.query.get("page"), int(asked.query.get("limit", 30)))
            return JSONResponse({"products": [as_json(one) for one in shown]})
        if "/products/" in asked.path and slug in by_slug:
            return product(by_slug[slug], asked.base)
        if first == "collections" and name in {"all", *_KINDS}:
            return collection(name, asked.query.get("page", "1"))
        if asked.path == "/":
            return frame("<h1>Tern</h1>" + "".join(card(one, "") for one in _GOODS[:4]))
        return frame("<h1>About</h1>") if first in {"pages", "blogs"} else None

    return Kind(answers, _GOODS, has_sellers=False)


def woocommerce() -> Kind:  # noqa: C901 - one answer an address
    """Give a shop as WordPress with WooCommerce makes it; its Store API is closed."""
    by_slug = {one.slug: one for one in _GOODS}

    def frame(body: str, head: str = "") -> str:
        menu = "".join(
            f"<li><a href='/product-category/{name}/'>{name}</a></li>" for name in _KINDS
        )
        return (
            "<html lang=en-GB><head><title>Mill</title><meta name=generator content='WooCommerce "
            f"9.1.2'>{head}<link href='/wp-content/plugins/woocommerce/a.css' rel=stylesheet>"
            f"</head><body class='woocommerce-page'><ul>{menu}<li><a href='/shop/'>Shop</a></li>"
            f"<li><a href='/cart/'>Cart</a></li></ul>{body}<a href='/blog/'>Blog</a></body></html>"
        )

    def card(one: Good) -> str:
        return (
            f"<li class='product'><a href='/product/{one.slug}/'><h2>{one.title}</h2><span class="
            f"'price'><span class='amount'>£{one.amount}</span></span></a>"
            f"<a href='?add-to-cart={one.number}'>Add to cart</a></li>"
        )

    def listed(path: str, every: tuple[Good, ...], number: str) -> str:
        shown = page_of(every, number)
        last = len(every) > 4 * int(number)
        more = f"<a class='next' href='{path}page/{int(number) + 1}/'>→</a>" if last else ""
        orders = f"<a href='{path}?orderby=price'>by price</a>"
        cards = "".join(map(card, shown))
        return frame(f"<h1>Shop</h1>{orders}<ul class='products'>{cards}</ul>{more}")

    def product(one: Good, base: str) -> str:
        url = f"{base}/product/{one.slug}/"
        related = "".join(card(each) for each in _GOODS[:3] if each != one)
        return frame(
            f"<div class='product'><div class='summary'><h1 class='product_title'>{one.title}</h1>"
            f"<p class='price'><del><span class='amount'>£{one.cents}.00</span></del> <ins><span "
            f"class='amount'>£{one.amount}</span></ins></p><div class='product_meta'><span class="
            f"'sku'>W{one.number}</span></div></div><section class='related'><ul>{related}</ul>"
            "</section></div>",
            f"<link rel=canonical href='{url}'>",
        )

    def answers(asked: Asked) -> Response | str | None:  # noqa: PLR0911 - one an address
        names = [name for name in asked.path.split("/") if name]
        number = names[-1] if names[-2:-1] == ["page"] else "1"
        if asked.path == "/robots.txt":
            return Response("User-agent: *\nDisallow: /wp-admin/\nDisallow: /*add-to-cart=*\n")
        if asked.path == "/sitemap_index.xml":
            return _xml(
                "sitemapindex", [f"{asked.base}/{n}-sitemap.xml" for n in ("post", "product")]
            )
        if asked.path == "/product-sitemap.xml":
            urls = [f"{asked.base}/product/{one.slug}/" for one in _GOODS]
            return _xml("urlset", [f"{asked.base}/shop/", *urls])
        if asked.path == "/post-sitemap.xml":
            return _xml("urlset", [f"{asked.base}/blog/"])
        if asked.path.startswith("/wp-json/"):
            return JSONResponse({"code": "rest_forbidden"}, status_code=401)
        if names[:1] == ["product"] and names[1] in by_slug:
            return product(by_slug[names[1]], asked.base)
        if names[:1] == ["shop"]:
            return listed("/shop/", _GOODS, number)
        if names[:1] == ["product-category"] and names[1] in _KINDS:
            return listed(f"/product-category/{names[1]}/", _of(names[1]), number)
        return frame("<h1>Mill</h1>") if asked.path in {"/", "/blog/"} else None

    return Kind(answers, _GOODS, has_sellers=False)


def magento() -> Kind:
    """Give a shop in Magento's Luma theme: a category's address looks like a product's."""
    by_slug = {one.slug: one for one in _GOODS}

    def frame(body: str) -> str:
        menu = "".join(f"<li><a href='/{name}.html'>{name}</a></li>" for name in _KINDS)
        return (
            "<html lang=en><head><title>Kettle</title><script type='text/x-magento-init'>{}"
            "</script></head><body data-mage-init='{}'><form action='/catalogsearch/result/'>"
            f"<input name=q></form><ul>{menu}</ul>{body}<a href='/customer/account/login/'>Sign in"
            "</a></body></html>"
        )

    def card(one: Good) -> str:
        return (
            f"<li class='product-item'><a class='product-item-link' href='/{one.slug}.html'>"
            f"{one.title}</a><span class='price'>${one.amount}</span></li>"
        )

    def listed(name: str, number: str) -> str:
        every = _of(name)
        cards = "".join(map(card, page_of(every, number)))
        last = len(every) > 4 * int(number)
        more = f"<a class='next' href='/{name}.html?p={int(number) + 1}'>Next</a>" if last else ""
        facet = f"<a href='/{name}.html?color=49'>Black</a><a href='/{name}.html?color=50'>Red</a>"
        return frame(f"<h1>{name}</h1>{facet}<ol class='products'>{cards}</ol>{more}")

    def product(one: Good) -> str:
        return frame(
            f"<div class='product-info-main'><h1 class='page-title'><span>{one.title}</span></h1>"
            "<div class='price-box'><span data-price-type='finalPrice'><span class='price'>"
            f"${one.amount}</span></span></div><div class='product attribute sku'>"
            f"<div class='value'>M{one.number}</div></div></div>"
        )

    def answers(asked: Asked) -> Response | str | None:
        name = asked.path.strip("/").removesuffix(".html")
        if asked.path == "/robots.txt":
            return Response("User-agent: *\nDisallow: /customer/\nDisallow: /catalogsearch/\n")
        if name in by_slug and asked.path.endswith(".html"):
            return product(by_slug[name])
        if name in _KINDS and asked.path.endswith(".html"):
            return listed(name, asked.query.get("p", "1"))
        return frame("<h1>Kettle</h1>") if asked.path == "/" else None

    return Kind(answers, _GOODS, has_sellers=False)
