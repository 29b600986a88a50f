"""What sellers of counterfeits would do next, done to listings that are known, and scored again.

An attack changes what a listing shows; the facts are then made anew from it by the very code of the
jobs. What a seller's listings tell together stays as it was but for a hijacked account: one listing
changes, not the shop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import NamedTuple

import msgspec
import polars as pl

from conf.brand import brands
from conf.site import Site
from jobs.clean._fold import fold_series
from jobs.clean._signs import Lexicons, lexicons, signs
from jobs.facts import SELLER, group_columns
from jobs.match._decide import Listing, Matcher
from jobs.match.listing_matches import matched
from jobs.reader import Lake

ASKED = 0.95  # of the reference price, by who matches it
_LOOK_ALIKE = str.maketrans("aceiopxyACEHIKMOPTX", "асеіорхуАСЕНІКМОРТХ")  # noqa: RUF001 - on purpose
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_SELLERS = (*(f"seller_{name}" for name in SELLER), *group_columns())
_MATCHED = tuple(name for name in Listing.__struct_fields__ if name != "brand_folded")


class Reread(msgspec.Struct, frozen=True):
    """What is needed to read a changed listing as the jobs read it."""

    matcher: Matcher
    lexicons: Lexicons


class Attack(NamedTuple):
    """One attack: what it does, in words, and to a frame of facts."""

    meaning: str
    change: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]  # fakes, genuine
    is_read_anew: bool


def reread(site: Site) -> Reread | None:
    """Give what reads a changed listing; None where no catalogue was made yet."""
    lake = Lake(site.lake)
    if lake.version("products") is None:
        return None
    known = lake.frame("products", columns=["product_key", "reference_usd"])
    return Reread(Matcher(brands(site.brands), dict(known.iter_rows())), lexicons())


def attacked(
    rows: pl.DataFrame, is_fake: pl.Series, again: Reread | None
) -> Mapping[str, pl.DataFrame]:
    """Give the facts as they would be after each attack; genuine listings stay as they are.

    Args:
        rows: facts, one row a listing.
        is_fake: which of them are known counterfeits.
        again: reads changed texts; without it attacks upon texts are left out.

    """
    fakes, genuine = rows.filter(is_fake), rows.filter(~is_fake)
    found = {}
    for name, one in ATTACKS.items():
        if one.is_read_anew and again is None:
            continue
        changed = one.change(fakes, genuine)
        made = read_anew(changed, again) if one.is_read_anew and again else changed
        found[name] = pl.concat([genuine, made.select(rows.columns)]).sort("listing_key")
    return found


def read_anew(rows: pl.DataFrame, again: Reread) -> pl.DataFrame:
    """Make the facts anew that rest on a listing's texts: folding, signs, match."""
    title, is_title = fold_series(rows["title"])
    description, is_description = fold_series(rows["description"])
    hidden = is_title.fill_null(value=False) | is_description.fill_null(value=False)
    shown = rows.with_columns(
        title.alias("title_folded"),
        description.alias("description_folded"),
        hidden.alias("is_disguised"),
        *(one.alias(name) for name, one in signs(title, description, again.lexicons).items()),
    )
    matches = pl.DataFrame(matched(again.matcher, shown.select(_MATCHED)))
    return shown.drop(set(matches.columns) - {"listing_key", "seller_key"}).join(
        matches.drop("seller_key"), on="listing_key", how="left", maintain_order="left"
    )


def disguised(title: str, name: str | None, key: str) -> str:
    """Give a title with its brand's name written so that a plain search misses it.

    Letters of another script, spaces between, digits for letters, a star, or a hidden character:
    which of them, the key says.
    """
    written = (
        name.translate(_LOOK_ALIKE) if name else "",
        " ".join(name or ""),
        (name or "").translate(_LEET),
        f"{name[:1]}*{name[2:]}" if name else "",
        "\u200b".join(name or ""),
    )
    at = blake2b(key.encode(), digest_size=1).digest()[0] % len(written)
    return title.replace(name, written[at]) if name else title


