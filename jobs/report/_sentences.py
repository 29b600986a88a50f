"""The sentences of a brand's report."""

from __future__ import annotations

import msgspec
import polars as pl

from jobs.report._summary import IS_FLAG, Summary
from jobs.report._view import View
from jobs.report._words import count, dollars, moment, share, short_day, spelt

MOST_NEW = 12  # new red flags that the page lists


class Sentences(msgspec.Struct, frozen=True):
    """What a page says in words."""

    lead: str
    scale: str
    saving: str
    change: str  # beside the number of red flags: against the day before
    news: tuple[str, ...]
    fresh: str
    worst: str
    sellers: str
    refused: str
    checked: str


def sentences(view: View, found: Summary, shown: int, sellers: tuple[int, int]) -> Sentences:
    """Say what was found.

    Args:
        view: the brand's listings.
        found: what they come to.
        shown: number of listings that the page shows one by one.
        sellers: number of sellers that the page shows, and of all.

    """
    return Sentences(
        lead=_lead(view, found),
        scale=_scale(view, found),
        saving=_saving(found),
        change=_change(found),
        news=_news(view, found),
        fresh=_fresh(found),
        worst=_worst(found, shown),
        sellers=_sellers(*sellers),
        refused="A page that could not be read is never dropped in silence: it is counted here, "
        "and the command countermark lake show refused names each one.",
        checked=f"Listings were looked at last on {moment(view.checked_at)}."
        if view.checked_at
        else "",
    )


def _lead(view: View, found: Summary) -> str:
    name = view.brand.name
    if not found.listings:
        return f"No listing of {name} has been seen so far."
    if not found.flags:
        return f"No live listing of {name} is a red flag."
    verb = "is a red flag" if found.flags == 1 else "are red flags"
    said = f"{count(found.flags, 'live listing')} of {name} {verb}"
    return f"{said}, {_of_them_new(found)}."


def _of_them_new(found: Summary) -> str:
    if not found.new_flags:
        return "none of them new since the day before"
    if found.flags == 1:
        return "new since the day before"
    if found.new_flags == found.flags:
        return "all of them new since the day before"
    return f"{found.new_flags:,} of them new since the day before"


def _scale(view: View, found: Summary) -> str:
    if not found.listings:
        return (
            "Either no platform that offers it was crawled, or none of its marks was found there."
        )
    if not found.flags:
        return f"{count(found.live, 'live listing')} known, {found.review:,} to be reviewed."
    sellers = count(found.sellers, "seller") if found.sellers else "Sellers not named"
    where = count(found.platforms, "platform")
    verb = "offers" if found.sellers == 1 else "offer"
    return (
        f"{sellers} on {where} {verb} them, among {count(found.live, 'live listing')} "
        f"of {view.brand.name} in all."
    )


def _saving(found: Summary) -> str:
    if not found.priced or not found.reference_usd:
        return ""
    part = share(found.asked_usd / found.reference_usd)
    who = "The one whose price and reference price are known asks"
    if found.priced > 1:
        who = f"The {found.priced:,} whose price and reference price are known ask"
    return (
        f"{who} {dollars(found.asked_usd)} in all, which is {part} of the "
        f"{dollars(found.reference_usd)} that your reference prices come to."
    )


def _change(found: Summary) -> str:
    if found.before is None:
        return ""
    change = found.flags - found.before
    if not change:
        return ", as many as the day before"
    return f", {abs(change):,} {'more' if change > 0 else 'fewer'} than the day before"


def _news(view: View, found: Summary) -> tuple[str, ...]:
    lines = [f"{spelt(found.new_flags, 'new red flag').capitalize()}{_spread(view, found)}."]
    lines.append(f"{spelt(found.new_review, 'new listing').capitalize()} to be reviewed.")
    ended = spelt(found.gone_flags, "red flag").capitalize()
    was = "was" if found.gone_flags <= 1 else "were"
    lines.append(f"{ended} of before {was} found to be gone from the platform.")
    if found.disguised:
        verb = "writes" if found.disguised == 1 else "write"
        lines.append(
            f"{spelt(found.disguised, 'live red flag').capitalize()} {verb} the name in disguise, "
            "so that a plain search misses it; the disguised words are underlined below."
        )
    return tuple(lines)


def _spread(view: View, found: Summary) -> str:
    """Say who brought the new red flags when a few sellers did."""
    if found.new_flags < 2:  # noqa: PLR2004 - one listing has one seller
        return ""
    new = view.listings.filter(IS_FLAG & pl.col("is_new"))
    top = new.drop_nulls("seller_key").group_by("seller_key").len().sort("len", descending=True)
    if not top.height:
        return ""
    most = int(top["len"][0])
    brought = f", brought by {count(top.height, 'seller')}"
    return brought + (f", the busiest with {most:,}" if most > 1 and top.height > 1 else "")


def _fresh(found: Summary) -> str:
    if found.new_flags <= MOST_NEW:
        return "The new red flags, the most suspect first."
    return f"The {MOST_NEW} most suspect of {found.new_flags:,} new red flags."


def _worst(found: Summary, shown: int) -> str:
    all_of_them = found.flags + found.review
    which = "All" if shown == all_of_them else f"The {shown:,} most suspect of the"
    return (
        f"{which} {count(all_of_them, 'live listing')} at or above the review line, the most "
        "suspect first; the spreadsheet beside this page has every listing."
    )


def _sellers(shown: int, known: int) -> str:
    if shown == known:
        return f"{count(known, 'seller')} with a live listing at or above the review line."
    return f"The {shown:,} with the most red flags, of {known:,}; the spreadsheet has them all."


def refusals(view: View) -> str:
    """Say in one line how much was refused."""
    return f"{int(view.refused['count'].sum()):,} refused on {short_day(view.day)}"
