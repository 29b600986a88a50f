"""Pages of shops that nobody described: each step alone, and what wins where several speak."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.platform import Kinds, Platform
from crawler.items import Observation, PageError
from crawler.pages import generic, module
from crawler.pages.page import Page

URL = "https://shop.example/watches/big-watch-4711234"


def page(body: str, head: str = "", url: str = URL, lang: str = "en") -> Page:
    text = f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return Page(url=url, body=text.encode())


def read(body: str, head: str = "", **more: str) -> Observation:
    shown = generic.listing(page(body, head, **more))
    assert shown is not None
    return shown


def linked(*products: dict[str, Any]) -> str:
    data = [{"@type": "Product", **one} for one in products]
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def offer(name: str, price: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "offers": {"price": price, "priceCurrency": "EUR"}, **more}


def test_markup_wins_over_what_is_seen_and_each_field_says_its_step() -> None:
    shown = read(
        '<h1>Big watch</h1><span class="price">€ 99</span><p>Art.-Nr.: 4711</p>'
        "<button>In den Warenkorb</button>",
        linked(offer("Big watch", "98.50", brand="Nordvane")),
        lang="de",
    )
    assert (shown.price_text, shown.brand_text, shown.sku_text) == ("98.50", "Nordvane", "4711")
    assert (shown.availability_text, shown.language_text) == ("in stock", "de")
    steps = {name: shown.provenance[name] for name in ("price_text", "sku_text")}
    assert steps == {"price_text": "jsonld", "sku_text": "selector"}


def test_of_several_products_the_pages_own_counts() -> None:
    head = linked(
        offer("Strap", "5"),
        offer("Big watch", "98", url=URL + "?ref=1"),
        offer("Small watch", "50"),
    )
    assert read("<h1>Big watch</h1>", head).price_text == "98"


def test_products_that_are_all_others_do_not_count() -> None:
    head = linked(offer("Strap", "5"), offer("Lamp", "7"))
    assert generic.listing(page("<h1>Our story</h1>", head)) is None


def test_opengraph_tells_what_nothing_before_told() -> None:
    shown = read(
        "<h1>Big watch</h1>",
        '<meta property="product:price:amount" content="12.00">'
        '<meta property="product:price:currency" content="USD">'
        '<meta property="og:image" content="/a.jpg">',
    )
    assert (shown.price_text, shown.currency_text) == ("12.00", "USD")
    assert shown.image_urls == ("https://shop.example/a.jpg",)
    assert shown.provenance["price_text"] == "opengraph"


def test_a_script_that_counts_visitors_tells_the_price() -> None:
    shown = read(
        "<h1>Big watch</h1><script>dataLayer.push({ecommerce: {items: ["
        "{name: 'Strap', price: 5}, {name: 'Big watch', price: 45.9, id: 'W1'}]}})</script>"
    )
    assert (shown.price_text, shown.sku_text) == ("45.9", "W1")
    assert shown.provenance["price_text"] == "state"


@pytest.mark.parametrize(
    ("body", "price"),
    [
        ('<h1>Big watch</h1><div class="product-price">$ 1,299.00</div>', "$ 1,299.00"),
        ('<h1>Big watch</h1><s class="price">€ 20</s><b class="price">€ 15</b>', "€ 15"),
        ('<h1>Big watch</h1><i class="old-price">€ 20</i><b class="price">€ 15</b>', "€ 15"),
        ('<i class="price">€ 3</i><h1>Big watch</h1><b class="price">€ 15</b>', "€ 15"),
        ('<h1>Big watch</h1><b class="price">€ 5</b><i class="related price">€ 9</i>', "€ 5"),
        ('<h1>Big watch</h1><b class="price"><span>12</span><sup>,50</sup> €</b>', "12,50 €"),
        ('<h1>Big watch</h1><meta class="price" content="12.5"><b>from us</b>', "12.5"),
        ("<h1>Big watch</h1><p>Now only</p><b>4386,00 €</b><b>5263,20 €</b>", "4386,00 €"),
        ("<h1>Big watch</h1><div class='cena'>199 zł</div>", "199 zł"),
        ("<h1>手表</h1><p>￥400</p>", "￥400"),
    ],
)  # fmt: skip
def test_the_price_that_a_reader_sees(body: str, price: str) -> None:
    assert read(body).price_text == price


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("<td>SKU</td><td>AB-12</td>", "sku_text", "AB-12"),
        ("<b>Item number:</b> <i>123</i>", "sku_text", "123"),
        ("<li>Артикул: 01245</li>", "sku_text", "01245"),
        ("<dt>EAN</dt><dd>4006381333931</dd>", "gtin_text", "4006381333931"),
        ("<p>Model No.: M-7/x</p>", "mpn_text", "M-7/x"),
        ("<th>Marke</th><td>R&amp;D</td>", "brand_text", "R&D"),
        ('<input name="product_id" value="4711234">', "sku_text", "4711234"),
        ('<div data-sku="4711234"></div>', "sku_text", "4711234"),
    ],
)
def test_numbers_and_names_behind_labels(text: str, field: str, value: str) -> None:
    shown = read(f'<h1>Big watch</h1><b class="price">€ 15</b>{text}')
    assert getattr(shown, field) == value


def test_a_number_of_the_address_alone_is_no_stock_number() -> None:
    assert read('<h1>Big watch</h1><b class="price">€ 15</b>').sku_text is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<button>Add to basket</button>", "in stock"),
        ("<p>Ausverkauft</p><p>Ähnliche</p><a>In den Warenkorb</a>", "out of stock"),
        ('<input type="submit" value="Buy now">', "in stock"),
        ("<p>We tell you all about buying and selling in this long text.</p>", "in stock"),
        ("<p>Produkt niedostępny</p><a>do koszyka</a>", "out of stock"),
        ('<button class="btn-addtocart">Ota heti</button>', "in stock"),
    ],
)
def test_whether_it_can_be_bought(text: str, said: str | None) -> None:
    assert read(f'<h1>Big watch</h1><b class="price">€ 15</b>{text}').availability_text == said


def test_known_software_is_read_by_its_elements() -> None:
    shown = read(
        '<div id="dp"><span id="productTitle"> Big watch </span><h1>Big watch</h1>'
        '<div id="corePrice_feature_div"><span class="a-offscreen">$12.99</span></div>'
        '<div id="availability"><span>In Stock</span></div><input id="ASIN" value="B00TEST123">'
        '<img id="landingImage" src="/big.jpg"></div>'
    )
    assert (shown.price_text, shown.sku_text) == ("$12.99", "B00TEST123")
    assert shown.availability_text == "In Stock"
    assert shown.image_urls == ("https://shop.example/big.jpg",)


def test_templates_that_were_never_filled_in_are_no_values() -> None:
    shown = read(
        "<h1>Big watch</h1>", linked(offer("Big watch", "9", brand="$brand", sku="{{sku}}"))
    )
    assert (shown.brand_text, shown.sku_text) == (None, None)
    assert "brand_text" not in shown.provenance


def test_a_page_without_a_product_shows_none() -> None:
    assert generic.listing(page("<h1>About us</h1><p>We began in 1999.</p>")) is None
    assert generic.listing(page("")) is None


@pytest.mark.parametrize(
    ("url", "canonical", "listing_id"),
    [
        (URL, None, "watches/big-watch-4711234"),
        (URL + "?utm_source=x&v=2", None, "watches/big-watch-4711234?v=2"),
        (URL, "https://www.shop.example/w/1", "w/1"),
        (URL, "https://elsewhere.example/w/1", "watches/big-watch-4711234"),
        ("https://shop.example/", None, "home"),
    ],
)
def test_a_listing_is_known_by_its_address(
    url: str, canonical: str | None, listing_id: str
) -> None:
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    shown = read('<h1>Big watch</h1><b class="price">€ 15</b>', head, url=url)
    assert shown.listing_id == listing_id


def test_long_addresses_have_short_ids_of_their_own() -> None:
    ids = {
        read('<h1>W</h1><b class="price">€ 1</b>', url=f"{URL}/{'x' * 300}/{tail}").listing_id
        for tail in "abc"
    }
    assert len(ids) == 3
    assert all(len(one) <= 100 for one in ids)


def test_a_described_platform_may_be_read_by_it() -> None:
    shop = Platform(
        name="shop", title="Shop", pages="generic", home="https://shop.example/",
        hosts=("shop.example",), verified="documented",
        kinds=Kinds(listing=r"-(?P<id>\d+)$", index=r"/watches(\?|$)"),
    )  # fmt: skip
    text = '<h1>Big watch</h1><b class="price">€ 15</b><a href="/watches?page=2">2</a>'
    here = Page(url=URL, body=text.encode(), platform=shop)
    shown = module("generic").listing(here)
    assert isinstance(shown, Observation)
    assert shown.listing_id == "4711234"
    assert [link.url for link in generic.links(here)] == ["https://shop.example/watches?page=2"]
    with pytest.raises(PageError):
        generic.listing(Page(url="https://shop.example/about", body=text.encode(), platform=shop))


PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "<h1>",
                "</h1>",
                "Big watch",
                "</b>",
                "€ 15",
                "SKU: 7",
                "<div>",
                "</p>",
                "woocommerce",
            ),
            *("<script>", "</script>", "dataLayer.push({", "price: 1", "})", "<!--", "-->", "\x00"),
            *('<b class="price">', '<i itemprop="price">', "]}", "&#0;", '<h1 class="price">'),
            '<div itemscope itemtype="http://schema.org/Product">',
            '<script type="application/ld+json">',
            '{"@type": "Product", "offers": [',
        ]
    ),
    max_size=40,
)


@given(PARTS.map("".join))
@settings(max_examples=200, deadline=None)
def test_no_order_of_parts_breaks_the_reader(text: str) -> None:
    here = page(text)
    shown = generic.listing(here)
    assert shown is None or shown.title_text
    assert all(link.url.startswith("http") for link in generic.links(here))
