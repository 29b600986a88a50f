"""What `crawl words` tells: yields and proposals of a site's platforms; a table, or JSON."""

from __future__ import annotations

from typing import TextIO

import msgspec
import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from conf import lexicon, reading
from conf.brand import Brand, Gates, brands
from conf.platform import Platform, platform
from conf.site import Site
from crawler.seeds import search_words
from crawler.words.adopted import adopted
from crawler.words.grams import units
from crawler.words.proposing import Proposal, proposals, titles
from crawler.words.yields import Yield, scored, yields


class Told(msgspec.Struct, frozen=True):
    """What each word found, and which new ones could be searched for."""

    is_scored: bool
    yields: tuple[Yield, ...]
    proposals: tuple[Proposal, ...]


def tell(site: Site, names: tuple[str, ...] = ()) -> Told:
    """Look at what the lake says of some platforms' words, or of all.

    Raises:
        ConfError: a platform or brand is wrong or unknown.
        LakeError: a table cannot be read.

    """
    chosen = [platform(one, site.platforms) for one in names or reading.names(site.platforms)]
    alliance = brands(site.brands)
    lines = {one.key: one.gates.review for one in alliance}
    keys = [one.name for one in chosen]
    scores = scored(site.lake, lines, Gates().review, keys)
    wanted = {
        one.name: search_words(one, site.brands, adopted(site.state, one.name)) for one in chosen
    }
    new: list[Proposal] = []
    if scores is not None:
        for one in chosen:
            new.extend(_proposed(site, one, scores, alliance, wanted[one.name]))
    return Told(scores is not None, tuple(yields(site.lake, scores, wanted)), tuple(new))


def write(told: Told, out: TextIO, *, as_json: bool) -> None:
    """Write it down."""
    if as_json:
        out.write(msgspec.json.encode(told).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    for name in dict.fromkeys(one.platform for one in told.yields):
        console.print(_yields(name, told))
    if not told.is_scored:
        console.print("no listing is scored yet: run `countermark job run listing_scores`")
    elif told.proposals:
        console.print(_proposals(told))
        console.print("`countermark crawl words PLATFORM --adopt WORD` has crawls search for it")
    else:
        console.print("no new word stands out in the titles of suspect listings")


def _proposed(
    site: Site,
    one: Platform,
    scores: pl.DataFrame,
    alliance: tuple[Brand, ...],
    words: tuple[str, ...],
) -> list[Proposal]:
    """Propose words for one platform; what brands are called is known, people are left out."""
    if not one.discovery.searches:
        return []
    shown, sellers = titles(site.lake, scores, one.name)
    names = {name for brand in alliance for name in _names(brand)}
    people = {unit for seller in sellers for unit in units(seller)} - _everyday()
    never = sorted({*people, *lexicon.words("contact")})
    return proposals(one.name, shown, sorted({*words, *names}), never)


def _everyday() -> set[str]:
    """Give the words that sellers use of goods: one in a shop's name leads to no person."""
    groups = set(lexicon.Words.__struct_fields__) - {"contact"}
    return {unit for group in groups for word in lexicon.words(group) for unit in units(word)}


def _names(brand: Brand) -> tuple[str, ...]:
    return (brand.name, *brand.marks, *brand.aliases, *brand.nicknames)


def _yields(name: str, told: Told) -> Table:
    """Give what found listings on one platform: words first, the most telling above."""
    table = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("found by", min_width=15)
    for head in ("listings", "only", "suspect", "flagged", "pages", "a page", "rank", "last"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in told.yields:
        rate = one.suspects_per_request
        counts = (one.listing_count, one.only_count, one.suspect_count, one.red_flag_count)
        if one.platform == name:
            table.add_row(
                one.way if one.word is None else repr(one.word),
                *map(_shown, (*counts, one.request_count)),
                "" if rate is None else f"{rate:.2f}",
                _shown(one.best_rank),
                "" if one.last_found_on is None else f"{one.last_found_on:%d %b}",
            )
    return table


def _proposals(told: Told) -> Table:
    heads = ("platform", "new word", "z", "suspect", "others", "sellers", "share suspect")
    table = Table(*heads, box=box.SIMPLE_HEAD)
    for one in told.proposals:
        counts = (one.suspect_count, one.other_count, one.seller_count)
        share = f"{one.suspect_share:.0%}"
        table.add_row(one.platform, one.word, f"{one.z:.1f}", *map(str, counts), share)
    return table


def _shown(value: object) -> str:
    return "" if value is None else str(value)
