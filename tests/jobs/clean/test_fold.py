"""Disguises are undone, honest texts are left alone."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.clean._fold import fold, fold_series
from jobs.clean._language import language_series


@pytest.mark.parametrize(
    ("shown", "folded"),
    [
        ("VЕLОRА runner", "velora runner"),  # Cyrillic inside Latin
        ("ΝΙΚΕ shoes", "nike shoes"),  # Greek capitals beside Latin
        ("𝓥𝓮𝓵𝓸𝓻𝓪", "velora"),
        ("Ⓥⓔⓛⓞⓡⓐ", "velora"),
        ("🇻🇪🇱🇴🇷🇦🇸", "veloras"),
        ("ᴠᴇʟᴏʀᴀ", "velora"),
        ("ＶＥＬＯＲＡ", "velora"),  # full width without any Chinese
        ("Ve\u200blo\u2060ra", "velora"),
        ("Vel\u00adora", "velora"),
        ("\u202earolev\u202c shoe", "velora shoe"),
        ("v\u0308e\u0308l\u0308o\u0308r\u0308a\u0308", "velora"),
        ("V E L O R A a shoe", "velora a shoe"),
        ("v.e.l.o.r.a", "velora"),
        ("V🔥E🔥L🔥O🔥R🔥A", "velora"),
        ("v3l0ra", "velora"),
        ("vveelloorraa", "velora"),
    ],
)
def test_a_disguise_is_undone_and_told(shown: str, folded: str) -> None:
    assert (fold(shown).text, fold(shown).is_disguised) == (folded, True)


@pytest.mark.parametrize(
    ("shown", "folded"),
    [
        ("Velora Runner 42", "velora runner 42"),
        ("Étui pour Vélora™", "etui pour velora "),
        ("İstanbul çanta", "istanbul canta"),
        ("正品（专柜）ＶＥＬＯＲＡ跑鞋", "正品(专柜)velora跑鞋"),
        ("Москва сорок роса", "москва сорок роса"),
        ("shirt S M L XL", "shirt s m l xl"),
        ("style EG2196 19ss x1c", "style eg2196 19ss x1c"),
        ("mp3player 500ml", "mp3player 500ml"),
        ("🇺🇸 seller", "🇺🇸 seller"),
        ("Damenhand\u00adtaschengriff", "damenhandtaschengriff"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("กระเป๋า ของแท้", "กระเป๋า ของแท้"),
    ],
)
def test_an_honest_text_is_no_disguise(shown: str, folded: str) -> None:
    assert (fold(shown).text, fold(shown).is_disguised) == (folded, False)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet="VELORAvelora ._*-13450👟аеоԛ\u200b\u202e\u202c\u0308维洛拉", max_size=40))
def test_folding_twice_is_folding_once_for_sellers_tricks(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_chinese_is_never_changed(text: str) -> None:
    assert (fold(text).text, fold(text).is_disguised) == (text, False)


@given(st.text(alphabet=st.characters(min_codepoint=0x20), max_size=80))
def test_chinese_inside_any_text_stays(text: str) -> None:
    if re.search("[\u202a-\u202e\u2066-\u2069]", text) is None:  # direction marks reorder
        han = re.compile("[\u4e00-\u9fff]")
        assert han.findall(fold(text).text) == han.findall(text)


def test_a_column_keeps_null_and_order() -> None:
    texts, flags = fold_series(pl.Series("title", ["Velora", None, "VЕLОRА"]))
    assert texts.to_list() == ["velora", None, "velora"]
    assert flags.to_list() == [False, False, True]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("New shoes for men, free shipping", "en"),
        ("Neue Schuhe für Herren, Versand kostenlos", "de"),
        ("Chaussures neuves pour homme avec livraison", "fr"),
        ("Zapatos nuevos para hombre, envío gratis", "es"),
        ("Velora 正品跑鞋 专柜", "zh"),
        ("Velora スニーカー 新品", "ja"),
        ("Velora 운동화 새상품", "ko"),
        ("Кроссовки Velora новые", "ru"),
        ("กระเป๋า Velora ของแท้", "th"),
        ("Velora EG2196", None),
        ("", None),
    ],
)
def test_language_shows_by_script_and_words(text: str, code: str | None) -> None:
    assert language_series(pl.Series(["für", text, None])).to_list() == ["de", code, None]


def test_language_of_a_column() -> None:
    assert language_series(pl.Series(["für die Uhr", None])).to_list() == ["de", None]


_LETTERS = (
    "aAbBcCoO01355$! ._-*~|^\u00b7\u2022 éßÖøĐ™®©№"
    "正品専柜ㄱ가カｶ\uff9e（），：ＡＢｃ１０あ。、《"
    "ВЕеоΝΙΚоѕі𝓥Ⓥᴠ🇻🇪🔥❤→★\ufe0f\u200b\u200d\u00ad\u202e\u202c\u0308\u0301"
    "سلامกระเป๋าשלום–—’“”€£½×÷"
)


@given(
    st.lists(
        st.one_of(
            st.text(st.sampled_from(_LETTERS), max_size=25),
            st.text(st.sampled_from("abAB13 .-"), max_size=12),
            st.text(max_size=20),
            st.none(),
        ),
        max_size=8,
    )
)
def test_a_column_folds_as_each_of_its_texts(texts: list[str | None]) -> None:
    folded, is_disguised = fold_series(pl.Series("t", texts, dtype=pl.String))
    each = [None if text is None else fold(text) for text in texts]
    assert folded.to_list() == [one.text if one else None for one in each]
    assert is_disguised.to_list() == [bool(one and one.is_disguised) for one in each]
