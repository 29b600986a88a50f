"""A brands' catalogue from real data, so that the jobs know whom they work for.

    python -m infra.real.catalogue DATA OUT

The brands are those of the price list (three priced listings or more in a genuine source), their
other names those of the English-Chinese table. A brand has one "product", its whole range, with
the median price of each market for its reference: no more is known of them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import polars as pl
import yaml

from conf.brand import Brand, Catalogue, Price, Product, brands
from conf.currency import currencies
from conf.errors import CountermarkError
from infra.real.data import chinese_names, labels, listing_files, reference_prices

RANGE = "range"  # the key of a brand's one product
MARKETS = {"INR": "IN", "GBP": "GB", "USD": "US", "CNY": "CN"}
_EVERYWHERE = "XX"
COMMON_LISTINGS = 5  # listings of others that a name must stand in to be an everyday word
_TEXTS = dict.fromkeys(("source", "brand_text", "title", "description"), pl.String())
_WORD = re.compile(r"[^\W\d_]+")


def main(arguments: Sequence[str]) -> int:
    """Write the catalogue; 1 if the data is not there."""
    if len(arguments) != 2:  # noqa: PLR2004 - DATA and OUT
        sys.stderr.write("usage: python -m infra.real.catalogue DATA OUT\n")
        return 2
    data, out = Path(arguments[0]), Path(arguments[1])
    try:
        found = catalogue(data)
        write(found, out)
    except CountermarkError as error:
        sys.stderr.write(f"catalogue: {error}\n")
        return 1
    common = sum(one.common_words for one in found)
    chinese = sum(len(one.aliases) > 0 for one in found)
    sys.stdout.write(
        f"{len(found):,} brands of the price list, {chinese} with a Chinese name, "
        f"{common} whose name is an everyday word\n"
    )
    return 0


def catalogue(data: Path) -> tuple[Brand, ...]:
    """Give the brands of the data, by key."""
    listed = reference_prices(data)
    names = distinct(listed["brand"].to_list())
    prices: dict[str, dict[str, Price]] = defaultdict(dict)
    for row in listed.sort("n").iter_rows(named=True):
        if row["currency"] in currencies().usd and row["median"] > 0:
            market = MARKETS.get(row["currency"], _EVERYWHERE)
            price = Price(amount=row["median"], currency=row["currency"])
            prices[row["brand"].strip().casefold()][market] = price
    return build(names, prices, chinese_names(data), everyday_words(data, names))


def build(
    names: Sequence[str],
    prices: Mapping[str, Mapping[str, Price]],
    chinese: Mapping[str, Sequence[str]],
    everyday: frozenset[str],
) -> tuple[Brand, ...]:
    """Give one brand a name; prices, Chinese names and everyday words by the name's small form."""
    used: set[str] = set()
    found = [
        Brand(
            key=_key(name, used),
            name=name,
            industry="unknown",
            country="XX",
            marks=(name,),
            aliases=_free(chinese.get(name.casefold(), ()), names),
            common_words=name.casefold() in everyday,
            products=(
                Product(
                    key=RANGE,
                    name=name,
                    category="whole range",
                    reference_prices=dict(prices.get(name.casefold(), {})),
                ),
            ),
        )
        for name in names
    ]
    return tuple(sorted(found, key=lambda one: one.key))


def distinct(names: Iterable[str]) -> list[str]:
    """Give each name once, whatever its capitals; names without a letter or digit left out."""
    found: dict[str, str] = {}
    for name in names:
        short = " ".join(name.split())
        if sum(letter.isalnum() for letter in short) > 1:
            found.setdefault(short.casefold(), short)
    return [found[small] for small in sorted(found)]


def everyday_words(data: Path, names: Sequence[str]) -> frozenset[str]:
    """Give the names of one word that stand more often in others' listings than in their own."""
    wanted = {name.casefold() for name in names if _WORD.fullmatch(name)}
    genuine = set(labels(data).filter(pl.col("label") == 0)["origin"].to_list())
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for path in listing_files(data):
        for source, brand, *texts in pl.read_ndjson(path, schema=_TEXTS).iter_rows():
            if source in genuine and brand:
                field = brand.casefold()
                words = set(_WORD.findall(" ".join(filter(None, texts)).casefold()))
                for word in words & wanted:
                    (own if word in field else others)[word] += 1
    least = {word: max(COMMON_LISTINGS, own[word] + 1) for word in wanted}
    return frozenset(word for word, count in others.items() if count >= least[word])


def write(found: tuple[Brand, ...], out: Path) -> None:
    """Write the catalogue as YAML and see that it can be read."""
    content = msgspec.to_builtins(Catalogue(found))
    part = out.with_suffix(".part")
    part.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    brands(part)
    part.replace(out)


def _free(aliases: Iterable[str], names: Sequence[str]) -> tuple[str, ...]:
    taken = {name.casefold() for name in names}
    return tuple(dict.fromkeys(one for one in aliases if one.casefold() not in taken))


def _key(name: str, used: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "brand"
    key = next(key for at in range(1, 10_000) if (key := stem + f"_{at}" * (at > 1)) not in used)
    used.add(key)
    return key


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
