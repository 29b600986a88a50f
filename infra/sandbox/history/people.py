"""What people decided of listings and sellers: mostly right, sometimes late, wrong or unsure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from conf.currency import Currencies, currencies
from infra.sandbox.history.past import END, Met, Past, Sighting, chance
from infra.sandbox.history.triage import Chosen, chosen, first_of_each, middle_prices, signs
from infra.sandbox.world import World
from infra.sandbox.world.truth import seller_truth

COUNTERFEIT, GENUINE, UNSURE = "counterfeit", "genuine", "unsure"
_REVIEWED = 0.04  # share of decisions that are taken anew, by a stronger basis
_CLOSED_AFTER = 2  # counterfeits of a seller, after which the account itself is looked at
_SELLER_LOOKED_AT, _SELLER_AUDITED = 0.8, 0.08


class Care(msgspec.Struct, frozen=True):
    """Who decides on a basis, how often wrongly or not at all, and how soon."""

    by: str
    wrong: float
    unsure: float
    soonest_days: float
    latest_days: float


CARE = {
    "examination": Care("laboratory", 0.005, 0.02, 9, 40),
    "brand": Care("brand desk", 0.02, 0.05, 1, 14),
    "notice": Care("notice desk", 0.04, 0.05, 1, 20),
    "audit": Care("quality audit", 0.02, 0.06, 2, 30),
    "partner": Care("trust and safety", 0.045, 0.07, 0.2, 10),
}
_NOTES = {
    COUNTERFEIT: ("copy confirmed", "packaging is not the brand's", "seller has no invoice"),
    GENUINE: ("invoice shown", "bought from an authorised shop", "nothing against it"),
    UNSURE: ("pictures too poor to tell", "seller did not answer", "asked the brand"),
}


class Decision(msgspec.Struct, frozen=True):
    """One decision of one person."""

    kind: str  # listing or seller
    subject: str  # the partner's own id
    verdict: str
    basis: str
    by: str
    at: datetime
    selection_probability: float | None
    note: str | None


def decisions(world: World, past: Past) -> list[Decision]:
    """Give what a partner's people decided, in the order of time; all of it before day 1."""
    taken = [*_of_listings(world, past, currencies())]
    taken += _of_sellers(world, past, taken)
    taken = [one for one in taken if one.at < END]
    return sorted(taken, key=lambda one: (one.at, one.kind, one.subject))


def _of_listings(world: World, past: Past, usd: Currencies) -> Iterator[Decision]:
    middle = middle_prices(past.listings, usd)
    accounts = _first_met(past.sellers)
    for one in first_of_each(past.listings):
        offer, truth = one.offer, one.truth
        dice = chance(world.seed, "decided", past.partner, offer.listing_id)
        met = accounts.get(offer.seller_id)
        count = signs(offer, met.seller if met else None, one.at.date(), middle, usd)
        why = chosen(count, is_counterfeit=truth.is_counterfeit, dice=dice)
        if why:
            # Without a brand's name on it people are at a loss more often.
            hardness = 1.0 if offer.brand_text else 1.6
            yield from _taken(one, why, hardness, dice)


def _taken(one: Sighting, why: Chosen, hardness: float, dice: Random) -> Iterator[Decision]:
    """Give the decision upon a listing and, of a few, the one that came after it."""
    subject, truth = one.offer.listing_id, one.truth.is_counterfeit
    first = _decision("listing", subject, why, (one.at, truth), hardness, dice)
    yield first
    if first.verdict == UNSURE or dice.random() < _REVIEWED:
        basis = "examination" if dice.random() < 0.3 else "brand"
        again = Chosen(basis, None)
        yield _decision("listing", subject, again, (first.at, truth), hardness, dice)


def _of_sellers(world: World, past: Past, taken: Iterable[Decision]) -> Iterator[Decision]:
    """Look at accounts with several counterfeits to their name, and at a few at random."""
    sellers = {one.offer.listing_id: one.offer.seller_id for one in past.listings}
    found: dict[str, list[datetime]] = {}
    for one in taken:
        if one.verdict == COUNTERFEIT:
            found.setdefault(sellers[one.subject], []).append(one.at)
    for seller_id, met in _first_met(past.sellers).items():
        dice = chance(world.seed, "decided", past.partner, "seller", seller_id)
        truth = seller_truth(world, past.partner, seller_id)
        why = _seller_chosen(found.get(seller_id, ()), dice)
        if truth and why:
            since = max((*found.get(seller_id, ()), met.at))
            yield _decision("seller", seller_id, why, (since, truth.is_counterfeiter), 1.0, dice)


def _seller_chosen(found: Sequence[datetime], dice: Random) -> Chosen | None:
    audit, look = dice.random(), dice.random()
    likely = _SELLER_LOOKED_AT if len(found) >= _CLOSED_AFTER else 0.0
    drawn = round(1 - (1 - _SELLER_AUDITED) * (1 - likely), 6)
    if audit < _SELLER_AUDITED:
        return Chosen("audit", drawn)
    return Chosen("partner", drawn) if look < likely else None


def _decision(
    kind: str,
    subject: str,
    why: Chosen,
    known: tuple[datetime, bool],
    hardness: float,
    dice: Random,
) -> Decision:
    """Decide; `known` is since when it could be, and what is true."""
    since, is_counterfeit = known
    care = CARE[why.basis]
    delay = dice.triangular(care.soonest_days, care.latest_days, care.soonest_days)
    verdict = _verdict(care, hardness, is_counterfeit=is_counterfeit, dice=dice)
    return Decision(
        kind=kind,
        subject=subject,
        verdict=verdict,
        basis=why.basis,
        by=care.by,
        at=(since + timedelta(days=delay)).replace(microsecond=0),
        selection_probability=why.probability,
        note=dice.choice(_NOTES[verdict]) if dice.random() < 0.4 else None,
    )


def _verdict(care: Care, hardness: float, *, is_counterfeit: bool, dice: Random) -> str:
    drawn = dice.random()
    if drawn < care.unsure * hardness:
        return UNSURE
    is_wrong = drawn < (care.unsure + care.wrong) * hardness
    return COUNTERFEIT if is_counterfeit != is_wrong else GENUINE


def _first_met(sellers: Iterable[Met]) -> dict[str, Met]:
    found: dict[str, Met] = {}
    for one in sellers:
        found.setdefault(one.seller.seller_id, one)
    return found
