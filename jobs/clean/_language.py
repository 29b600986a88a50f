"""Tell the language of a text by its script, and for Latin script by its commonest words.

Takes the folded text as well as the shown one, and rather: a disguise is no script.
"""

# ruff: noqa: RUF001 - Turkish has a letter that looks like i

from __future__ import annotations

import polars as pl

from jobs.clean._letters import ACCENTED

_READ = 400  # characters; a longer text says no more about its language
# The first script that makes up a share of the letters decides.
_SCRIPTS = {
    "ja": "[\u3040-\u30ff]",
    "ko": "[\u1100-\u11ff\uac00-\ud7af]",
    "zh": "[\u3400-\u9fff]",
    "th": "[\u0e00-\u0e7f]",
    "ar": "[\u0600-\u06ff]",
    "he": "[\u0590-\u05ff]",
    "el": "[\u0370-\u03ff]",
    "hi": "[\u0900-\u097f]",
    "ru": "[\u0400-\u04ff]",
}
_ANY_SCRIPT = "|".join(_SCRIPTS.values())
_SCRIPT_SHARE = 0.2  # brand names stay Latin in every language
_UKRAINIAN = "[\u0456\u0457\u0454\u0491]"
_WORD = r"[^\W\d_]+"
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
_ALL = 27_720  # divisible by every number up to 12, so that parts of it add up exactly


def _votes() -> pl.DataFrame:
    """Give each known word's vote for each of its languages."""
    known: dict[str, list[str]] = {}
    for code, words in _WORDS.items():
        for word in {word.translate(ACCENTED) for word in words.split() if len(word) > 1}:
            known.setdefault(word, []).append(code)
    rows = [(word, code, _ALL // len(codes)) for word, codes in known.items() for code in codes]
    return pl.DataFrame(rows, schema=["word", "code", "vote"], orient="row")


_VOTES = _votes()
_ACCENTED = {chr(code): letters for code, letters in ACCENTED.items()}


def language_series(texts: pl.Series) -> pl.Series:
    """Give the ISO 639-1 code of each text's language; null when it does not show."""
    read = texts.to_frame("text").select(pl.col("text").str.slice(0, _READ)).with_row_index("row")
    by_script = _by_script(read.filter(pl.col("text").str.contains(_ANY_SCRIPT)))
    by_words = _by_words(read.join(by_script, on="row", how="anti"))
    found = pl.concat([by_script, by_words])
    codes = read.join(found, on="row", how="left", maintain_order="left")["code"]
    return codes.alias(texts.name)


def _by_script(texts: pl.DataFrame) -> pl.DataFrame:
    """Give row and code of those that a script tells."""
    text = pl.col("text").str
    script = pl.coalesce(
        pl.when(text.count_matches(letter) > _SCRIPT_SHARE * pl.col("letters")).then(pl.lit(code))
        for code, letter in _SCRIPTS.items()
    )
    is_ukrainian = (pl.col("code") == "ru") & text.contains(_UKRAINIAN)
    # One after the other, as an expression that stands twice is computed twice.
    return (
        texts.with_columns(text.count_matches(r"\p{L}").clip(lower_bound=1).alias("letters"))
        .with_columns(script.alias("code"))
        .select("row", pl.when(is_ukrainian).then(pl.lit("uk")).otherwise("code").alias("code"))
        .drop_nulls()
    )


def _by_words(texts: pl.DataFrame) -> pl.DataFrame:
    """Give row and language of most known words; a word of several counts a part for each."""
    plain = pl.col("text").str.to_lowercase().str.replace_many([*_ACCENTED], [*_ACCENTED.values()])
    words = texts.select("row", plain.str.extract_all(_WORD).alias("word")).explode("word")
    counted = words.join(_VOTES, on="word").group_by("row", "code").agg(pl.col("vote").sum())
    best = counted.sort("row", "vote", "code", descending=[False, True, False]).group_by(
        "row", maintain_order=True
    )
    # Two languages with as many votes tell of neither.
    first_two = best.agg(pl.col("code").first(), pl.col("vote").head(2))
    is_clear = (pl.col("vote").list.len() == 1) | (
        pl.col("vote").list.first() > pl.col("vote").list.last()
    )
    return first_two.filter(is_clear).select("row", "code")
