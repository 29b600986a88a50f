"""Trade words learned from real listings, and whether they hold on sources not learned from.

    make bench NAME=words DATA=<folder>

English: learned from the sources of one side of the benchmark of listings, looked at on the other.
Chinese: sales texts of replica sellers beside titles of a marketplace, learned from one half of
either, looked at on the other. Here a source has one label, so that words that only tell the source
cannot be told by platform, as `countermark model words` does; that is what the other side shows.
The peer is the plain ratio of shares, without a prior and an interval.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from jobs.clean._fold import fold_series
from ml.words import LEAST_SELLERS, Word, known, measured, uses

SIDES = (
    ("tetramatrix", "flipkart_20k", "flipkart_5k", "amazon_uk_toys", "myntra"),
    ("kallin", "waschdachs", "adidas_nike", "wish"),
)
MOST = 30  # words that are looked at
MOST_ROWS = 4_000  # of a source, by the order of its file
ASKED = ("正品", "专柜", "原版", "复刻", "高仿")
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def listings(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Give seller, text and label of a source's listings."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for at, one in enumerate(map(json.loads, lines)):
            if at == MOST_ROWS:
                return
            text = " | ".join(filter(None, (one["title"], one["description"])))
            yield one["seller_id"] or f"{one['source']}:{at}", text, one["label"] == 1


def titles(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Give the titles of a file with a character and its tag a line; each a seller of its own."""
    parts = path.read_text(encoding="utf-8").split("\n\n")
    for at, part in enumerate(parts[:MOST_ROWS]):
        yield f"title:{at}", "".join(line[:1] for line in part.split("\n")), False


def frame(rows: list[tuple[str, str, bool]]) -> pl.DataFrame:
    """Give texts as `uses` reads them."""
    sellers, texts, labels = zip(*rows, strict=True)
    folded, _ = fold_series(pl.Series("title_folded", texts, pl.String))
    return pl.DataFrame({"seller_key": sellers, "is_counterfeit": labels}).with_columns(
        pl.lit(None, pl.String).alias("listing_key"),
        pl.lit("x").alias("platform"),
        folded.alias("title_folded"),
        pl.lit(None, pl.String).alias("description_folded"),
        pl.lit(DAY).alias("observed_at"),
    )


def holds(words: list[str], elsewhere: Mapping[str, Word]) -> tuple[int, int]:
    """Count words that the other side has often enough to tell, and those that hold there."""
    found = [elsewhere[word] for word in words if word in elsewhere]
    return len(found), sum(one.log_odds > 0 for one in found)


def by_ratio(used: pl.DataFrame) -> list[str]:
    """Give the peer's words: the largest ratio of shares, of phrases that enough sellers use."""
    is_fake = pl.col("is_counterfeit")
    counted = used.group_by("phrase").agg(is_fake.sum().alias("a"), (~is_fake).sum().alias("b"))
    enough = counted.filter(pl.col("a") + pl.col("b") >= LEAST_SELLERS)
    ratio = pl.col("a") / (pl.col("b") + 1e-9)
    return enough.sort(ratio, "phrase", descending=[True, False])["phrase"].head(MOST).to_list()


def compared(
    name: str, taught: pl.DataFrame, other: pl.DataFrame, language: str
) -> dict[str, float]:
    """Learn from one side, print what was found, and count what holds on the other."""
    used = uses(taught)
    group_of = known(language)
    found = sorted(measured(used, language, group_of), key=lambda one: -one.low)
    elsewhere = {one.phrase: one for one in measured(uses(other), language, group_of)}
    ours = [one.phrase for one in found[:MOST]]
    seen, held = holds(ours, elsewhere)
    peer_seen, peer_held = holds(by_ratio(used), elsewhere)
    print(f"{name}: {', '.join(ours)}")
    print(f"  of {MOST}: {seen} seen there often enough, {held} of them hold; ", end="")
    print(f"plain ratio: {peer_seen} seen, {peer_held} hold")
    for one in found:
        if one.phrase in ASKED:
            rank = found.index(one) + 1
            print(
                f"  {one.phrase}: {one.log_odds:+.2f} [{one.low:+.2f}, {one.high:+.2f}], no. {rank}"
            )
    figures = {"seen": seen, "hold": held, "ratio_seen": peer_seen, "ratio_hold": peer_held}
    return {f"{name}_{key}": float(value) for key, value in figures.items()}


def main() -> None:
    """Print what was found, and last one line of JSON."""
    data = Path(sys.argv[1])
    sides = [
        frame([row for name in side for row in listings(data / f"listings/{name}.jsonl.gz")])
        for side in SIDES
    ]
    figures = compared("english_1", sides[0], sides[1], "en")
    figures |= compared("english_2", sides[1], sides[0], "en")
    sales = list(listings(data / "listings/szwego_watches.jsonl.gz"))
    plain = list(titles(data / "text/ecommerce_zh_ner_train.txt"))
    half, other = (frame(sales[at::2] + plain[at::2]) for at in (0, 1))
    figures |= compared("chinese", half, other, "zh")
    print(json.dumps({"bench": "words", "figures": figures, "targets": {}}))


if __name__ == "__main__":
    main()
