"""jishi: a Chinese classifieds site in GBK; details stand in tables, pictures wait for scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax.gathered import Gathered, variants
from crawler.pages.syntax.rows import table
from crawler.pages.syntax.text import addresses, line

_DETAILS = {
    "brand_text": "品牌",
    "condition_text": "成色",
    "sku_text": "货号",
    "mpn_text": "型号",
    "gtin_text": "条形码",
    "stock_text": "库存",
    "sold_text": "已售",
    "ships_from_text": "发货地",
    "shipping_price_text": "运费",
    "listed_at_text": "发布时间",
    "category_text": "类目",
}
_FACTS = {
    "since_text": "注册时间",
    "location_text": "所在地",
    "rating_text": "好评率",
    "review_count_text": "评价数",
    "listing_count_text": "在售宝贝",
    "sold_text": "累计成交",
}
_RATING = re.compile(r"([\d.]+)分\s*\((\d+)条评价\)")


def listing(page: Page) -> Observation | None:
    """Read `/xinxi/ID.html`."""
    title = page.words("h1.bt")
    if title is None:
        return None
    description = page.lines(".miaoshu")
    details = table(page.first("table.canshu"))
    seller_address = page.attribute(".maijia a", "href")
    rating = _RATING.search(page.words(".pingjia") or "")
    found = Gathered()
    found.put("selector", {field: details.get(name) for field, name in _DETAILS.items()})
    found.put(
        "selector",
        {
            "title_text": title,
            "description_text": description,
            "price_text": page.words(".jiage"),
            "list_price_text": page.words(".yuanjia del"),
            "availability_text": page.words(".zhuangtai"),
            "seller_id": page.id_in(seller_address, "seller"),
            "seller_name_text": page.words(".maijia a"),
            "rating_text": rating[1] if rating else None,
            "review_count_text": rating[2] if rating else None,
            "language_text": page.language,
            "image_urls": page.pictures(".tu img"),
            "outgoing_urls": page.outgoing(*page.links(".miaoshu a"), *addresses(description)),
            "variants": _variants(page),
        },
    )
    here = page.own("listing")
    return found.observation(own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/dianpu/ID/`."""
    name = page.words("h1.dianming")
    if name is None:
        return None
    facts = table(page.first("table.ziliao"))
    contact = [line(node.text()) or "" for node in page.all(".lianxi li")]
    found = Gathered()
    found.put("selector", {"name_text": name, "about_text": page.lines(".jianjie")})
    found.put("selector", {field: facts.get(name) for field, name in _FACTS.items()})
    found.put("selector", {"contact_text": "\n".join(contact)})
    here = page.own("seller")
    return found.seller(own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give what a list shows, its next page, and the seller of an item."""
    if page.first("h1.bt") is None:
        yield from (Link(url, "listing") for url in page.links(".lb a"))
        for node in page.all(".fenye a"):
            url = page.absolute(node.attributes.get("href"))
            if url and line(node.text()) == "下一页":
                yield Link(url, "index")
    for url in page.links(".maijia a"):
        if page.id_in(url, "seller"):
            yield Link(url, "seller")


def _variants(page: Page) -> tuple[Variant, ...]:
    found = []
    for node in page.all(".guige li"):
        name, _, price = (line(node.text()) or "").rpartition(" ")
        is_out = "wu" in (node.attributes.get("class") or "").split()
        found.append(
            Variant(
                name=name or price,
                price_text=price if name else None,
                sku_text=node.attributes.get("data-sku"),
                availability_text="无货" if is_out else None,
            )
        )
    return variants(*found)
