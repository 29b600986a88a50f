"""Names under which a person is reached on messengers and social networks.

A number beside a messenger's name is a telephone number (`_phones.py`); QQ has numbers of its own,
and a WeChat account may be found by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jobs.vendors._found import Found
from jobs.vendors._reading import HEART, Reading

WECHAT, QQ = "wechat", "qq"
_GAP = r"[\s.\-_*\u00b7]?"
_MARK = (
    r"[\s]{0,2}[:=@>\u2192\uff1a\u3010\u300c(\[\u00b7~-]{1,3}[\s]{0,2}"  # that something follows
)


class App(msgspec.Struct, frozen=True):
    """One messenger: how it is called, and what its names look like."""

    kind: str
    called: str
    name: str
    is_marked: bool = False  # only after a colon or the like: its own name is an ordinary word


def _apart(word: str) -> str:
    """Give a word whose letters may be set apart."""
    return _GAP.join(word)


_WECHAT = (
    rf"{_apart('wechat')}|we\s?chat|{_apart('weixin')}|wei\s?xin"
    rf"|[微薇威维徽溦v]\s?(?:信|xin|芯|{HEART})|加\s?[微薇]|\+\s?[微薇v]|加\s?v(?:x|信)?"
    rf"|(?<![a-z0-9])[vw]\s?x(?![a-z0-9])|卫星|绿泡泡|绿色软件"
)
_HANDLE = r"[a-z][a-z0-9_.]{2,29}"
APPS = (
    App(
        "telegram",
        r"(?<![a-z])(?:telegram|tele\s?gram|tg|电报|飞机)",
        r"[a-z][a-z0-9_]{4,31}",
        is_marked=True,
    ),
    App(
        "line",
        r"(?<![a-z])(?<![a-z] )line(?=\s?(?:id|号)|\s?@|\s?[:\uff1a])|ライン",
        r"[a-z0-9][a-z0-9_.\-]{3,19}",
        is_marked=True,
    ),
    App("kakao", r"(?<![a-z])kakao\s?(?:talk)?|카카오톡|카톡", r"[a-z][a-z0-9_.\-]{3,19}"),
    App("skype", r"(?<![a-z])skype", r"(?:live:)?[a-z.][a-z0-9_.,\-]{5,31}"),
    App("kik", r"(?<![a-z])kik", r"[a-z0-9_.]{3,20}", is_marked=True),
    App("snapchat", r"(?<![a-z])snap\s?chat", _HANDLE, is_marked=True),
    App("instagram", r"(?<![a-z])(?:instagram|insta|ig)", _HANDLE, is_marked=True),
    App("facebook", r"(?<![a-z])(?:facebook|fb)", r"[a-z0-9][a-z0-9.]{4,49}", is_marked=True),
    App("tiktok", r"(?<![a-z])tik\s?tok", _HANDLE, is_marked=True),
    App("weibo", r"微博|(?<![a-z])weibo", r"[a-z0-9_\-\u4e00-\u9fff]{3,30}", is_marked=True),
    App("xiaohongshu", r"小红书", r"[a-z0-9_]{5,20}", is_marked=True),
    App("douyin", r"抖音", r"[a-z0-9_.]{4,20}", is_marked=True),
    App("kuaishou", r"快手", r"[a-z0-9_.\-]{4,20}", is_marked=True),
    App("discord", r"(?<![a-z])discord", r"[a-z0-9_.]{2,32}(?:#\d{4})?", is_marked=True),
)
_AFTER_NAME = (
    r"(?:\s?(?:id|号码|号|账号|帐号|名|no\.?|name|nick|account|user|username|nutzername|usuario))?"
)
_FILL = r"(?:\s?(?:me|us|me at|us at|us on|me on|搜索|搜|添加|联系|咨询|看图|同号|是|为|为准))?"
# Words that follow a messenger's name where no name does.
_TEXT = (
    "accept accepted account address admin after again album also answer any anytime app "
    "apps available before below bestellung bilder biz business buyer catalog chat check "
    "click collection contact contacto contacts contattami customer details direct directly "
    "discount disponible download dress email everyday facebook filter first follow foto "
    "fotos friend friends from group groups help here hours http https info inquiry "
    "instagram kontakt latest link live login mail mensaje message messenger mini mobile "
    "more nachricht need number official online only open order orders other page pay "
    "payment phone photo photos picture pictures please precio price prices profile program "
    "question questions request sale scan scrivetemi scrivimi seller send service shoes "
    "shop size skype sticker stickers store stories story support talk telegram telephone "
    "thank thanks that this through tiktok time today update username verfugbar viber video "
    "watch watches website wechat weixin welcome whatsapp wholesale with without work your "
)
_WORDS = frozenset(_TEXT.split())
_WECHAT_NAME = r"[a-z][a-z0-9_\-]{5,19}"
_APART_NAME = r"[a-z](?:(?P<gap>[ .\-])[a-z0-9_])(?:(?P=gap)[a-z0-9_]){4,18}"
_END = r"(?![a-z0-9_@])(?!\.(?:com|net|cn|org)\b)"
_WECHAT_LINE = re.compile(
    rf"(?P<cue>{_WECHAT}){_AFTER_NAME}{_FILL}(?P<mark>{_MARK}|\s{{0,2}})"
    rf"(?:(?P<apart>{_APART_NAME})|(?P<name>{_WECHAT_NAME})){_END}"
)
_WECHAT_NUMBER = re.compile(
    rf"(?:{_WECHAT}){_AFTER_NAME}{_FILL}(?:{_MARK}|\s{{0,2}})(?P<name>[1-9]\d{{5,10}})(?!\d)"
)
_QQ_LINE = re.compile(
    r"(?:(?<![a-z0-9])q\s?q|扣扣|抠抠|企鹅|球球|(?<![a-z])q号|加q)"
    rf"(?:\s?(?:群|号码|号|账号|id|no\.?|number|群号))?{_FILL}(?:{_MARK}|\s{{0,2}})"
    r"(?P<name>[1-9](?:[ .\-]?\d){4,10})(?![\d.,]?\d)(?!\s?(?:元|件|双|cm|mm))"
)
_MOBILE_OF_CHINA = re.compile(r"1[3-9]\d{9}")
_LINES = tuple(
    (
        one,
        re.compile(
            rf"(?P<cue>{one.called}){_AFTER_NAME}(?P<mark>{_MARK}|\s{{1,2}})@?"
            rf"(?P<name>{one.name}){_END}"
        ),
    )
    for one in APPS
)
_HAS_WECHAT = re.compile(_WECHAT)
_HAS_OTHER = re.compile("|".join(one.called for one in APPS))
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = (
    rf"{_apart('wechat')}|we\s?chat|{_apart('weixin')}|wei\s?xin|[微薇威维徽溦v]\s?(?:信|xin|芯|"
    rf"{HEART})"
    r"|加\s?[微薇vq]|\+\s?[微薇v]|\b[vw]\s?x\b|卫星|绿泡泡|绿色软件|q\s?q|扣扣|抠抠|企鹅|球球|q号|"
    r"telegram|tele\sgram"
    r"|电报|飞机|\bline\s?(?:id|号|@|[:\uff1a])|ライン|kakao|카카오톡|카톡|\bskype|\bkik\b|"
    r"snap\s?chat|\binsta(?:gram)?\b|\big\b|facebook"
    r"|\bfb\b|tik\s?tok|weibo|微博|小红书|抖音|快手|discord|\btg(?:\b|[@\s])"
)


def messengers(read: Reading, numbered: Reading) -> Iterator[Found]:
    """Give the names on messengers of a plain reading, and the numbers of one with digits."""
    if _HAS_WECHAT.search(read.text):
        for found in _WECHAT_LINE.finditer(read.text):
            yield from _wechat(found, read)
        yield from _numbers(WECHAT, _WECHAT_NUMBER, numbered)
    yield from _numbers(QQ, _QQ_LINE, numbered)
    if _HAS_OTHER.search(read.text):
        for app, line in _LINES:
            for found in line.finditer(read.text):
                if _is_name(found["name"], found["mark"], needs_mark=app.is_marked):
                    yield _named(app.kind, found, read)


def _wechat(found: re.Match[str], read: Reading) -> Iterator[Found]:
    group = "apart" if found["apart"] else "name"
    value = found[group].replace(found["gap"], "") if found["apart"] else found["name"]
    if _is_name(value, found["mark"], needs_mark=False):
        yield Found(WECHAT, value, *found.span(group), read)


def _numbers(kind: str, line: re.Pattern[str], read: Reading) -> Iterator[Found]:
    """Give the numbers of accounts; a mobile number is a telephone's wherever it stands."""
    for found in line.finditer(read.text):
        value = re.sub(r"\D", "", found["name"])
        if not _MOBILE_OF_CHINA.fullmatch(value):
            yield Found(kind, value, *found.span("name"), read)


def _named(kind: str, found: re.Match[str], read: Reading) -> Found:
    value = found["name"].rstrip(".-_,") or found["name"]
    start = found.start("name")
    return Found(kind, value, start, start + len(value), read)


def _is_name(name: str, mark: str, *, needs_mark: bool) -> bool:
    """Tell whether what stands behind a messenger's name is somebody's, and no word of the text."""
    first = re.split(r"[_.\-]", name)[0]
    if name in _WORDS or first in _WORDS:
        return False
    if mark.strip(" -~\u00b7"):  # a hyphen joins the parts of a style number too
        return True
    return not needs_mark and bool(re.search(r"\d|_", name)) and bool(re.search("[a-z]", name))
