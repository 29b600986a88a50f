from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.syntax.charset import decode

GREETING = "正品手表，包邮。" * 5


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_any_bytes_become_text(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type), str)


@given(st.text(st.characters(codec="utf-8"), max_size=100).filter(lambda t: t[:1] != "\ufeff"))
def test_utf_8_needs_no_word_for_it(text: str) -> None:
    body = text.encode()
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert decode(body) == text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GREETING.encode("gbk"), "text/html; charset=gb2312"),
        (GREETING.encode("gbk"), 'text/html; charset="GBK"'),
        (b'<meta charset="gbk">' + GREETING.encode("gbk"), None),
        (b'<meta charset="gbk">' + GREETING.encode("gbk"), "text/html; charset=utf-8"),
        (b'<html lang="zh-CN">' + GREETING.encode("gbk"), None),
        (b'<?xml version="1.0" encoding="big5"?>' + "手錶".encode("big5"), None),
        ("\ufeff手表".encode(), "text/html; charset=gbk"),
        ("\ufeff手表".encode("utf-16-le"), None),
        ("手表".encode(), "text/html; charset=no-such-thing"),
        ("手表".encode(), "text/html; charset=hex"),
    ],
)
def test_what_headers_and_pages_say_is_tried_against_the_bytes(
    body: bytes, content_type: str | None
) -> None:
    assert decode(body, content_type).endswith(("包邮。", "手表", "手錶"))


def test_latin_1_is_read_as_browsers_do() -> None:
    assert decode("Größe – 5 €".encode("cp1252"), "text/html; charset=iso-8859-1") == "Größe – 5 €"
    assert decode("Größe".encode("cp1252")) == "Größe"


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    body = ("é" * 100).encode() + b"\xff"
    assert decode(body, "text/html; charset=utf-8") == "é" * 100 + "\ufffd"
