"""The marketplaces of the world: where they are, what they speak, how large they are."""

from __future__ import annotations

import msgspec

DIGITS, HEX, LETTERS = "0123456789", "0123456789abcdef", "0123456789abcdefghijkmnpqrstuvwxyz"


class Form(msgspec.Struct, frozen=True):
    """How a marketplace writes ids."""

    prefix: str
    alphabet: str


class Market(msgspec.Struct, frozen=True):
    """One marketplace."""

    name: str
    language: str  # ISO 639-1
    country: str  # ISO 3166
    currency: str  # ISO 4217
    weight: float  # of the world's listings, beside the other marketplaces
    listing_form: Form
    seller_form: Form


class Money(msgspec.Struct, frozen=True):
    """What a dollar of an American price becomes in one currency, taxes and levels included."""

    rate: float
    digits: int  # behind the point on price tags


MONEY = {
    "USD": Money(1.0, 2),
    "EUR": Money(0.96, 2),
    "GBP": Money(0.83, 2),
    "CNY": Money(7.5, 0),
    "INR": Money(87.0, 0),
    "MXN": Money(20.0, 0),
    "BRL": Money(5.9, 2),
}

MARKETS = ("harbor", "bazaar", "kiosk", "plaza", "jishi", "aurora", "agora", "ruins")
PARTNERS = ("northmall", "silkway", "vendora", "rialto")

_ALL = (
    Market("harbor", "en", "US", "USD", 20, Form("", DIGITS), Form("u", DIGITS)),
    Market("bazaar", "en", "DE", "EUR", 16, Form("", HEX), Form("s-", HEX)),
    Market("kiosk", "en", "GB", "GBP", 13, Form("k", LETTERS), Form("st", DIGITS)),
    Market("plaza", "es", "MX", "MXN", 13, Form("MX-", DIGITS), Form("V", DIGITS)),
    Market("jishi", "zh", "CN", "CNY", 16, Form("", DIGITS), Form("dp", DIGITS)),
    Market("aurora", "en", "US", "USD", 3, Form("p-", LETTERS), Form("m-", LETTERS)),
    Market("agora", "en", "IN", "INR", 12, Form("", DIGITS), Form("", DIGITS)),
    Market("ruins", "de", "DE", "EUR", 7, Form("w", HEX), Form("h", DIGITS)),
    Market("northmall", "en", "US", "USD", 30, Form("N", DIGITS), Form("nm", DIGITS)),
    Market("silkway", "zh", "CN", "CNY", 25, Form("", DIGITS), Form("sw", DIGITS)),
    Market("vendora", "de", "DE", "EUR", 25, Form("va-", HEX), Form("vh", DIGITS)),
    Market("rialto", "it", "IT", "EUR", 20, Form("r", LETTERS), Form("n", DIGITS)),
)
BY_NAME = {market.name: market for market in _ALL}
ORDER = tuple(BY_NAME)

CITIES = {
    "US": ("New York", "Chicago", "Austin", "Portland", "Denver", "Newark", "Tampa", "Fresno"),
    "DE": ("Berlin", "Hamburg", "Köln", "Leipzig", "Nürnberg", "Bremen", "Essen", "Kassel"),
    "GB": ("London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Norwich", "Derby", "Luton"),
    "MX": ("Ciudad de México", "Guadalajara", "Monterrey", "Puebla", "Mérida", "Tijuana", "León"),
    "CN": ("广州", "深圳", "义乌", "莆田", "上海", "杭州", "成都", "青岛", "武汉", "北京"),
    "IN": ("Mumbai", "Delhi", "Bengaluru", "Chennai", "Pune", "Surat", "Ludhiana", "Kolkata"),
    "IT": ("Milano", "Roma", "Napoli", "Torino", "Bologna", "Firenze", "Bari", "Prato"),
    "BR": ("São Paulo", "Rio de Janeiro", "Curitiba", "Recife"),
    "HK": ("Hong Kong",),
    "SG": ("Singapore",),
    "TR": ("İstanbul", "İzmir"),
    "PL": ("Warszawa", "Łódź"),
    "FR": ("Paris", "Lyon", "Lille"),
    "VN": ("Hà Nội",),
    "JP": ("Tokyo", "Osaka"),
}
# Chinese cities as sellers write them who sell abroad.
ABROAD = {
    "广州": "Guangzhou",
    "深圳": "Shenzhen",
    "义乌": "Yiwu",
    "莆田": "Putian",
    "上海": "Shanghai",
    "杭州": "Hangzhou",
    "成都": "Chengdu",
    "青岛": "Qingdao",
    "武汉": "Wuhan",
    "北京": "Beijing",
}
