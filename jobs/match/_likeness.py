"""How like two offers are, as numbers that a model weighs: one row a pair, in a fixed order.

What tells two products of one maker apart is not how much of their texts is the same but which
rare word, style number or amount is not. So each view of the texts tells what is shared and what
is left over on either side, weighed by how rare it is in the whole pool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, nan

import msgspec
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein

from jobs.match._offer import Offer

Values = dict[str, float]
_LONGEST = 400  # characters of a text that are compared by spelling
_MOST_PAIRS = 400  # of style numbers that are compared by spelling
_ALIKE = 0.85  # spelling of two words that are taken for one


class Rarity(msgspec.Struct, frozen=True):
    """How much a word tells: the logarithm of one over the share of texts that have it."""

    of_word: Mapping[str, float]
    of_unknown: float

    def __call__(self, word: str) -> float:
        """Give that of a word."""
        return self.of_word.get(word, self.of_unknown)

    def sum(self, words: Iterable[str]) -> float:
        """Give that of some words together."""
        return sum(map(self, words))

    def most(self, words: Iterable[str]) -> float:
        """Give that of the rarest; 0 without one."""
        return max(map(self, words), default=0.0)


def rarity(offers: Iterable[Offer]) -> Rarity:
    """Count words in a pool of offers."""
    texts = [one.of_all.words for one in offers]
    count = Counter(word for words in texts for word in words)
    size = len(texts) + 1
    return Rarity({word: log(size / (many + 0.5)) for word, many in count.items()}, log(size))


def likeness(one: Offer, other: Offer, rare: Rarity) -> Values:
    """Give every measure of a pair; one that cannot be told is not a number."""
    a, b = one.of_title, one.of_all
    c, d = other.of_title, other.of_all
    return {
        **_words("title", a.words, c.words, rare),
        **_words("text", b.words, d.words, rare),
        **_words("title_text", a.words, d.words, rare),
        **_words("text_title", b.words, c.words, rare),
        **_codes("title", a.codes, c.codes, rare),
        **_codes("text", b.codes, d.codes, rare),
        **_numbers(one, other),
        **_shares("title_number", a.numbers, c.numbers),
        **_shares("text_number", b.numbers, d.numbers),
        **_shares("title_amount", a.amounts, c.amounts),
        **_shares("text_amount", b.amounts, d.amounts),
        **_price(one.said.price, other.said.price),
        **_spelling(one, other),
        **_brand(one, other),
        **_lengths(one, other),
        "soft_title": _soft(a.words, c.words, rare),
        "soft_title_back": _soft(c.words, a.words, rare),
    }


def _words(name: str, ours: frozenset[str], theirs: frozenset[str], rare: Rarity) -> Values:
    """Tell what two sets of words share and what each has besides."""
    shared, left, right = ours & theirs, ours - theirs, theirs - ours
    weight, of_left, of_right = rare.sum(shared), rare.sum(left), rare.sum(right)
    return {
        f"{name}_shared": len(shared),
        f"{name}_shared_weight": weight,
        f"{name}_of_ours": _over(weight, weight + of_left),
        f"{name}_of_theirs": _over(weight, weight + of_right),
        f"{name}_of_both": _over(weight, weight + of_left + of_right),
        f"{name}_jaccard": _over(len(shared), len(ours | theirs)),
        f"{name}_rarest_shared": rare.most(shared),
        f"{name}_rarest_ours": rare.most(left),
        f"{name}_rarest_theirs": rare.most(right),
        f"{name}_ours_weight": of_left,
        f"{name}_theirs_weight": of_right,
    }


def _codes(name: str, ours: frozenset[str], theirs: frozenset[str], rare: Rarity) -> Values:
    """Tell how the style numbers of two texts stand to each other."""
    shared, left, right = ours & theirs, ours - theirs, theirs - ours
    near = -1.0
    if left and right and len(left) * len(right) <= _MOST_PAIRS:
        near = max(Levenshtein.normalized_similarity(x, y) for x in left for y in right)
    within = 0
    if len(ours) * len(theirs) <= _MOST_PAIRS:
        within = max(
            (min(len(x), len(y)) for x in ours for y in theirs if x in y or y in x), default=0
        )
    return {
        f"{name}_code_shared": len(shared),
        f"{name}_code_ours": len(left),
        f"{name}_code_theirs": len(right),
        f"{name}_code_weight": rare.sum(shared),
        f"{name}_code_differs": bool(ours and theirs and not shared),
        f"{name}_code_near": near,
        f"{name}_code_within": within,
        f"{name}_code_longest": max(map(len, shared), default=0),
    }


def _numbers(one: Offer, other: Offer) -> Values:
    """Tell whether a style number of one stands anywhere in the other."""
    both = bool(one.number and other.number)
    return {
        "code_in_theirs": max((len(x) for x in one.of_all.codes if x in other.bare), default=0),
        "code_in_ours": max((len(x) for x in other.of_all.codes if x in one.bare), default=0),
        "number_in_theirs": bool(one.number) and one.number in other.bare,
        "number_in_ours": bool(other.number) and other.number in one.bare,
        "number_alike": JaroWinkler.similarity(one.number, other.number) if both else nan,
    }


def _shares(name: str, ours: frozenset[object], theirs: frozenset[object]) -> Values:
    shared = len(ours & theirs)
    return {
        f"{name}_shared": shared,
        f"{name}_ours": len(ours) - shared,
        f"{name}_theirs": len(theirs) - shared,
        f"{name}_jaccard": _over(shared, len(ours | theirs)),
    }


def _price(ours: float | None, theirs: float | None) -> Values:
    """Tell how far prices are apart; whether they are given tells of the source, not the thing."""
    # Logarithms apart: a quotient may be too small for a number.
    ratio = log(ours) - log(theirs) if ours and theirs else nan
    return {"price_ratio": ratio, "price_apart": abs(ratio)}


def _spelling(one: Offer, other: Offer) -> Values:
    ours, theirs = one.said.title, other.said.title
    text, other_text = one.text[:_LONGEST], other.text[:_LONGEST]
    said, other_said = one.said.description, other.said.description
    return {
        "title_ratio": fuzz.ratio(ours, theirs),
        "title_partial": fuzz.partial_ratio(ours, theirs),
        "title_sorted": fuzz.token_sort_ratio(ours, theirs),
        "title_set": fuzz.token_set_ratio(ours, theirs),
        "title_sorted_partial": fuzz.partial_token_sort_ratio(ours, theirs),
        "title_jaro": JaroWinkler.similarity(ours, theirs),
        "title_bare": fuzz.ratio("".join(one.title_words), "".join(other.title_words)),
        "text_ratio": fuzz.ratio(text, other_text),
        "text_sorted": fuzz.token_sort_ratio(text, other_text),
        "text_set": fuzz.token_set_ratio(text, other_text),
        "text_partial": fuzz.partial_ratio(text, other_text),
        "description_set": fuzz.token_set_ratio(said, other_said) if said and other_said else nan,
        "description_title": fuzz.token_set_ratio(said, theirs) if said else nan,
        "title_description": fuzz.token_set_ratio(ours, other_said) if other_said else nan,
    }


def _brand(one: Offer, other: Offer) -> Values:
    ours, theirs = one.said.brand, other.said.brand
    kind, other_kind = one.said.category, other.said.category
    return {
        "brand_alike": fuzz.ratio(ours, theirs) if ours and theirs else nan,
        "brand_in_theirs": ours in other.text if ours else nan,
        "brand_in_ours": theirs in one.text if theirs else nan,
        "first_word_same": one.title_words[:1] == other.title_words[:1],
        "category_alike": fuzz.token_set_ratio(kind, other_kind) if kind and other_kind else nan,
    }


def _lengths(one: Offer, other: Offer) -> Values:
    title, other_title = len(one.title_words), len(other.title_words)
    return {
        "title_words_ours": title,
        "title_words_theirs": other_title,
        "title_words_apart": abs(title - other_title),
        "text_words_ours": len(one.words),
        "text_words_theirs": len(other.words),
    }


def _soft(ours: frozenset[str], theirs: frozenset[str], rare: Rarity) -> float:
    """Give the share of our words, by weight, that they have in about the same spelling.

    Monge and Elkan's measure with Jaro and Winkler's inside, weighed by rarity (Cohen, Ravikumar
    and Fienberg 2003: SoftTFIDF).
    """
    found = total = 0.0
    for word in ours:
        weight = rare(word)
        total += weight
        if word in theirs:
            found += weight
            continue
        like = max((JaroWinkler.similarity(word, other) for other in theirs), default=0.0)
        found += weight * like if like > _ALIKE else 0.0
    return _over(found, total)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
