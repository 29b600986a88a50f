"""What title and description show by the lexicons' words and by patterns, in one pass.

Done once when a listing changed, as scores and the sums over a seller's listings need it far more
often than texts change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import ahocorasick_rs
import polars as pl
import pyarrow as pa

from conf import lexicon
from jobs.clean._fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Lexicons = tuple[tuple[str, tuple[str, ...]], ...]  # groups with their words
Words = tuple[ahocorasick_rs.AhoCorasick, list[tuple[str, ...]]]

# Groups of the lexicons that are signs of themselves; the others govern names (jobs/match).
GROUPS = (
    "replica",
    "quality",
    "authentic",
    "wholesale",
    "evasive",
    "contact",
    "payment",
    "customs",
    "packing",
    "used",
    "flaw",
    "receipt",
    "urgency",
)
TRADE = ("replica", "quality", "wholesale", "evasive")
OF_TITLE = ("replica", "quality")
IN_TITLE = "title:"  # before a group that the title itself shows
_MESSENGER_ID = (
    r"(?:whats ?app|wechat|we chat|weixin|telegram|vx|wx|qq|kik|line id|"
    r"微信|薇信|威信|加微|v信|卫星)"
    r"\s*(?:id|no|nr|num|number|号|号码)?"
    "\\s*[:\uff1a@+(]*"  # a colon may be the Chinese one
    r"\s*[a-z0-9_+][a-z0-9_\-+ ]{4}"
)
_PHONE = r"(?:\+|00)[1-9][0-9]{0,2}[ .\-]?(?:\(?[0-9]{2,4}\)?[ .\-]?){2,4}[0-9]{2}"
_AT, _DOT = r"\s?(?:@|\(at\)|\[at\]| at )\s?", r"\s?(?:\.|\(dot\)|\[dot\]| dot )\s?"
_MAIL = rf"[a-z0-9._%+\-]{{2}}{_AT}[a-z0-9\-]{{2,}}{_DOT}[a-z]{{2}}"
_ENDING = r"(?:com|net|shop|ru|cn|top|vip|store|me)\b"
_LINK = rf"https?://|www\.|[a-z0-9\-]{{3}}\s?(?:\.|点|dot )\s?{_ENDING}"
_SIZES = "\\b(?:3[4-9]|s|xs)\\s?(?:-|\u2013|to|至|到|~)\\s?(?:4[0-9]|x{0,3}l)\\b"
PATTERNS = {
    "messenger_id": _MESSENGER_ID,
    "phone_or_mail": f"{_PHONE}|{_MAIL}",
    "link": _LINK,
    "size_run": _SIZES,
}
# What any text with a link holds; begun by its end, a link is found ten times as fast.
_LINK_END = rf"https?://|www\.|(?:\.|点|dot )\s?{_ENDING}"
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BETWEEN = re.compile(r"\W+")
_GAP = r"\W\W+|[^\w ]"  # the same without what is one blank already, in a third of the time


def signs(
    title_folded: pl.Series, description_folded: pl.Series, lexicons: Lexicons
) -> dict[str, pl.Series]:
    """Give the columns `text_signs` and `trade_word_count` of two columns of folded texts.

    Both are null where there is no text at all: such a listing says nothing, not "no".
    """
    texts = pl.DataFrame({"title": title_folded, "description": description_folded})
    spaced = texts.select(
        _spaced("title", "description").alias("all"),
        _spaced("title").str.len_chars().alias("title_length"),
    )
    words = _automaton(lexicons)
    found = [_words(words, text, length) for text, length in spaced.iter_rows()]
    both = texts.select(
        pl.concat_str(pl.col("title", "description").fill_null(""), separator=" | ")
    ).to_series()
    shown = texts.select(
        pl.concat_list(pl.when(_shows(both, name)).then(pl.lit(name)) for name in PATTERNS)
        .list.drop_nulls()
        .alias("patterns"),
        (pl.col("title").is_not_null() | pl.col("description").is_not_null()).alias("is_known"),
    ).with_columns(
        # By way of Arrow: ten times as fast as a series of lists.
        pl.Series("words", pa.array([words for words, _ in found], pa.list_(pa.string()))),
        pl.Series("count", [count for _, count in found], dtype=pl.Int32),
    )
    made = shown.select(
        pl.when("is_known").then(pl.concat_list("words", "patterns")).alias("text_signs"),
        pl.when("is_known").then("count").alias("trade_word_count"),
    )
    return {name: made[name] for name in made.columns}


def lexicons() -> Lexicons:
    """Give the groups with their words in all languages.

    Raises:
        ConfError: a lexicon is wrong.

    """
    return tuple((group, lexicon.words(group)) for group in GROUPS)


def patterns(words: Iterable[str]) -> list[str]:
    """Give words as substrings of spaced text; Chinese words need no spaces around."""
    return sorted({_pattern(word) for word in words} - {"  "})


def _shows(texts: pl.Series, name: str) -> pl.Series:
    """Tell which texts a pattern is found in."""
    if name != "link":
        return texts.str.contains(PATTERNS[name])
    at = texts.str.contains(_LINK_END).arg_true()
    shows = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)  # noqa: FBT003 - a literal
    return shows.scatter(at, texts.gather(at).str.contains(PATTERNS[name]))


def _spaced(*names: str) -> pl.Expr:
    """Give folded texts as words with one space around each; missing texts are empty."""
    parts = [pl.col(name).fill_null("") + pl.lit(" | ") for name in names]
    return pl.concat_str([pl.lit(" "), *parts]).str.replace_all(_GAP, " ")


def _pattern(word: str) -> str:
    plain = _BETWEEN.sub(" ", fold(word).text).strip()
    return plain if _EASTERN.search(plain) else f" {plain} "


def _words(words: Words, text: str, title_length: int) -> tuple[Sequence[str], int]:
    """Give the groups whose words stand in spaced text, and how many words of trade there are."""
    automaton, groups = words
    hits = automaton.find_matches_as_indexes(text, overlapping=True)
    if not hits:
        return (), 0
    said = {(group, which) for which, _, _ in hits for group in groups[which]}
    of_title = {
        IN_TITLE + group
        for which, _, end in hits
        if end <= title_length
        for group in groups[which]
        if group in OF_TITLE
    }
    count = sum(group in TRADE for group, _ in said)
    return sorted({group for group, _ in said} | of_title), count


@cache
def _automaton(lexicons: Lexicons) -> Words:
    """Give what finds every word of every group, and the groups of each."""
    of: dict[str, list[str]] = defaultdict(list)
    for group, words in lexicons:
        for word in patterns(words):
            of[word].append(group)
    # The quickest of its ways; a thousand words take some megabytes of states.
    quick = ahocorasick_rs.Implementation.DFA
    return ahocorasick_rs.AhoCorasick(list(of), implementation=quick), list(map(tuple, of.values()))
