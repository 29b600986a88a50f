"""Where money goes and what counts visitors: payees, wallets, and ids of analytics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import bitcoin

from jobs.vendors._found import ANALYTICS, PAYMENT, Found
from jobs.vendors._reading import Reading

# Ids of analytics are capitals, and a watch is called G-SHOCK: looked for in the text as shown.
_ANALYTICS = re.compile(
    r"(?<![A-Za-z0-9\-])(?:UA-\d{5,10}-\d{1,4}|GTM-(?=[A-Z]*\d)[A-Z0-9]{6,8}"
    r"|G-(?=[A-Z0-9]*\d[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z][A-Z0-9]*[A-Z])[A-Z0-9]{10}|AW-\d{9,11}|"
    r"(?:ca-)?pub-\d{16})"
    r"(?![A-Za-z0-9\-])"
)
_PIXEL = re.compile(r"fbq\(\s?['\"]init['\"]\s?,\s?['\"](?P<id>\d{13,17})['\"]")
_BAIDU = re.compile(r"hm\.baidu\.com/hm\.js\?(?P<id>[0-9a-f]{32})")
_METRIKA = re.compile(r"\bym\((?P<id>\d{6,9}),")
_PAGES = (
    ("paypal", r"paypal\.me/|paypal\.com/paypalme/", r"[a-z0-9]{2,30}"),
    (
        "alipay",
        r"qr\.alipay\.com/|alipays?://[^\s]{0,100}?qrcode=https%3a%2f%2fqr\.alipay\.com%2f",
        r"[a-z0-9]{8,40}",
    ),
    (
        "wechat_pay",
        r"wxp://|weixin://wxpay/bizpayurl\?pr=|payapp\.wechatpay\.cn/",
        r"[a-z0-9_\-]{6,80}",
    ),
    ("cash_app", r"cash\.app/\$", r"[a-z][a-z0-9]{0,19}"),
    ("venmo", r"venmo\.com/(?:u/)?", r"[a-z0-9_\-]{5,30}"),
    ("revolut", r"revolut\.me/", r"[a-z0-9]{3,20}"),
    ("wise", r"wise\.com/pay/me/", r"[a-z0-9]{3,40}"),
    ("stripe", r"buy\.stripe\.com/", r"[a-z0-9_]{8,40}"),
    ("upi", r"upi://pay\?pa=", r"[a-z0-9.\-_]{2,60}@[a-z]{2,20}"),
)
_LINES = tuple((kind, re.compile(rf"(?:{lead})(?P<id>{name})")) for kind, lead, name in _PAGES)
_HINT = re.compile(
    r"paypal[./]|paypal\.com|alipay|wxp:|wxpay|wechatpay|cash\.app|venmo|revolut|wise\.com|stripe|"
    r"upi:"
)
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = (
    r"paypal\.|alipays?:|alipay\.com|wxp:|wxpay|wechatpay|cash\.app|venmo\.|revolut\.|wise\.com|"
    r"upi:"
    r"|stripe\.|\bua-\d{5}|\bgtm-[a-z0-9]{6}|\bg-[a-z0-9]{10}\b|\baw-\d{9}|\bpub-\d{16}|fbq\(|"
    r"hm\.baidu"
    r"|\bym\(|\b(?:bc1|[13]|t)[a-z0-9]{25}|\b0x[0-9a-f]{40}"
)
_WALLETS = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<btc>bc1[02-9ac-hj-np-z]{38,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34})"
    r"|(?P<tron>T[1-9A-HJ-NP-Za-km-z]{33})|(?P<eth>0x[0-9a-fA-F]{40}))(?![A-Za-z0-9])"
)


def payments(read: Reading) -> Iterator[Found]:
    """Give payees, wallets and ids of analytics, each with its service before it."""
    if _HINT.search(read.text):
        for kind, line in _LINES:
            for found in line.finditer(read.text):
                # Codes tell small letters from capitals; people's names do not.
                name = found["id"] if kind in _BY_NAME else read.cased(*found.span("id"))
                yield Found(PAYMENT, f"{kind}:{name}", found.start(), found.end(), read)
    yield from _shown(
        read, _ANALYTICS, lambda found: (ANALYTICS, found.group().removeprefix("ca-"))
    )
    for pattern, kind in ((_PIXEL, "pixel"), (_BAIDU, "baidu"), (_METRIKA, "metrika")):
        yield from _shown(read, pattern, _counter(kind))
    yield from _shown(read, _WALLETS, _wallet)


_BY_NAME = frozenset(("paypal", "cash_app", "venmo", "revolut", "wise", "upi"))


def _shown(
    read: Reading,
    pattern: re.Pattern[str],
    meaning: Callable[[re.Match[str]], tuple[str, str] | None],
) -> Iterator[Found]:
    """Give what is found in the text as shown."""
    places = range(len(read.shown) + 1)
    itself = Reading(read.shown, places[:-1], places[1:], read.shown)
    for found in pattern.finditer(read.shown):
        meant = meaning(found)
        if meant:
            yield Found(*meant, *found.span(), itself)


def _counter(kind: str) -> Callable[[re.Match[str]], tuple[str, str]]:
    return lambda found: (ANALYTICS, f"{kind}:{found['id']}")


def _wallet(found: re.Match[str]) -> tuple[str, str] | None:
    """Give a wallet whose check digits are right, where it has any."""
    kind, value = str(found.lastgroup), found.group()
    if kind == "btc" and not bitcoin.is_valid(value):
        return None
    return PAYMENT, f"{kind}:{value.lower() if kind == 'eth' else value}"
