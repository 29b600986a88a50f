"""Every software has pages as its own templates make them, is recognised by them, and reads them.

`software/NAME/*.expected.json` says what stands on each page, field by field: a field that is read
and is not there is as wrong as one that is missing. Variants are name, price, sku, availability.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from conf import software
from conf.platform import Platform
from crawler import pages
from crawler.frontier.address import canonical, place
from crawler.items import Gone, Observation, SellerObservation
from crawler.pages.page import Page
from crawler.pages.software import recognise, score
from crawler.pages.syntax.shop import full_size

SAVED = Path(__file__).parent / "software"
EVERY = {one.name: one for one in software.every()}
EXPECTED = sorted(SAVED.glob("*/*.expected.json"))
STEPS = {"api", "state", "jsonld", "microdata", "opengraph", "selector"}


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.name.partition('.')[0]}"


def platform_of(one: software.Software, url: str) -> Platform:
    """A platform as `crawl probe` would write it for a shop of a software."""
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}"
    return Platform(
        name="shop",
        title="Shop",
        pages=one.pages,
        home=f"{home}/",
        hosts=(parts.netloc,),
        kinds=software.at_home(one.kinds, home),
        verified="documented",
    )


def opened(path: Path) -> tuple[Page, dict[str, Any]]:
    """A saved page of a platform of its software, and what is expected of it."""
    expected = json.loads(path.read_text(encoding="utf-8"))
    stem = path.name.partition(".")[0]
    (file,) = (one for one in path.parent.glob(f"{stem}.*") if one != path)
    page = Page(
        platform=platform_of(EVERY[path.parent.name], expected["url"]),
        url=expected["url"],
        body=file.read_bytes(),
        headers=expected.get("headers", {}),
    )
    return page, expected


def fields(shown: Observation | SellerObservation) -> dict[str, Any]:
    """What was read, as the expected files write it."""
    made: dict[str, Any] = {}
    for name in shown.provenance:
        value = getattr(shown, name)
        if name == "variants":
            value = [list(msgspec.structs.astuple(one)) for one in value]
        made[name] = list(value) if isinstance(value, tuple) else value
    return made


def keys(page: Page, kind: str) -> Iterator[str]:
    """The ids of the listings or sellers, or the addresses of the lists, that a page leads to."""
    for link in pages.module(page.platform.pages).links(page) if page.platform else ():
        found = place(page.platform, link.url, link.kind) if page.platform else None
        if found is not None and found.kind == kind:
            yield found.key.partition(":")[2]


@pytest.mark.parametrize("name", EVERY)
def test_a_software_has_a_page_and_says_how_it_was_verified(name: str) -> None:
    assert list((SAVED / name).glob("listing.*"))
    assert EVERY[name].source
    assert EVERY[name].verified in {"recorded", "documented"}


@pytest.mark.parametrize("path", EXPECTED, ids=named)
def test_a_page_is_read_as_it_stands(path: Path) -> None:
    page, expected = opened(path)
    module = pages.module(EVERY[path.parent.name].pages)
    if "seller" in expected:
        seller = module.seller(page)
        assert isinstance(seller, SellerObservation)
        assert fields(seller) == expected["seller"]
        assert seller.seller_id == expected["id"]
        return
    shown = module.listing(page)
    if expected["listing"] is None:
        assert isinstance(shown, Gone)
        return
    assert isinstance(shown, Observation)
    assert fields(shown) == expected["listing"]
    assert set(shown.provenance.values()) <= STEPS
    assert shown == module.listing(opened(path)[0])


@pytest.mark.parametrize("path", EXPECTED, ids=named)
def test_a_page_s_own_address_and_its_links_are_what_kinds_take_them_for(path: Path) -> None:
    page, expected = opened(path)
    assert page.platform is not None
    kind = "seller" if "seller" in expected else "listing"
    own = place(page.platform, page.url, "index")
    assert own is not None
    assert own.kind == kind
    for linked, wanted in expected.get("links", {}).items():
        found = list(keys(page, linked))
        assert [one for one in wanted if not any(key.endswith(one) for key in found)] == []


@pytest.mark.parametrize("path", EXPECTED, ids=named)
def test_a_page_is_taken_for_its_own_software_and_no_other(path: Path) -> None:
    page, expected = opened(path)
    if expected.get("is_recognised", True):
        assert recognise(page) == path.parent.name
        others = [one.name for one in EVERY.values() if score(one.signs, page) >= 1]
        assert others == [path.parent.name]


def test_a_page_of_no_software_is_not_recognised() -> None:
    assert recognise(Page(url="https://a.example/", body=b"<h1>A shop of its own</h1>")) is None


def test_headers_cookies_and_generator_are_signs_too() -> None:
    def seen(body: str = "", **headers: str) -> str | None:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return recognise(Page(url="https://a.example/", body=body.encode(), headers=given))

    assert seen(x_shopid="123") == "shopify"
    assert seen(powered_by="Shopify") == "shopify"
    assert seen(powered_by="something") is None
    assert seen('<meta content="PrestaShop" name=generator>') == "prestashop"
    assert seen("<a href='?route=product/x'>", set_cookie="OCSESSID=1; path=/") == "opencart"


@pytest.mark.parametrize("name", EVERY)
def test_ways_in_are_addresses_that_kinds_know(name: str) -> None:
    """What `probe` writes into `discovery` must be asked: no list may be taken for a listing."""
    one = EVERY[name]
    platform = platform_of(one, "https://a.example/")
    for way in (*one.ways.apis, *one.ways.searches, *one.ways.categories):
        filled = way.replace("{word}", "harbour+watch").replace("{page}", "2")
        found = place(platform, f"https://a.example{filled}", "index")
        assert found is not None, filled
        assert found.kind == "index", filled


@pytest.mark.parametrize(
    ("name", "url", "original"),
    [
        ("shopify", "https://a/cdn/shop/p/x_200x.jpg?v=1&width=300", "https://a/cdn/shop/p/x.jpg?v=1"),
        ("shopify", "https://a/p/x_1024x1024@2x.png", "https://a/p/x.png"),
        ("shopify", "https://a/p/x_grande_crop_center.jpg", "https://a/p/x.jpg"),
        ("shopify", "https://a/p/blue_small_bag.jpg", "https://a/p/blue_small_bag.jpg"),
        ("woocommerce", "https://a/up/x-300x300.jpg", "https://a/up/x.jpg"),
        ("amazon", "https://a/I/91W%2Be._AC_SX300_SY300_.jpg", "https://a/I/91W%2Be.jpg"),
        ("ebay", "https://i/images/g/Ab/s-l300.jpg", "https://i/images/g/Ab/s-l1600.jpg"),
        ("ebay", "https://i/00/s/Ab/$_12.JPG", "https://i/00/s/Ab/$_57.JPG"),
        ("aliexpress", "https://a/kf/Hx.jpg_220x220.jpg", "https://a/kf/Hx.jpg"),
        ("aliexpress", "https://a/kf/Hx.jpg_640x640Q90.jpg_.webp", "https://a/kf/Hx.jpg"),
        ("alibaba", "https://a/kf/Hx.png_960x960.png", "https://a/kf/Hx.png"),
        ("etsy", "https://a/il/9/1/il_340x270.1_q.jpg", "https://a/il/9/1/il_fullxfull.1_q.jpg"),
        ("magento2", "https://a/media/catalog/product/cache/1/image/9df78/a/b/x.jpg", "https://a/media/catalog/product/a/b/x.jpg"),
        ("prestashop", "https://a/45-home_default/x.jpg", "https://a/45/x.jpg"),
        ("opencart", "https://a/image/cache/catalog/d/x-1-500x500.jpg", "https://a/image/catalog/d/x-1.jpg"),
        ("shopware", "https://a/thumbnail/1/x_800x800.jpg?t=1", "https://a/media/1/x.jpg?t=1"),
        ("bigcommerce", "https://c/s-1/images/stencil/500x659/p/x.jpg", "https://c/s-1/images/stencil/original/p/x.jpg"),
        ("walmart", "https://i/x.jpeg?odnHeight=180&odnWidth=180&odnBg=FFFFFF", "https://i/x.jpeg"),
        ("rakuten", "https://t/@0_mall/s/x.jpg?_ex=128x128", "https://t/@0_mall/s/x.jpg"),
        ("zalando", "https://i/a/x.jpg?imwidth=103&filter=packshot", "https://i/a/x.jpg"),
        ("olx", "https://a/v1/files/x/image;s=780x0;q=60", "https://a/v1/files/x/image"),
        ("mercadolibre", "https://h/D_NQ_NP_12-MLA34_56-O.webp", "https://h/D_NQ_NP_2X_12-MLA34_56-F.webp"),
    ],
)  # fmt: skip
def test_pictures_are_taken_at_their_original_size(name: str, url: str, original: str) -> None:
    table = import_module(f"crawler.pages.{name}")._SHOP
    assert full_size(url, table.original) == original


def test_addresses_of_templates_are_canonical() -> None:
    for one in EVERY.values():
        kinds = software.at_home(one.kinds, "https://a.example/")
        for template in filter(None, (kinds.listing_address, kinds.seller_address)):
            url = template.replace("{id}", "1")
            assert canonical(url) == url
