"""Candidates of a listing among very many products: ours beside TF-IDF and token sets.

    python infra/bench/blocking.py [--products 100000] [--brands 1000] [--listings 20000]

On a made catalogue and made listings (infra/bench/catalogue_world.py), all branded and nine of ten
without a brand. The brand is known to each way; whether it is found is another matter. Told are
whether the true product is among ten candidates, how many there are, and listings a CPU second;
the peers look among the brand's own products only, as ours does: cosine of words and letters by
scikit-learn, its matrix made once, and RapidFuzz's token_set_ratio. Rounds are interleaved. Last,
how right the product told is, by the weights of conf/weights.yaml and with their chances.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer

from infra.bench.catalogue_world import Made, Shown, catalogue, listings
from jobs.clean._fold import fold
from jobs.match._catalogue import MOST
from jobs.match._products import Clues, Products
from ml import figures

ROUNDS, PEER_LISTINGS = 3, 2000
A_DAY = 10_000_000
TARGETS = {"recall": ">= 0.97", "candidates": "<= 10"}

Found = Callable[[str, Clues], Sequence[str]]


def clues_of(one: Shown, products: Products) -> Clues:
    """Give what jobs would read of a listing."""
    by_gtin = products.by_gtin.get((one.gtin or "").zfill(14))
    return Clues(
        title=fold(one.title).text,
        mpn=fold(one.mpn).text if one.mpn else "",
        by_gtin=by_gtin,
        price_usd=one.price_usd,
    )


def by_tfidf(made: Made) -> Found:
    """Give the peer that compares words and letters of all the brand's products."""
    names = {
        brand.key: [f"{one.name} {one.mpn}".lower() for one in brand.products]
        for brand in made.brands
    }
    keys = {
        brand.key: [f"{brand.key}/{one.key}" for one in brand.products] for brand in made.brands
    }
    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    model.fit([text for texts in names.values() for text in texts])
    rows = {key: model.transform(texts) for key, texts in names.items()}

    def find(brand: str, clues: Clues) -> Sequence[str]:
        like = (rows[brand] @ model.transform([f"{clues.title} {clues.mpn}"]).T).toarray().ravel()
        return [keys[brand][at] for at in np.argsort(-like)[:MOST]]

    return find


def by_tokens(made: Made) -> Found:
    """Give the peer that compares sets of words."""
    names = {
        brand.key: {
            f"{brand.key}/{one.key}": f"{one.name} {one.mpn}".lower() for one in brand.products
        }
        for brand in made.brands
    }

    def find(brand: str, clues: Clues) -> Sequence[str]:
        text = f"{clues.title} {clues.mpn}"
        found = process.extract(text, names[brand], scorer=fuzz.token_set_ratio, limit=MOST)
        return [key for _, _, key in found]

    return find


def seconds(find: Found, asked: Sequence[tuple[str, Clues]]) -> float:
    """Give CPU seconds that all of them take."""
    begun = time.process_time()
    for brand, clues in asked:
        find(brand, clues)
    return time.process_time() - begun


def _recall(find: Found, shown: Sequence[Shown], asked: Sequence[tuple[str, Clues]]) -> float:
    rows = zip(shown, asked, strict=True)
    return float(np.mean([one.product_key in find(*ask) for one, ask in rows if one.product_key]))


def measured(made: Made, products: Products, count: int) -> dict[str, float]:
    """Measure all ways on branded listings, and ours with nine of ten of no brand."""
    shown = list(listings(made, count, 0.0, 5))
    asked = [(one.brand or "", clues_of(one, products)) for one in shown]

    def ours(brand: str, clues: Clues) -> Sequence[str]:
        return products.choice(brand, clues).keys

    recall = _recall(ours, shown, asked)
    sizes = [len(ours(*ask)) for ask in asked]
    few, known = asked[:PEER_LISTINGS], shown[:PEER_LISTINGS]
    ways = {"ours": ours, "tfidf": by_tfidf(made), "tokens": by_tokens(made)}
    spent = dict.fromkeys(ways, 1e9)
    for _ in range(ROUNDS):
        for name, find in ways.items():
            spent[name] = min(spent[name], seconds(find, few))
    found = {f"{name}_per_cpu_s": round(len(few) / took) for name, took in spent.items()}
    mixed = list(listings(made, count, 0.9, 6))
    branded = [(one.brand, clues_of(one, products)) for one in mixed if one.brand]
    in_life = seconds(ours, branded) / len(mixed)
    return {
        "recall": recall,
        "tfidf_recall": _recall(ways["tfidf"], known, few),
        "tokens_recall": _recall(ways["tokens"], known, few),
        "candidates": float(np.mean(sizes)),
        **found,
        "ours_to_tfidf": found["ours_per_cpu_s"] / found["tfidf_per_cpu_s"],
        "ours_to_tokens": found["ours_per_cpu_s"] / found["tokens_per_cpu_s"],
        "branded_10m_minutes": A_DAY * spent["ours"] / len(few) / 2 / 60,
        "in_life_10m_minutes": A_DAY * in_life / 2 / 60,
        **_told(products, shown, asked),
    }


def _told(
    products: Products, shown: Sequence[Shown], asked: Sequence[tuple[str, Clues]]
) -> dict[str, float]:
    """Tell how right the product told is; the brand is known."""
    answers = [products.answer(*ask) for ask in asked]
    pairs = list(zip(shown, answers, strict=True))
    right = np.array(
        [bool(a.product_key) and a.product_key == one.product_key for one, a in pairs], dtype=float
    )
    is_told = np.array([a.product_key is not None for _, a in pairs])
    chance = np.array([a.chance for _, a in pairs])[is_told]
    return {
        "product_precision": float(right[is_told].mean()),
        "product_recall": float(right.sum() / sum(one.product_key is not None for one in shown)),
        "calibration_error": figures.calibration_error(
            chance, right[is_told], np.ones(int(is_told.sum()))
        ),
    }


def main() -> None:
    """Measure; figures as JSON, last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--brands", type=int, default=1000)
    parser.add_argument("--listings", type=int, default=20_000)
    given = parser.parse_args()
    made = catalogue(given.products, given.brands, 4)
    before, begun = _mib(), time.process_time()
    products = Products(made.brands, made.reference_usd)
    for brand in made.brands:
        products.catalogue.shelf(brand.key)
    found = {
        "build_s": time.process_time() - begun,
        "index_mib": _mib() - before,
        **measured(made, products, given.listings),
    }
    for name, value in found.items():
        sys.stdout.write(f"{name:<24}{value:>14,.3f}\n")
    rounded = {name: round(value, 3) for name, value in found.items()}
    sys.stdout.write(
        json.dumps({"bench": "blocking", "figures": rounded, "targets": TARGETS}) + "\n"
    )


def _mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
