"""What a seller's texts, prices and days leave behind: values that another seller may share.

None of it names a person. Whether sharing a value says anything, how many share it tells.
"""

from __future__ import annotations

import polars as pl

from jobs.buckets import numbers
from jobs.features._grouping import times

MOST = 300  # values of a kind that are kept of a seller, those of the most listings
LEAST_SENTENCE, LEAST_TEXT = 12, 24  # letters and signs; shorter ones anybody writes
LEAST_LISTED = 4  # listings, to tell days of the week from chance
MOST_WEEKDAYS, MOSTLY = 2, 0.8
CLOSE = "\x1f"  # between sentences; no text holds it
_ENDS = r"[.!?;|\u2022\u3002\uff01\uff1f\uff1b\n\r]+"
_NUMBER = r"[0-9]+(?:[.,:/-][0-9]+)*"
# A number stands for any other, so that neither sizes nor telephone numbers are kept.
_ANY_NUMBER = "#"
_MARKS = r"[^\p{L}#]+"

COLUMNS = pl.Schema(
    {
        "seller_key": pl.String(),
        "kind": pl.String(),
        "value": pl.String(),
        "listing_count": pl.Int64(),
        "listing_key": pl.String(),
        "first_seen_at": pl.Datetime("us", "UTC"),
        "last_seen_at": pl.Datetime("us", "UTC"),
    }
)


def traces(listings: pl.DataFrame) -> pl.DataFrame:
    """Give each seller's values, one row a kind and value.

    Args:
        listings: seller_key, listing_key, observed_at, listed_at, title_folded,
            description_folded, mention_text, product_key, price_usd; all of each seller's.

    Returns:
        columns of COLUMNS. A text's value is its digest; `listing_key` names a listing that shows
        it, the first by key.

    """
    known = listings.filter(pl.col("seller_key").is_not_null()).sort("seller_key", "listing_key")
    parts = [_sentences(known), _whole(known), _prices(known), _days(known), _hours(known)]
    found = (
        pl.concat(parts)
        .group_by("seller_key", "kind", "value")
        .agg(
            pl.col("listing_key").n_unique().cast(pl.Int64).alias("listing_count"),
            pl.col("listing_key").min(),
            pl.col("observed_at").min().alias("first_seen_at"),
            pl.col("observed_at").max().alias("last_seen_at"),
        )
    )
    order = found.sort(
        "seller_key",
        "kind",
        pl.col("listing_count"),
        "value",
        descending=[False, False, True, False],
    )
    kept = order.group_by("seller_key", "kind", maintain_order=True).head(MOST)
    return kept.select(list(COLUMNS)).cast(COLUMNS)


def digest(text: pl.Expr) -> pl.Expr:
    """Give a number that stands for a text, the same on every machine."""
    return text.map_batches(numbers, return_dtype=pl.Int64).cast(pl.String)


def _plain(text: pl.Expr) -> pl.Expr:
    """Give a text's letters alone, with one mark for each number."""
    numbered = text.str.replace_all(_NUMBER, _ANY_NUMBER)
    return numbered.str.replace_all(_MARKS, " ").str.strip_chars()


def shown(listing: pl.DataFrame, kind: str, value: str) -> str | None:
    """Give the words that a value of a text stands for, from the listing that shows it.

    Args:
        listing: title_folded, description_folded; one row or none.
        kind: sentence, template or title.
        value: the value.

    Returns:
        None where the listing no longer shows it, or the value is no text's.

    """
    if kind != "sentence":
        column = {"title": "title_folded", "template": "description_folded"}.get(kind)
        return None if column is None or listing.is_empty() else listing[column][0]
    cut = pl.col("description_folded").str.replace_all(_ENDS, CLOSE).str.split(CLOSE)
    each = listing.select(cut.alias("text")).explode("text").drop_nulls()
    meant = each.filter(digest(_plain(pl.col("text"))) == value)
    return None if meant.is_empty() else meant["text"][0].strip()


def _rows(listings: pl.DataFrame, kind: str, value: pl.Expr) -> pl.DataFrame:
    made = listings.select(
        "seller_key",
        "listing_key",
        "observed_at",
        pl.lit(kind).alias("kind"),
        value.alias("value"),
    )
    return made.filter(pl.col("value").is_not_null())


def _sentences(listings: pl.DataFrame) -> pl.DataFrame:
    """Give sentences of descriptions; a price tag is no sentence, nor are two words."""
    cut = pl.col("description_folded").str.replace_all(_ENDS, CLOSE).str.split(CLOSE)
    each = listings.with_columns(cut.alias("_text")).explode("_text")
    plain = _plain(pl.col("_text"))
    each = each.with_columns(plain.alias("_text")).unique(["listing_key", "_text"])
    long_enough = pl.col("_text").str.len_chars() >= LEAST_SENTENCE
    return _rows(each.filter(long_enough), "sentence", digest(pl.col("_text")))


def _whole(listings: pl.DataFrame) -> pl.DataFrame:
    """Give titles and descriptions without the brand that they name and their numbers."""
    brand = pl.col("mention_text").str.to_lowercase().fill_null(CLOSE)
    found = []
    for kind, column in (("title", "title_folded"), ("template", "description_folded")):
        plain = _plain(pl.col(column).str.split(brand).list.join(" "))
        texts = listings.with_columns(plain.alias("_text"))
        long_enough = pl.col("_text").str.len_chars() >= LEAST_TEXT
        found.append(_rows(texts.filter(long_enough), kind, digest(pl.col("_text"))))
    return pl.concat(found)


def _prices(listings: pl.DataFrame) -> pl.DataFrame:
    """Give what is asked for which product: sellers of one stock ask the same to the cent."""
    price = (pl.col("price_usd") * 100).round().cast(pl.Int64, strict=False)
    value = pl.concat_str("product_key", price.cast(pl.String), separator="@")
    return _rows(listings, "price", value)


def _hours(listings: pl.DataFrame) -> pl.DataFrame:
    """Give the hours, of universal time, at which listings were put up; midnight is a mere date."""
    listed = pl.col("listed_at")
    is_timed = (listed.dt.time() != pl.time(0, 0)).any().over("seller_key")
    timed = listings.filter(listed.is_not_null() & is_timed)
    return _rows(timed, "hour", listed.dt.hour().cast(pl.String))


def _days(listings: pl.DataFrame) -> pl.DataFrame:
    """Give the one or two days of the week that nearly all of a seller's listings are put up on."""
    known = listings.filter(pl.col("listed_at").is_not_null())
    weekday = pl.col("listed_at").dt.weekday()
    often = times(weekday).over("seller_key") / weekday.count().over("seller_key")
    known = known.with_columns(weekday.alias("_day"), often.alias("_often"))
    each = (
        known.group_by("seller_key", "_day")
        .agg(pl.len().alias("_count"), pl.col("_often").first())
        .sort("seller_key", "_count", "_day", descending=[False, True, False])
        .group_by("seller_key", maintain_order=True)
        .head(MOST_WEEKDAYS)
        .group_by("seller_key")
        .agg(pl.col("_often").sum(), pl.col("_count").sum(), pl.col("_day").sort())
    )
    steady = each.filter((pl.col("_often") >= MOSTLY) & (pl.col("_count") >= LEAST_LISTED))
    value = pl.col("_day").cast(pl.List(pl.String)).list.join(",")
    days = steady.select("seller_key", value.alias("_value"))
    # steady: one row a seller
    return _rows(known.join(days, on="seller_key", how="inner"), "weekdays", pl.col("_value"))
