"""An identifier is found in every usual spelling, and in no longer word."""

from __future__ import annotations

import html
import json
import unicodedata
from urllib.parse import quote, quote_plus

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.errors import ConfError
from jobs.erasure import octets
from jobs.erasure.identifier import canonical, identifier, replaced

NAME = identifier("Anna Müster", "erased-1")
PHONE = identifier("+86 138 0013-8000", "erased-2")
MAIL = identifier("anna@x.example", "erased-3")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("by Anna Müster, Bern", "by erased-1, Bern"),
        ("ANNA \n MÜSTER", "erased-1"),
        ("Anna Mu\u0308ster", "erased-1"),
        ("Ａｎｎａ　Ｍüｓｔｅｒ!", "erased-1!"),
        ("q=Anna+M%C3%BCster&p=1", "q=erased-1&p=1"),
        ("Anna&nbsp;M&uuml;ster", "erased-1"),
        ("Anna M&#252;ster", "erased-1"),
        ('{"n": "Anna M\\u00fcster"}', '{"n": "erased-1"}'),
        ('{"n": "a\\nAnna M\\u00fcster"}', '{"n": "a\\nerased-1"}'),
        ("Anna%20M%25C3%25BCster", "erased-1"),  # escaped twice
        ("<b>Anna</b> <i>Müster</i>", "<b>erased-1</i>"),
        ("by anna muster", "by erased-1"),  # as silver has it
        ("A\u200bnna M\u00fcster now", "erased-1 now"),
        ('{"n": "x A\\u200bnna M\\u00fcster"}', '{"n": "x erased-1"}'),
        (
            '{"half": "\\ud83d", "n": "x A\\u200bnna Muster"}',
            '{"half": "\\ud83d", "n": "x erased-1"}',
        ),
    ],
)
def test_a_name_in_its_spellings(text: str, after: str) -> None:
    assert NAME.holds(text)
    assert NAME.replaced(text) == after
    assert NAME.mask(pl.Series([text, None])).to_list() == [True, False]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("+8613800138000", "erased-2"),
        ("tel: 0086 138 0013 8000.", "tel: erased-2."),
        ("86-138-0013-8000", "erased-2"),
        ("８６１３８００１３８０００", "erased-2"),
        ("tel:%2B86%20138%200013%208000", "tel:erased-2"),
        ('{"phone":8613800138000,"n":1}', '{"phone": "erased-2", "n": 1}'),  # JSON stays JSON
    ],
)
def test_a_phone_in_its_spellings(text: str, after: str) -> None:
    assert PHONE.replaced(text) == after
    assert PHONE.mask(pl.Series([text])).to_list() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Annabelle Müster",
        "Johanna Müster",
        "Anna Müsterin",
        "Anna",
        "j.anna@x.example",
        "hanna@x.example",
        "anna@x.examples",
        "18613800138000",
        "86138001380001",
        "86 138 0013 800",
    ],
)
def test_near_misses(text: str) -> None:
    assert replaced(text, [NAME, PHONE, MAIL]) == text


def test_names_of_scripts_without_blanks() -> None:
    assert identifier("王小明", "T").replaced("卖家王小明的店") == "卖家T的店"
    assert identifier("wx_anna88", "T").replaced("微信wx_anna88咨询") == "微信T咨询"
    assert not identifier("홍길도가").holds("홍길도각")


def test_the_longest_goes_first() -> None:
    both = [identifier("anna", "A"), identifier("anna@x.example", "B")]
    assert replaced("anna@x.example or Anna", both) == "B or A"


@pytest.mark.parametrize("text", ["", "abc", " a b ", "----", "王", "erased", "é%\u200b"])
def test_what_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(ConfError, match="identifier"):
        identifier(text)


def test_one_identifier_has_one_hash_however_it_is_given() -> None:
    assert canonical("+86 138-0013 8000") == canonical("８６１３８００１３８０００")
    assert canonical(" ANNA  Müster") == canonical("Anna Mu\u0308ster")


def test_a_handle_that_would_fold_to_a_word_is_no_word() -> None:
    assert not identifier("g01d").holds("a gold watch")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1252", "gb18030"])
def test_bytes_of_a_page(encoding: str) -> None:
    page = "<p>von Anna M\u00fcster</p>" if encoding != "gb18030" else "<p>卖家王小明</p>"
    one = NAME if encoding != "gb18030" else identifier("王小明")
    assert octets.count(page.encode(encoding), [one]) == 1
    assert not octets.holds("<p>Annabelle</p>".encode(encoding), [one])


words = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=4, max_size=12)
spellings = st.sampled_from(
    [
        str,
        str.upper,
        quote,
        quote_plus,
        json.dumps,
        html.escape,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFC", text),
        lambda text: "".join(f"&#{ord(sign)};" for sign in text),
        lambda text: quote(json.dumps(text)),
    ]
)


@given(words, spellings, st.sampled_from(["{}", "see {}.", "({})", "name={}&x", '["{}"]']))
def test_any_word_is_found_and_gone(word: str, spelled: object, around: str) -> None:
    one = identifier(word, "T-1")
    text = around.format(spelled(word))  # type: ignore[operator]
    if len(spelled(word)) != len(word) and spelled is str.upper:  # type: ignore[operator, comparison-overlap]
        return  # ß is SS in capitals
    assert one.holds(text)
    assert one.mask(pl.Series([text]))[0]
    assert not one.holds(one.replaced(text))


@given(st.text("kmpt8", min_size=4, max_size=9), st.text("xyz", max_size=3))
def test_inside_a_longer_word_it_stays(word: str, more: str) -> None:
    one = identifier(f"q{word}", "T-1")
    for text in (f"{more}vq{word}", f"q{word}w{more}", f"a_q{word}_b {more}"):
        assert one.replaced(text) == text


@given(st.lists(st.sampled_from("0123456789"), min_size=8, max_size=15), st.data())
def test_any_phone_with_separators(digits: list[str], data: st.DataObject) -> None:
    one = identifier("".join(digits), "T-1")
    between = st.text("-. /()", max_size=3)
    text = "".join(digit + data.draw(between) for digit in digits)
    assert one.holds(f"call {text}")
    assert not one.holds(one.replaced(f"call {text}"))


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("by Anna Müster"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.lists(documents, min_size=1), st.booleans())
def test_json_stays_json(document: list[object], is_ascii: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps([*document, "Anna Müster", 8613800138000], ensure_ascii=is_ascii)
    after = json.loads(replaced(text, [NAME, PHONE]))
    assert after[-2:] == ["erased-1", "erased-2"]
    assert len(after) == len(document) + 2


@given(st.text(max_size=200))
def test_a_text_that_does_not_hold_it_stays(text: str) -> None:
    one = identifier("Zaphod Beeblebrox", "T-1")
    assert one.holds(text) or one.replaced(text) == text
