from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from conf.errors import ConfError
from conf.platform import Discovery, Kinds, Platform
from crawler.seeds import search_words, seeds

SHOP = Platform(
    name="shop",
    title="Shop",
    pages="shop",
    home="https://shop.example/",
    hosts=("shop.example",),
    kinds=Kinds(listing=r"/item/(?P<id>\w+)", index=r"/c|/find"),
    verified="sandbox",
    discovery=Discovery(
        sitemaps=("https://shop.example/sitemap.xml",),
        categories=("https://shop.example/c/all?page={page}",),
        searches=("https://shop.example/find?q={word}",),
    ),
)


@pytest.fixture
def brands(tmp_path: Path) -> Path:
    for key, marks, aliases in (
        ("north", ["NORTH & SON"], ["North Son", "北方"]),
        ("south", ["SOUTH"], ["south"]),
    ):
        content = {
            "key": key,
            "name": key,
            "industry": "watches",
            "country": "CH",
            "marks": marks,
            "aliases": aliases,
        }
        (tmp_path / f"{key}.yaml").write_text(yaml.safe_dump(content))
    return tmp_path


def test_searches_are_filled_with_the_marks_and_aliases_of_all_brands(brands: Path) -> None:
    words = search_words(SHOP, brands)
    assert words == ("NORTH & SON", "North Son", "北方", "SOUTH")
    assert [link.url for link in seeds(SHOP, words)] == [
        "https://shop.example/sitemap.xml",
        "https://shop.example/c/all?page=1",
        "https://shop.example/find?q=NORTH+%26+SON",
        "https://shop.example/find?q=North+Son",
        "https://shop.example/find?q=%E5%8C%97%E6%96%B9",
        "https://shop.example/find?q=SOUTH",
    ]


def test_a_platforms_own_words_come_first(brands: Path) -> None:
    own = msgspec.structs.replace(
        SHOP, discovery=msgspec.structs.replace(SHOP.discovery, words=("watch",))
    )
    assert search_words(own, brands) == ("watch",)


def test_without_searches_no_brand_is_read(tmp_path: Path) -> None:
    none = msgspec.structs.replace(SHOP, discovery=Discovery())
    assert search_words(none, tmp_path / "missing") == ()


def test_a_seed_that_is_no_index_is_told() -> None:
    wrong = msgspec.structs.replace(SHOP, discovery=Discovery(categories=("https://a.example/c",)))
    with pytest.raises(ConfError, match=r"shop: https://a.example/c is not on its hosts"):
        seeds(wrong, ())