def _disguise(fakes: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    given = fakes.select(pl.col("title").fill_null(""), "mention_text", "listing_key").iter_rows()
    return fakes.with_columns(pl.Series("title", [disguised(*row) for row in given], pl.String))


def _leave_out(fakes: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    def without(text: str) -> pl.Series:
        # Python's, as Polars replaces no pattern of another length in each row.
        shown = fakes.select(text, "mention_text").iter_rows()
        return pl.Series(
            text, [one and (one.replace(name, "") if name else one) for one, name in shown]
        )

    texts = [without(text).cast(pl.String) for text in ("title", "description")]
    return fakes.with_columns(*texts, pl.lit(None, pl.String).alias("brand_text"))


def _match_price(fakes: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    reference = pl.col("reference_usd")
    factor = ASKED * reference / pl.col("price_usd")
    return fakes.with_columns(
        (pl.col("price_amount") * factor.fill_null(1.0)).alias("price_amount"),
        pl.coalesce(ASKED * reference, "price_usd").alias("price_usd"),
        pl.when(reference.is_not_null() & pl.col("price_usd").is_not_null())
        .then(ASKED)
        .otherwise(pl.col("price_to_reference"))
        .alias("price_to_reference"),
    )


def _hijack(fakes: pl.DataFrame, genuine: pl.DataFrame) -> pl.DataFrame:
    """Sell from the account of the oldest honest seller of the platform."""
    by_age = genuine.sort("seller_since_on", "listing_key", nulls_last=True)
    donors = by_age.select("platform", *_SELLERS).unique("platform", keep="first")
    # donors: one row a platform
    return fakes.drop(_SELLERS).join(donors, on="platform", how="left", maintain_order="left")


def _copy_description(fakes: pl.DataFrame, genuine: pl.DataFrame) -> pl.DataFrame:
    """Show an honest listing's description of the same brand; where there is none, none."""
    known = genuine.filter(pl.col("description").is_not_null()).sort("listing_key")
    donors = known.select("brand", "language", "description").unique(
        ["brand", "language"], keep="first", maintain_order=True
    )
    # donors: one row a brand and language
    return fakes.drop("description").join(
        donors, on=["brand", "language"], how="left", maintain_order="left"
    )


def _plain_title(fakes: pl.DataFrame, genuine: pl.DataFrame) -> pl.DataFrame:
    """Show an honest listing's title of the same brand as well."""
    known = genuine.filter(pl.col("title").is_not_null()).sort("listing_key")
    donors = known.select("brand", "language", pl.col("title").alias("_title")).unique(
        ["brand", "language"], keep="first", maintain_order=True
    )
    # donors: one row a brand and language
    both = _copy_description(fakes, genuine).join(
        donors, on=["brand", "language"], how="left", maintain_order="left"
    )
    return both.with_columns(pl.coalesce("_title", "title").alias("title")).drop("_title")


def _all(fakes: pl.DataFrame, genuine: pl.DataFrame) -> pl.DataFrame:
    return _hijack(_match_price(_plain_title(fakes, genuine), genuine), genuine)


ATTACKS = {
    "disguised name": Attack(
        "the brand's name in the title is written in look-alikes, spaced, starred or with hidden "
        "characters",
        _disguise,
        is_read_anew=True,
    ),
    "name left out": Attack(
        "the brand's name is taken out of title, description and brand field",
        _leave_out,
        is_read_anew=True,
    ),
    "price matched": Attack(
        f"the price is {ASKED:.0%} of the reference price", _match_price, is_read_anew=False
    ),
    "hijacked account": Attack(
        "the offer stands in the account of the platform's oldest honest seller",
        _hijack,
        is_read_anew=False,
    ),
    "copied description": Attack(
        "the description is that of an honest listing of the brand",
        _copy_description,
        is_read_anew=True,
    ),
    "copied texts": Attack(
        "title and description are those of honest listings of the brand",
        _plain_title,
        is_read_anew=True,
    ),
    "all of these": Attack(
        "copied texts, matched price and a hijacked account at once", _all, is_read_anew=True
    ),
}
