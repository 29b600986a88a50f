"""Say which brand and product a title would be matched to, without a crawl or a lake.

python -m infra.title "TITLE" ["TITLE" …]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import polars as pl

from conf.brand import Brand, brands
from conf.currency import currencies
from conf.errors import CountermarkError
from conf.site import site
from jobs.clean._fold import fold_series
from jobs.match._decide import Listing, Match, Matcher
from jobs.match.products import product_rows


def matches(alliance: tuple[Brand, ...], titles: list[str]) -> Iterator[Match]:
    """Match listings of which only the title is known."""
    rows = product_rows(alliance, currencies())
    matcher = Matcher(alliance, {row["product_key"]: row["reference_usd"] for row in rows})
    folded, is_disguised = fold_series(pl.Series(titles))
    for title, text, flag in zip(titles, folded, is_disguised, strict=True):
        yield matcher.match(
            Listing(listing_key=title, title=title, title_folded=text, is_disguised=bool(flag))
        )


def line(match: Match) -> str:
    """Say in one line what a title was matched to."""
    if match.brand is None:
        return f"{match.listing_key}: no brand of the alliance"
    disguise = ", disguised" if match.is_mention_disguised else ""
    shown = f" as {match.mention_text!r}{disguise}" if match.mention_text else ""
    product = match.product_key or "no product"
    return (
        f"{match.listing_key}: {match.brand} by {match.brand_source}{shown}; {product}; "
        f"{match.claim}"
    )


def main() -> int:
    """Print a line for each title."""
    parser = argparse.ArgumentParser(prog="python -m infra.title", description=__doc__)
    parser.add_argument("titles", nargs="+", help="titles as a seller would write them")
    try:
        for match in matches(brands(site().brands), parser.parse_args().titles):
            sys.stdout.write(line(match) + "\n")
    except CountermarkError as error:
        sys.stderr.write(f"title: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
