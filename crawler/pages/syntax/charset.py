"""From bytes to text: by byte order mark, header, what the page says of itself, then by guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these names as the larger set that pages in truth use (WHATWG Encoding Standard).
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
_BY_LANGUAGE = {
    b"zh-tw": ("big5hkscs",),
    b"zh-hk": ("big5hkscs",),
    b"zh": ("gb18030",),
    b"ja": ("cp932", "euc_jp"),
    b"ko": ("cp949",),
    b"ru": ("cp1251",),
    b"uk": ("cp1251",),
    b"bg": ("cp1251",),
    b"el": ("cp1253",),
    b"tr": ("cp1254",),
    b"he": ("cp1255",),
    b"ar": ("cp1256",),
    b"th": ("cp874",),
    b"cs": ("cp1250",),
    b"pl": ("cp1250",),
    b"hu": ("cp1250",),
}
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IN_PAGE = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rb"<html[^>]{0,400}?\blang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
_WORST_SHARE = 0.05  # of the bytes beyond ASCII; a few broken ones do not make another encoding


def decode(body: bytes, content_type: str | None = None) -> str:
    """Give a body as text; bytes that no encoding explains become U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if body.isascii():
        return body.decode("ascii")
    for name in _candidates(body[:_HEAD_BYTES], content_type):
        try:
            text = body.decode(name)
        except UnicodeError:
            text = body.decode(name, "replace")
        if "\ufffd" not in text:
            return text
        beyond = len(body) - len(body.translate(None, bytes(range(128, 256))))
        if text.count("\ufffd") <= _WORST_SHARE * beyond:
            return text
    return body.decode("cp1252", "replace")


def _candidates(head: bytes, content_type: str | None) -> Iterator[str]:
    said = _IN_HEADER.search(content_type or "")
    if said:
        yield from _known(said[1])
    for match in _IN_PAGE.finditer(head):
        yield from _known((match[1] or match[2]).decode("ascii", "replace"))
    yield "utf-8"
    language = _LANGUAGE.search(head)
    if language:
        code = language[1].lower()
        yield from _BY_LANGUAGE.get(code, _BY_LANGUAGE.get(code.partition(b"-")[0], ()))


def _known(name: str) -> Iterator[str]:
    """Give a named encoding, if it is one for texts."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return
    if found._is_text_encoding:  # noqa: SLF001 - hex, rot13 are none
        yield _LARGER.get(found.name, found.name)
