"""How a partner's own staff choose what to look at: by what anyone can see, and by complaints.

The choice knows nothing of the truth except through buyers who complain. What was drawn with a
known chance says so (`selection_probability`), so that whoever learns can weigh it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import Random
from statistics import median

import msgspec

from conf.currency import Currencies
from infra.sandbox.history.past import Sighting
from infra.sandbox.world import Offer, Seller

AUDITED = 0.22  # chance of every listing, whatever it looks like
QUEUED = (0.08, 0.5, 0.85)  # chance by the number of signs: none, one, more
_COMPLAINED = {True: 0.35, False: 0.012}  # by whether it is counterfeit; a few complain of anything
_CHEAP = 0.35  # of the middle price of its category
_YOUNG_DAYS = 120
_LOUD = re.compile(
    r"replic|\b1:1\b|\baaa|wholesale|factory|whats ?app|we ?chat|telegram|\bvx\b|mirror|dupe"
    r"|高仿|复刻|原单|精仿|顶级|批发|微信|一比一|großhandel|ingrosso|fabbrica|nachbau|copia",
    re.IGNORECASE,
)


class Chosen(msgspec.Struct, frozen=True):
    """Why a listing or seller is looked at; `probability` is None when it was not drawn."""

    basis: str  # as in the contract of decisions
    probability: float | None


def chosen(signs: int, *, is_counterfeit: bool, dice: Random) -> Chosen | None:
    """Say whether one listing is looked at, and why: a complaint, the audit, the queue."""
    complaint, audit, queue = dice.random(), dice.random(), dice.random()
    queued = QUEUED[min(signs, len(QUEUED) - 1)]
    drawn = round(1 - (1 - AUDITED) * (1 - queued), 6)
    if complaint < _COMPLAINED[is_counterfeit]:
        return Chosen(dice.choices(("notice", "brand", "examination"), (5, 4, 1))[0], None)
    if audit < AUDITED:
        return Chosen("audit", drawn)
    return Chosen("partner", drawn) if queue < queued else None


def signs(
    offer: Offer, seller: Seller | None, seen: date, middle: Mapping[str, float], usd: Currencies
) -> int:
    """Count what looks wrong: loud words, a price far under its category's, a young account."""
    text = f"{offer.title}\n{offer.description}"
    usual = middle.get(_shelf(offer))
    is_young = seller is not None and (seen - seller.since).days < _YOUNG_DAYS
    is_cheap = usual is not None and _dollars(offer, usd) < _CHEAP * usual
    return sum((_LOUD.search(text) is not None, is_cheap, is_young))


def middle_prices(listings: Sequence[Sighting], usd: Currencies) -> dict[str, float]:
    """Give the middle price of each category in dollars."""
    shelves: dict[str, list[float]] = {}
    for one in listings:
        shelves.setdefault(_shelf(one.offer), []).append(_dollars(one.offer, usd))
    return {name: median(prices) for name, prices in shelves.items()}


def first_of_each(listings: Iterable[Sighting]) -> Iterable[Sighting]:
    """Give each listing as it was first seen."""
    found: dict[str, Sighting] = {}
    for one in listings:
        found.setdefault(one.offer.listing_id, one)
    return found.values()


def _shelf(offer: Offer) -> str:
    return " > ".join(offer.category)


def _dollars(offer: Offer, usd: Currencies) -> float:
    return float(offer.price) * usd.usd[offer.currency]
