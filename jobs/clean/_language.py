"""Tell the language of a text by its script, and for Latin script by its commonest words."""

# ruff: noqa: RUF001 - Turkish has a letter that looks like i

from __future__ import annotations

import re

import polars as pl

from jobs.clean._letters import ACCENTED

_READ = 400  # characters; a longer text says no more about its language
_SCRIPTS = (  # the first script that makes up a share of the letters decides
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\u1100-\u11ff\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_SCRIPT_SHARE = 0.2  # brand names stay Latin in every language
_UKRAINIAN = re.compile("[\u0456\u0457\u0454\u0491]")
_WORD = re.compile(r"[^\W\d_]+")
# Function words, and words that titles of shops are made of.
_WORDS = {
    "en": "the and for with of in to is are this your you from by on not no all new size men "
    "mens women womens watch shoes bag black white free shipping brand used box case "
    "leather original",
    "de": "der die das und mit für ein eine ist nicht von zu im auf neu größe gr herren damen "
    "uhr schuhe tasche schwarz weiß versand ohne sehr gut leder hülle original wie "
    "kostenlos",
    "fr": "le la les et avec pour un une des du de est pas sur dans neuf neuve taille homme "
    "femme montre chaussures sac noir noire blanc livraison gratuite sans très cuir état "
    "housse",
    "es": "el la los las y con para un una de del es no en por nuevo nueva talla hombre mujer "
    "reloj zapatos zapatillas bolso negro negra blanco envío envio gratis sin muy cuero "
    "funda",
    "it": "il lo la gli le e con per un una di del della è non in nuovo nuova taglia uomo donna "
    "orologio scarpe borsa nero nera bianco spedizione gratis senza molto pelle custodia",
    "pt": "o a os as e com para um uma de do da é não em por novo nova tamanho homem mulher "
    "relógio sapatos tênis bolsa preto preta branco frete grátis sem muito couro capa "
    "masculino feminino",
    "nl": "de het een en met voor van is niet op in nieuw nieuwe maat heren dames horloge "
    "schoenen tas zwart wit gratis verzending zonder zeer goed leer hoesje origineel",
    "pl": "i z w na do dla jest nie nowy nowa nowe rozmiar męski damski męskie damskie zegarek "
    "buty torebka czarny czarna biały wysyłka bez bardzo skóra etui oryginalny",
    "tr": "ve ile için bir bu değil yeni beden erkek kadın saat ayakkabı çanta siyah beyaz "
    "ücretsiz kargo çok deri kılıf orijinal numara",
    "sv": "och med för en ett är inte på ny nya storlek herr dam klocka skor väska svart vit "
    "frakt utan mycket läder",
    "id": "dan dengan untuk yang ini tidak baru ukuran pria wanita jam tangan sepatu tas hitam "
    "putih gratis ongkir kulit original",
    "vi": "và với cho của là không mới size nam nữ đồng hồ giày túi đen trắng miễn phí da chính "
    "hãng",
}
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _code, _words in _WORDS.items():
    for _word in {word.translate(ACCENTED) for word in _words.split() if len(word) > 1}:
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _code)


def language(text: str) -> str | None:
    """Give the ISO 639-1 code of a text's language; None when it does not show.

    Takes the folded text as well as the shown one, and rather: a disguise is no script.
    """
    read = text[:_READ]
    if not read.isascii() and (found := _by_script(read)):
        return found
    return _by_words(read)


def language_series(texts: pl.Series) -> pl.Series:
    """Give the ISO 639-1 code of each text; null when it does not show."""
    codes = [None if text is None else language(text) for text in texts]
    return pl.Series(texts.name, codes, dtype=pl.String)


def _by_script(text: str) -> str | None:
    letters = sum(map(str.isalpha, text))
    for code, script in _SCRIPTS:
        if len(script.findall(text)) > _SCRIPT_SHARE * max(letters, 1):
            is_ukrainian = code == "ru" and _UKRAINIAN.search(text)
            return "uk" if is_ukrainian else code
    return None


def _by_words(text: str) -> str | None:
    """Give the language of most known words; a word of several languages counts a part for each."""
    votes: dict[str, float] = {}
    for word in _WORD.findall(text.lower().translate(ACCENTED)):
        codes = _LANGUAGES.get(word, ())
        for code in codes:
            votes[code] = votes.get(code, 0.0) + 1 / len(codes)
    if not votes:
        return None
    best, second = [*sorted(votes, key=lambda code: (-votes[code], code)), ""][:2]
    return best if votes[best] > votes.get(second, 0.0) else None
