"""What in a text points at a person, however it is written, and what only looks as if it did."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.vendors._identifiers import MOST, identifiers
from jobs.vendors._reading import digits, plain
from jobs.vendors._sieve import may_hold

# text, country, kind and value of each that is found
FOUND: list[tuple[str, str | None, list[tuple[str, str]]]] = [
    # telephone numbers in their countries' ways
    ("Tel. +49 30 23125 123", None, [("phone", "+493023125123")]),
    ("Ladentelefon 030 23125 123", "DE", [("phone", "+493023125123")]),
    ("Atención a clientes: +52 55 5555 0123", "MX", [("phone", "+525555550123")]),
    ("Teléfono de la tienda 612 34 56 78", "ES", [("phone", "+34612345678")]),
    ("600 123 456 o 612 34 56 78", "ES", [("phone", "+34612345678")]),
    ("Servizio clienti: +39 06 5550 0123", "IT", [("phone", "+390655500123")]),
    ("Call our shop: 07700 900123", "GB", [("phone", "+447700900123")]),
    ("客服电话：+86 100 1234 5678", "CN", [("phone", "+8610012345678")]),
    ("Contact me on WhatsApp +44 7700 900123", None, [("phone", "+447700900123")]),
    ("whatsapp+8613800138000", None, [("phone", "+8613800138000")]),
    ("0044 7911 123456", None, [("phone", "+447911123456")]),
    ("加我13800138000", "CN", [("phone", "+8613800138000")]),
    ("(212) 555-0112", "US", [("phone", "+12125550112")]),
    ("Mobile: 98765 43210", "IN", [("phone", "+919876543210")]),
    ("手机 138-0013-8000", None, [("phone", "+8613800138000")]),
    ("13800138000（微信同号）", None, [("phone", "+8613800138000")]),
    ("Handy 0151 23456789", None, [("phone", "015123456789")]),  # of no known country
    (
        "13800138000/13900139000",
        "CN",
        [("phone", "+8613800138000"), ("phone", "+8613900139000")],
    ),
    # the same, so that no program sees it
    ("电话 １３８ ００１３ ８０００", None, [("phone", "+8613800138000")]),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", "CN", [("phone", "+8613800138000")]),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "CN", [("phone", "+8613800138000")]),
    ("call 1.3.8.0.0.1.3.8.0.0.0", None, [("phone", "+8613800138000")]),
    ("tel 138🔥0013🔥8000", None, [("phone", "+8613800138000")]),
    ("whatsapp 138OO138OOO", None, [("phone", "+8613800138000")]),
    (
        "call one three eight zero zero one three eight zero zero zero",
        None,
        [("phone", "+8613800138000")],
    ),
    ("加我一三八零零幺三八〇〇〇", None, [("phone", "+8613800138000")]),
    ("微信同号 壹叁捌零零壹叁捌零零零", None, [("phone", "+8613800138000")]),
    ("tel 13\u200b800\u200d138000", None, [("phone", "+8613800138000")]),
    ("tel ١٣٨ ٠٠١٣ ٨٠٠٠", None, [("phone", "+8613800138000")]),
    (
        "tel 【1】【3】【8】【0】【0】【1】【3】【8】【0】【0】【0】",
        None,
        [("phone", "+8613800138000")],
    ),
    ("电话 l38OOl38OOO", None, [("phone", "+8613800138000")]),
    ("Teléfono de la tienda +86 100 1234 5678", None, [("phone", "+8610012345678")]),
    ("t.me/lucky\u200bshop", None, [("telegram", "luckyshop")]),
    ("⒈⒊⒏⓪⓪⑴⑶⑻⓪⓪⓪", "CN", [("phone", "+8613800138000")]),
    # messengers
    ("Contact us: WeChat abc1234", None, [("wechat", "abc1234")]),
    ("微信：lxy0788", None, [("wechat", "lxy0788")]),
    ("加V lxy0788", None, [("wechat", "lxy0788")]),
    ("加v：LXY0788", None, [("wechat", "lxy0788")]),
    ("vx:wxabc1234", None, [("wechat", "wxabc1234")]),
    ("薇信 lxy_000788 备注来意", None, [("wechat", "lxy_000788")]),
    ("薇❤ lxy0788", None, [("wechat", "lxy0788")]),
    ("威信：lxy0788", None, [("wechat", "lxy0788")]),
    ("➕V：lxy0788", None, [("wechat", "lxy0788")]),
    ("微 信 号：lucky-shop8", None, [("wechat", "lucky-shop8")]),
    ("w e c h a t : lxy0788", None, [("wechat", "lxy0788")]),
    ("WеChаt: lxy0788", None, [("wechat", "lxy0788")]),
    ("ｖｘ：ｌｘｙ０７８８", None, [("wechat", "lxy0788")]),
    ("wx: l x y 0 7 8 8", None, [("wechat", "lxy0788")]),
    ("微信 12345678", None, [("wechat", "12345678")]),
    ("QQ：１２３４５６７", None, [("qq", "1234567")]),
    ("扣扣 一二三四五六七", None, [("qq", "1234567")]),
    ("QQ群 123 456 789", None, [("qq", "123456789")]),
    ("Telegram: @Lucky_Shop", None, [("telegram", "lucky_shop")]),
    ("TG@luckyshop", None, [("telegram", "luckyshop")]),
    ("https://t.me/LuckyShop", None, [("telegram", "luckyshop")]),
    ("LINE ID: kai88", None, [("line", "kai88")]),
    ("wa.me/8613800138000", None, [("phone", "+8613800138000")]),
    ("https://api.whatsapp.com/send?phone=447700900123", None, [("phone", "+447700900123")]),
    ("chat.whatsapp.com/AbC123xYz", None, [("whatsapp", "AbC123xYz")]),
    ("insta: @lux.bags", None, [("instagram", "lux.bags")]),
    ("instagram.com/Lux.Bags", None, [("instagram", "lux.bags")]),
    ("Skype: live:lucky.shop", None, [("skype", "live:lucky.shop")]),
    ("小红书号：94512345678", None, [("xiaohongshu", "94512345678")]),
    # mail
    ("Anfragen an abc123@mail.example", None, [("mail", "abc123@mail.example")]),
    ("邮箱ABC@qq.com联系", None, [("mail", "abc@qq.com")]),
    ("lucky (at) gmail (dot) com", None, [("mail", "lucky@gmail.com")]),
    ("lucky[at]gmail.com", None, [("mail", "lucky@gmail.com")]),
    ("lucky88 at gmail dot com", None, [("mail", "lucky88@gmail.com")]),
    ("lucky88＠gmail．com", None, [("mail", "lucky88@gmail.com")]),
    ("lucky88@gmail点com", None, [("mail", "lucky88@gmail.com")]),
    ("lucky88 arroba gmail punto com", None, [("mail", "lucky88@gmail.com")]),
    # links
    ("More at https://www.luckyshop.com/shoes?x=1", None, [("domain", "luckyshop.com")]),
    ("see luckyshop.co.uk", None, [("domain", "luckyshop.co.uk")]),
    ("visit lucky dot shop", None, [("domain", "lucky.shop")]),
    ("hxxp://luckyshop.ru", None, [("domain", "luckyshop.ru")]),
    (
        "Modell im Album: https://wxabc1234.album.example/523",
        None,
        [("page", "wxabc1234.album.example")],
    ),
    ("https://abc.x.yupoo.com/albums?tab=gallery", None, [("page", "abc.x.yupoo.com")]),
    ("https://www.yupoo.com/photos/abc/albums", None, [("page", "yupoo.com/photos/abc")]),
    (
        "docs.google.com/spreadsheets/d/1AbC/edit",
        None,
        [("page", "google.com/spreadsheets/d/1AbC")],
    ),
    ("https://weidian.com/?userid=1234567", None, [("page", "weidian.com/userid=1234567")]),
    ("lucky.myshopify.com", None, [("page", "lucky.myshopify.com")]),
    ("bit.ly/3xYz", None, [("short_link", "bit.ly/3xYz")]),
    # money and counters
    ("paypal.me/Lucky88", None, [("payment", "paypal:lucky88")]),
    ("https://qr.alipay.com/fkx12345AbCd", None, [("payment", "alipay:fkx12345AbCd")]),
    ("wxp://f2f0abcdEFG", None, [("payment", "wechat_pay:f2f0abcdEFG")]),
    ("UA-123456-1", None, [("analytics", "UA-123456-1")]),
    ("gtag('config', 'G-1A2B3C4D5E')", None, [("analytics", "G-1A2B3C4D5E")]),
    ("GTM-AB12CD", None, [("analytics", "GTM-AB12CD")]),
    # registers and banks
    ("统一社会信用代码：91350100M000100Y43", None, [("licence", "CN91350100M000100Y43")]),
    ("USt-IdNr.: DE 136 695 976", None, [("tax", "DE136695976")]),
    ("P.IVA 00743110157", None, [("tax", "IT00743110157")]),
    ("VAT no. GB 980 7806 84", None, [("tax", "GB980780684")]),
    ("GSTIN 27AAPFU0939F1ZV", None, [("tax", "IN27AAPFU0939F1ZV")]),
    ("IBAN DE89 3704 0044 0532 0130 00", None, [("iban", "DE89370400440532013000")]),
    ("银行卡号 6222 0212 3456 7894", None, [("bank_card", "6222021234567894")]),
    ("Amtsgericht München, HRB 12345", None, [("licence", "DEHRB12345 munchen")]),
    ("company registration number 01234567", None, [("licence", "GB01234567")]),
    ("粤ICP备12345678号", None, [("licence", "粤ICP12345678")]),
    # companies and addresses
    ("公司名称：莆田市荔城区好运贸易有限公司", None, [("company", "莆田市荔城区好运贸易有限公司")]),
    ("Sold by: Lucky Trading Co., Ltd.", None, [("company", "lucky trading co ltd")]),
    ("Verkäufer: Müller & Söhne GmbH", None, [("company", "muller sohne gmbh")]),
    ("Musterstraße 12, 12345 Berlin", None, [("address", "DE 12345 musterstr 12")]),
    ("Via Roma 12, 20121 Milano", None, [("address", "IT 20121 via roma 12")]),
    ("Calle Mayor 5, 28013 Madrid", None, [("address", "ES 28013 calle mayor 5")]),
    ("12 High Street, London SW1A 1AA", None, [("address", "GB SW1A1AA high st 12")]),
    ("350 Fifth Avenue, New York, NY 10118", None, [("address", "US 10118 fifth ave 350")]),
    ("福建省莆田市荔城区学园路十二号", None, [("address", "CN 莆田市荔城区 学园路 12")]),
    # several in one text
    (
        "WhatsApp: +86 100 1234 5678 / WeChat: abc1234",
        None,
        [("phone", "+8610012345678"), ("wechat", "abc1234")],
    ),
]

# texts with nothing, by country
NOTHING: list[tuple[str, str | None]] = [
    ("Nike style 555088-101 size 36 37 38 39 40 41", "US"),
    ("AQ0863 100 released 2024-01-15 10:30", "US"),
    ("EAN 4006381333931, GTIN 04006381333931", "DE"),
    ("Ref. 116610LN, Modell 126334, Seriennummer 12345678", "DE"),
    ("tracking 1234567890123", "US"),
    ("$1299 1499 1599 sale", "US"),
    ("Preis 1.299,00 € statt 12.999.999 €", "DE"),
    ("Größe 36-45, 10-20 cm, 15.03.2024 - 20.03.2024", "DE"),
    ("sizes 5 6 7 8 9 10 11 12 available", "US"),
    ("call for size 36 37 38 39 40", "US"),
    ("货号 13800138000 尺码 36-45", "CN"),
    ("订单号：13800138000", "CN"),
    ("2019-2020 collezione, taglie 38 o 39 o 40", "IT"),
    ("Capacidad 5000 mah, 1200 x 800 x 600 mm", "ES"),
    ("ISBN 978-3-16-148410-0", "GB"),
    ("WeChat please contact us for details", None),
    ("wechat stickers and emoji", None),
    ("product line: summer2024 collection", None),
    ("new line of watches", None),
    ("QQ糖 500g", None),
    ("VX-6000 Pro, WX-500", None),
    ("FB-705nude bra", None),
    ("look at amazon.com now", None),
    ("Buy online @ Flipkart.com", None),
    ("logo@2x.png", None),
    ("soft fabric.It is nice", None),
    ("Dr.Martens No.1 e.g.shoes", None),
    ("G-SHOCK GA-2100 G-STEEL GST-B400", None),
    ("生产商：广州某某服饰有限公司", None),
    ("Manufacturer: Hasbro Inc", None),
    ("Wholesale company level air max limited", None),
    ("DE123456789012 style IT12345678901", None),
    ("上海市发货，杭州市仓库", "CN"),
    ("一款 二手 三件套 四季 五金", "CN"),
    ("one size, two colours, three pockets", "US"),
    ("1,000,000 sold / 4.9 rating 12345 reviews", "US"),
    ("0000000000", "US"),
    ("", None),
]
KEPT = [
    ("phone", "电话 {}", "13800138000"),
    ("wechat", "微信：{}", "lxy0788"),
    ("mail", "mail {}", "lucky88@gmail.com"),
    ("qq", "qq:{}", "12345678"),
]
WIDE = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


def found(text: str, region: str | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in identifiers(text, region)]


@pytest.mark.parametrize(("text", "region", "expected"), FOUND)
def test_what_points_at_a_person_is_found(
    text: str, region: str | None, expected: list[tuple[str, str]]
) -> None:
    assert found(text, region) == expected


@pytest.mark.parametrize(("text", "region"), NOTHING)
def test_what_only_looks_like_it_is_not(text: str, region: str | None) -> None:
    assert found(text, region) == []


@pytest.mark.parametrize("region", [None, "CN", "DE"])
def test_no_text_with_one_is_sieved_out(region: str | None) -> None:
    texts = [text for text, _, _ in FOUND if found(text, region)]
    assert may_hold(pl.Series(texts)).all()


def test_a_sieve_tells_nothing_of_no_text() -> None:
    told = may_hold(pl.Series(["a plain cup", None, "Preis 12 €"], dtype=pl.String))
    assert told.to_list() == [False, None, False]


@pytest.mark.parametrize(("text", "region", "expected"), FOUND)
def test_what_is_shown_stands_in_the_text(
    text: str, region: str | None, expected: list[tuple[str, str]]
) -> None:
    shown = [one.shown_text for one in identifiers(text, region)]
    assert len(shown) == len(expected)
    assert all(one in text and one == one.strip() for one in shown)


def test_the_characters_are_the_text_s_own() -> None:
    (one,) = identifiers("call １３８-0013-８０００ now")
    assert one.shown_text == "１３８-0013-８０００"
    (keycaps,) = identifiers("tel 1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣!")
    assert keycaps.shown_text == "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣"


@pytest.mark.parametrize(("kind", "text", "value"), KEPT)
@given(data=st.data())
def test_full_width_and_invisible_characters_hide_nothing(
    kind: str, text: str, value: str, data: st.DataObject
) -> None:
    signs = [data.draw(st.sampled_from((one, one.translate(WIDE)))) for one in value]
    gaps = [data.draw(st.sampled_from(("", "\u200b", "\u2060", "\ufeff"))) for _ in value]
    written = text.format("".join(map("".join, zip(signs, gaps, strict=True))))
    expected = "+8613800138000" if kind == "phone" else value
    assert (kind, expected) in found(written, "CN")
    assert may_hold(pl.Series([written])).all()


@given(
    gaps=st.lists(st.sampled_from(("", " ", "-", ".", " - ", "·", "🔥")), min_size=10, max_size=10)
)
def test_what_stands_between_digits_changes_no_number(gaps: list[str]) -> None:
    written = "".join(map("".join, zip("1380013800", gaps, strict=True))) + "0"
    assert found(f"电话 {written}", "CN") == [("phone", "+8613800138000")]


@given(st.text(max_size=60))
def test_a_reading_read_again_is_the_same(text: str) -> None:
    once = plain(text)
    assert plain(once.text).text == once.text
    assert digits(plain(digits(once).text)).text == digits(once).text


AGAIN = {
    "phone": "tel {}",
    "mail": "{}",
    "wechat": "wechat: {}",
    "qq": "qq {}",
    "telegram": "telegram: @{}",
    "domain": "https://{}",
    "page": "https://{}",
    "short_link": "https://{}",
    "iban": "IBAN {}",
    "tax": "VAT {}",
    "bank_card": "card {}",
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        one
        for _, _, expected in FOUND
        for one in expected
        if one[0] in AGAIN and one[1] != "IN27AAPFU0939F1ZV"
    ],
)
def test_a_value_read_again_is_the_same(kind: str, value: str) -> None:
    assert found(AGAIN[kind].format(value)) == [(kind, value)]


@given(
    st.lists(
        st.sampled_from(
            [text for text, _, _ in FOUND] + [text for text, _ in NOTHING] + ["\u2122", "ß", "İ"]
        ),
        max_size=4,
    ),
    st.sampled_from((None, "CN", "DE", "US")),
)
def test_any_mixture_is_shown_as_it_is_and_passes_the_sieve(
    texts: list[str], region: str | None
) -> None:
    text = "\n".join(texts)
    made = identifiers(text, region)
    assert all(one.shown_text in text for one in made)
    assert not made or may_hold(pl.Series([text])).all()


def test_a_text_gives_twenty_at_most_and_each_once() -> None:
    many = " ".join(f"wechat: shop{at:04}" for at in range(100))
    assert len(identifiers(many)) == MOST
    assert found("QQ 1234567, QQ 1234567") == [("qq", "1234567")]


SLOW = (
    "a|1|1 |a.|@|a@|市|市路|1号|路1号|有限公司|vat |DE12|微信|o|one |(|x-|http://a|Аa|\u200b1|+1 |"
    "1380013800 |c o m |q q |via a |wechat |a.b|calle a |0x|1-1-"
)


@pytest.mark.parametrize("unit", SLOW.split("|"))
def test_time_grows_with_the_length(unit: str) -> None:
    """50,000 characters made to be slow; a text of 900 is read in a sixtieth of that."""
    text = (unit * 50_000)[:50_000]
    began = time.process_time()
    identifiers(text, "CN")
    assert time.process_time() - began < 3
