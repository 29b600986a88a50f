"""Lists that interfaces of shop software answer with: their listings, and what comes next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler import pages
from crawler.items import Link
from crawler.pages.page import Page

HOME = "https://a.example"
MEDUSA = {"products": [{"id": "prod_1"}, {"id": "prod_2"}], "count": 5, "offset": 2, "limit": 2}
MERCADO = {
    "results": [{"id": "MLA1"}, {"title": "no id"}, "MLA2"],
    "paging": {"total": 70, "offset": 0, "limit": 50},
}
MAGENTO = {
    "data": {
        "products": {
            "items": [{"url_key": "watch", "url_suffix": ""}, {"url_key": "strap-é"}],
            "page_info": {"current_page": 1, "total_pages": 2},
        }
    }
}
RAKUTEN = {
    "Items": [{"Item": {"itemCode": "shop:1", "itemName": "時計"}}],
    "page": 1,
    "pageCount": 3,
}
RAKUTEN_AT = "/services/api/IchibaItem/Search/20170706"


def links(name: str, path: str, answer: Any) -> list[Link]:
    page = Page(url=HOME + path, body=json.dumps(answer).encode())
    return list(pages.module(name).links(page))


@pytest.mark.parametrize(
    ("name", "path", "answer", "listings", "following"),
    [
        ("shopify", "/products.json?limit=250&page=3",
         {"products": [{"handle": "watch"}, {"x": 1}]},
         ["/products/watch"], ["/products.json?limit=250&page=4"]),
        ("shopify", "/products.json?limit=250&page=4", {"products": []}, [], []),
        ("shopify", "/products.json?page=1", [1], [], []),
        ("woocommerce", "/wp-json/wc/store/v1/products?page=1&per_page=100",
         [{"permalink": f"{HOME}/product/watch/"}, {"permalink": "javascript:x"}],
         ["/product/watch/"], ["/wp-json/wc/store/v1/products?page=2&per_page=100"]),
        ("woocommerce", "/wp-json/wc/store/v1/products?page=9&per_page=100", [], [], []),
        ("magento2", "/graphql?query=%7Bproducts(currentPage:1)%7D", MAGENTO,
         ["/watch.html", "/strap-%C3%A9.html"], ["/graphql?query=%7Bproducts(currentPage:2)%7D"]),
        ("medusa", "/store/products?limit=2&offset=2", MEDUSA,
         ["/store/products/prod_1", "/store/products/prod_2"],
         ["/store/products?limit=2&offset=4"]),
        ("medusa", "/store/products?limit=2&offset=4", {**MEDUSA, "offset": 4},
         ["/store/products/prod_1", "/store/products/prod_2"], []),
        ("mercadolibre", "/sites/MLA/search?q=reloj&limit=50&offset=0", MERCADO,
         ["/items/MLA1", "/items/MLA2"], ["/sites/MLA/search?q=reloj&limit=50&offset=50"]),
        ("rakuten", f"{RAKUTEN_AT}?applicationId=a&keyword=x&page=1", RAKUTEN,
         [f"{RAKUTEN_AT}?applicationId=a&itemCode=shop%3A1"],
         [f"{RAKUTEN_AT}?applicationId=a&keyword=x&page=2"]),
        ("saleor", "/graphql/", {"data": {"products": [{"slug": "watch", "pricing": {}}]}},
         ["/products/watch"], []),
        ("vendure", "/shop-api",
         {"items": [{"slug": "watch"}, {"slug": "x", "__typename": "Facet"}]},
         ["/products/watch"], []),
    ],
)  # fmt: skip
def test_a_list_leads_to_its_listings_and_its_next_part(
    name: str, path: str, answer: Any, listings: list[str], following: list[str]
) -> None:
    found = links(name, path, answer)
    assert [one.url for one in found if one.kind == "listing"] == [HOME + one for one in listings]
    assert [one.url for one in found if one.kind == "index"] == [HOME + one for one in following]


@pytest.mark.parametrize("name", ["shopify", "woocommerce", "magento2", "mercadolibre", "rakuten"])
@pytest.mark.parametrize("answer", [None, [], {}, "x", 1, {"products": 7}, [[[]]], {"results": {}}])
def test_an_answer_of_another_shape_gives_nothing(name: str, answer: Any) -> None:
    page = Page(url=f"{HOME}/x", body=json.dumps(answer).encode())
    module = pages.module(name)
    if isinstance(answer, dict | list):
        assert list(module.links(page)) == []
        assert module.listing(page) is None
