"""Products that pages mark up: JSON-LD in every wrapping, microdata, meta elements."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.page import Page
from crawler.pages.syntax import microdata, schema
from crawler.pages.syntax.jsonld import MOST_NODES, nodes, of_type, types
from crawler.pages.syntax.metas import first
from crawler.pages.syntax.rows import definitions, table

PRODUCT = {"@type": "Product", "name": "Watch"}
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["@type", "name", "offers", "price", "priceSpecification", "seller", "image", "brand",
             "@graph", "itemListElement", "aggregateRating", "hasVariant", "sku", "category"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


def whole(url: str | None) -> str | None:
    return f"https://a.example{url}" if url and url.startswith("/") else url


@pytest.mark.parametrize(
    "block",
    [
        PRODUCT,
        [PRODUCT],
        {"@graph": [{"@type": "WebPage"}, PRODUCT]},
        {"@type": "WebPage", "mainEntity": PRODUCT},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": PRODUCT}]},
        {"@context": "x", "@type": ["https://schema.org/Product", "Thing"], "name": "Watch"},
        {"@type": "schema:Product", "name": "Watch"},
    ],
)
def test_a_product_is_found_in_every_wrapping(block: Any) -> None:
    (found,) = of_type(nodes([block]), "Product")
    assert found["name"] == "Watch"


@given(ANY)
def test_no_shape_of_data_breaks_the_readers(value: Any) -> None:
    for node in nodes([value]):
        found = schema.product(node, whole)
        texts = [one for name, one in found.items() if name.endswith("_text")]
        assert all(one is None or (isinstance(one, str) and one) for one in texts)
        assert isinstance(types(node), frozenset)
    assert len(nodes([value])) <= MOST_NODES


def test_all_that_an_offer_tells() -> None:
    node = {
        "@type": "Product",
        "name": "Watch &amp; box",
        "description": "<p>Gold.</p><p>New.</p>",
        "brand": {"@type": "Brand", "name": "Nordvane"},
        "sku": 77,
        "gtin13": "4006381333931",
        "category": ["Watches", "Divers"],
        "image": ["/a.jpg", {"contentUrl": "/b.jpg"}, "/a.jpg"],
        "aggregateRating": {"ratingValue": 8.5, "bestRating": 10, "reviewCount": "12"},
        "offers": {
            "@type": "Offer",
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/NewCondition",
            "seller": {"@type": "Organization", "name": "Shop", "url": "/shop/1"},
            "priceSpecification": [
                {"price": "150", "priceType": "https://schema.org/ListPrice"},
                {"price": 120.5, "priceCurrency": "EUR"},
            ],
            "shippingDetails": {
                "shippingRate": {"value": "4.90"},
                "shippingOrigin": {"addressCountry": "CN"},
            },
        },
    }
    found = {name: one for name, one in schema.product(node, whole).items() if one}
    assert found == {
        "title_text": "Watch & box",
        "description_text": "Gold.\nNew.",
        "brand_text": "Nordvane",
        "sku_text": "77",
        "gtin_text": "4006381333931",
        "category_text": "Watches > Divers",
        "condition_text": "https://schema.org/NewCondition",
        "seller_name_text": "Shop",
        "image_urls": ("https://a.example/a.jpg", "https://a.example/b.jpg"),
        "price_text": "120.5",
        "list_price_text": "150",
        "currency_text": "EUR",
        "availability_text": "https://schema.org/InStock",
        "rating_text": "8.5/10",
        "review_count_text": "12",
        "shipping_price_text": "4.90",
        "ships_from_text": "CN",
    }
    assert schema.seller_address(node) == "/shop/1"


def test_the_offer_of_the_page_is_the_one_with_a_price_and_its_sku() -> None:
    offers = [{"price": "0"}, {"price": "10", "sku": "a"}, {"price": "12", "sku": "b"}]
    assert schema.best(offers, {"sku": "b"})["price"] == "12"
    assert schema.best(offers, {})["price"] == "10"
    aggregate = {"@type": "AggregateOffer", "lowPrice": "9", "offers": offers}
    assert schema.best(list(schema.offers({"offers": aggregate})), {})["price"] == "10"
    assert schema.price({"@type": "AggregateOffer", "lowPrice": 9})["price_text"] == "9"


def test_a_thing_of_several_sizes_is_there_if_one_of_them_is() -> None:
    words = ("OutOfStock", "InStock")
    sizes = [{"offers": {"availability": f"http://schema.org/{word}"}} for word in words]
    assert schema.offered(sizes) == "http://schema.org/InStock"
    assert schema.offered(sizes[:1]) is None


def test_microdata_has_the_form_of_linked_data() -> None:
    tree = LexborHTMLParser(
        """<div itemscope itemtype="http://schema.org/Product" id="main">
        <h1 itemprop="name"> Big  watch </h1><meta itemprop="sku" content="7">
        <a itemprop="url" href="/p/7">x</a><img itemprop="image" data-src="/a.jpg">
        <div itemprop="offers" itemscope itemtype="http://schema.org/Offer">
          <span itemprop="price" content="12.50">12,50 €</span>
          <link itemprop="availability" href="http://schema.org/InStock">
          <time itemprop="validThrough" datetime="2026-12-01">soon</time></div>
        <p itemprop="description">one<br>two</p>
        <div itemscope itemtype="http://schema.org/Product"><b itemprop="name">Other</b></div>
        </div>"""
    )
    main, other = microdata.items(tree)
    assert main["@type"] == "http://schema.org/Product"
    assert (main["@id"], main["name"], main["sku"], main["url"]) == (
        "main",
        "Big watch",
        "7",
        "/p/7",
    )
    assert main["image"] == "/a.jpg"
    assert main["description"] == "one\ntwo"
    assert main["offers"]["price"] == "12.50"
    assert main["offers"]["validThrough"] == "2026-12-01"
    assert other["name"] == "Other"
    assert schema.product(main, whole)["availability_text"] == "http://schema.org/InStock"


def test_meta_elements_by_whatever_names_them() -> None:
    body = (
        b'<meta property="OG:Title" content=" A "><meta name="og:title" content="B">'
        b'<meta itemprop="sku" content="7"><meta property="og:image" content=""><meta name="x">'
    )
    found = Page(url="https://a.example/", body=body).metas
    assert found == {"og:title": ["A", "B"], "sku": ["7"]}
    assert first(found, "none", "og:title") == "A"
    assert first(found, "none") is None


def test_tables_and_definitions_by_their_names() -> None:
    tree = LexborHTMLParser(
        "<table><tr><th>Brand</th><td>N</td></tr><tr><td>Brand</td><td>M</td></tr><tr><td>x</td></tr>"
        "</table><dl><dt>Contact<dd>a<dd>b<dt>None<dd></dl>"
    )
    assert table(tree.css_first("table")) == {"Brand": "N"}
    assert definitions(tree.css_first("dl")) == {"Contact": "a\nb"}
    assert table(None) == definitions(None) == {}
