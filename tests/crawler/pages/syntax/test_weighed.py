"""What is weighed where no markup tells: price, number, availability; nothing breaks it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import PageError
from crawler.pages import generic
from crawler.pages.page import Page
from crawler.pages.syntax import (
    about,
    beside,
    buying,
    codes,
    known,
    labels,
    microdata,
    opengraph,
    prices,
    pushed,
    rows,
)

URL = "https://shop.example/watches/big-watch-4711234?sku=77123"
TITLE = "Big watch"


def page(body: str, head: str = "", url: str = URL) -> Page:
    return Page(url=url, body=f"<html><head>{head}</head><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<h1>Big watch</h1><b class="price">$45</b>', "$45"),
        ('<h1>Big watch</h1><i class="price-old">€ 60</i><i class="price-new">€ 45</i>', "€ 45"),
        ('<h1>Big watch</h1><div class="box-holder"><i class="price">270,00 Kn</i></div>',
         "270,00 Kn"),
        (('<div class="related"><i class="price">€ 5</i></div><h1>Big watch</h1>'
          '<div class="add-to-cart-box"><i class="price">€ 45</i></div>'), "€ 45"),
        (('<div class="shopping-cart"><i class="price">€ 9</i></div>'
         '<div class="cart"><i class="price">€ 8</i></div>'
         '<div class="details-cart"><i class="price">€ 45</i></div>'), "€ 45"),
        ('<div class="tab-accessories"><i class="price">€ 7</i></div><i class="price">€ 45</i>',
         "€ 45"),
        ("<h1>Big watch</h1><p>Цена:</p><p>502,20 руб</p>", "502,20 руб"),
        ("<h1>Big watch</h1><p>販売価格</p><p>1,980円</p>", "1,980円"),
        ("<h1>Big watch</h1><p>Free delivery over everything</p>", None),
    ],
)  # fmt: skip
def test_the_price_that_stands_out(body: str, said: str | None) -> None:
    assert prices.price(page(body), TITLE) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.299,00 €", "1299"), ("1299", "1299"), ("$1,299.50", "1299.5"), ("0.00", "0"),
        ("1'250.-", "1250"), ("12 990 ₽", "12990"), ("ask us", None), (None, None),
    ],
)  # fmt: skip
def test_one_amount_is_written_one_way(text: str | None, said: str | None) -> None:
    assert prices.amount(text) == said


def test_of_two_prices_in_markup_the_one_that_is_shown_counts() -> None:
    data = json.dumps({"@type": "Product", "name": TITLE, "offers": {"price": 150}})
    head = (
        f'<script type="application/ld+json">{data}</script>'
        '<meta property="product:price:amount" content="200">'
    )
    shown = generic.listing(page('<h1>Big watch</h1><b class="price">$200</b>', head))
    assert shown is not None
    assert (shown.price_text, shown.provenance["price_text"]) == ("200", "opengraph")
    other = generic.listing(page('<h1>Big watch</h1><b class="price">$150</b>', head))
    assert other is not None
    assert (other.price_text, other.provenance["price_text"]) == ("150", "jsonld")


def test_category_and_struck_out_price_stand_beside() -> None:
    shown = generic.listing(
        page(
            '<ul class="breadcrumbs"><li><a>Home</a><li><a>Watches</a><li><a>Divers</a></ul>'
            "<h1>Big watch</h1><div><del>€ 60,00</del><b class=price>€ 45,00</b></div>"
            "<div><del>€ 99</del><b>€ 80</b></div>"
        )
    )
    assert shown is not None
    assert shown.category_text == "Watches > Divers"
    assert (shown.price_text, shown.list_price_text) == ("€ 45,00", "€ 60,00")
    other = page("<h1>Big watch</h1><p><del>€ 99</del> € 80</p><b class=price>€ 45</b>" + "x" * 300)
    assert beside.list_price(other, "€ 45") is None
    assert beside.list_price(other, None) is None
    assert beside.category(other) is None


def test_a_page_that_gives_no_address_as_its_own_keeps_the_one_it_came_from() -> None:
    head = '<link rel="canonical" href="https://shop.example:type/x">'
    shown = generic.listing(page('<h1>Big watch</h1><b class="price">€ 45</b>', head))
    assert shown is not None
    assert shown.url.startswith("https://shop.example/watches/big-watch-4711234")


def test_a_number_is_given_in_the_spelling_of_the_page() -> None:
    shown = page("<h1>Big watch</h1><p>466/7999</p><p>Art. No: 804.023.81</p>")
    assert codes.as_shown(shown, "4667999") == "466/7999"
    assert codes.as_shown(shown, "80402381") == "804.023.81"
    assert codes.as_shown(shown, "9999") == "9999"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p data-qa-qualifier="product-reference">1002/710</p>', "1002/710"),
        ('<span class="element-article">Код: 01245</span>', "01245"),
        ('<div class="sku-list"><p>Choose a size that fits you and your friends</p></div>', None),
    ],
)
def test_the_number_in_an_element_named_for_it(body: str, said: str | None) -> None:
    assert codes.shown(page(body)) == said


def test_a_number_held_for_programs_must_be_the_only_one() -> None:
    assert codes.held(page('<b data-sku="A-17"></b><i data-sku="A-17"></i>')) == "A-17"
    assert codes.held(page('<b data-sku="A-17"></b><i data-sku="A-18"></i>')) is None


def test_a_number_of_the_address_counts_if_named_or_held_by_the_page() -> None:
    assert codes.in_address(page("")) == "77123"
    bare = "https://shop.example/big-watch-4711234"
    assert codes.in_address(page("", url=bare)) is None
    assert codes.in_address(page("<script>var x = {no: 4711234}</script>", url=bare)) == "4711234"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://schema.org/InStock", buying.IN_STOCK), ("oos", buying.OUT_OF_STOCK),
        ("http://schema.org/SoldOut", buying.OUT_OF_STOCK), ("Add to trolley", buying.IN_STOCK),
        ("In den Warenkorb", buying.IN_STOCK), ("Ausverkauft", buying.OUT_OF_STOCK),
        ("Ajouter au panier", buying.IN_STOCK), ("Rupture de stock", buying.OUT_OF_STOCK),
        ("Añadir a la cesta", buying.IN_STOCK), ("Agotado", buying.OUT_OF_STOCK),
        ("Aggiungi al carrello", buying.IN_STOCK), ("Esaurito", buying.OUT_OF_STOCK),
        ("Adicionar ao carrinho", buying.IN_STOCK), ("Esgotado", buying.OUT_OF_STOCK),
        ("In winkelwagen", buying.IN_STOCK), ("Uitverkocht", buying.OUT_OF_STOCK),
        ("Do koszyka", buying.IN_STOCK), ("Produkt niedostępny", buying.OUT_OF_STOCK),
        ("Vložit do košíku", buying.IN_STOCK), ("Vyprodáno", buying.OUT_OF_STOCK),
        ("В корзину", buying.IN_STOCK), ("Нет в наличии", buying.OUT_OF_STOCK),
        ("加入购物车", buying.IN_STOCK), ("缺货", buying.OUT_OF_STOCK),
        ("カートに入れる", buying.IN_STOCK), ("売り切れ", buying.OUT_OF_STOCK),
        ("Free returns", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_words_of_twelve_languages(text: str | None, said: str | None) -> None:
    assert buying.state(text) == said


_MARKUP = st.lists(
    st.sampled_from(
        ["<h1>Big watch</h1>", "<b class=price>", "</b>", "<del>", "<p>SKU:</p>", "€ 45", "1.2.3,4",
         "<div itemscope itemtype='https://schema.org/Product'>", "<i itemprop=sku content='", "'>",
         "<script>dataLayer.push({", "name:'Big watch',price:", "}</script>", "<td>", "<dt>",
         "<meta property='product:price:amount' content='9e999'>", "<input name=sku value=", ">",
         "<!--", "<form action=/add-to-cart>", "售價：", "\x00", "{{{[[["]
    )
    | st.text(max_size=8),
    max_size=40,
).map("".join)  # fmt: skip


@given(body=_MARKUP, charset=st.sampled_from(["utf-8", "utf-16", "shift_jis", "gb18030"]))
@settings(max_examples=150, deadline=None)
def test_whatever_a_page_holds_every_step_answers(body: str, charset: str) -> None:
    raw = body.encode(charset, "replace")
    one = Page(url=URL, body=raw, headers={"content-type": "text/html; charset=latin-1"})
    for step in (prices.price, labels.labelled, buying.availability, about.below_title):
        step(one, TITLE)
    for way in (codes.shown, codes.held, codes.in_address, labels.in_address, known.product):
        way(one)
    pushed.product(one, TITLE)
    pushed.code(one, TITLE)
    opengraph.product(one)
    beside.fields(one, {"price_text": "45"})
    microdata.items(one.tree)
    rows.table(one.tree.body)
    rows.definitions(one.tree.body)
    assert all(all(found) for found in one.metas.values())
    shown = generic.listing(one)
    assert shown is None or set(shown.provenance.values()) <= {
        "jsonld", "microdata", "opengraph", "state", "selector", "inferred",
    }  # fmt: skip


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_has_an_amount_and_a_state_or_none(text: str) -> None:
    found = prices.amount(text)
    assert found is None or found.strip("0123456789.") == "" or not found.isascii()
    assert buying.state(text) in {buying.IN_STOCK, buying.OUT_OF_STOCK, None}


def test_elements_nested_beyond_measure_are_refused_and_huge_data_is_passed_over() -> None:
    with pytest.raises(PageError, match="deep"):
        generic.listing(page("<div class=price>" * 100_000))
    deep = '{"name":"Big watch","price":' + "[" * 100_000
    huge = '{"name":"Big watch","price":[' + "1," * 400_000 + "1]}"
    for data in (deep, huge):
        body = f"<h1>Big watch</h1><b class=price>€ 45</b><script>var x = {data}</script>"
        shown = generic.listing(page(body))
        assert shown is not None
        assert shown.price_text == "€ 45"
