"""What stands on a shop's page besides the offer: reviews, countries to ship to, switches."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from infra.sandbox.servers.chance import number, pick
from infra.sandbox.servers.phrases import HEADLINES, NAMES, SENTENCES
from infra.sandbox.world import FIRST_DAY, Offer

_COUNTRIES = (
    "Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan Bahrain "
    "Bangladesh Belgium Belize Benin Bolivia Botswana Brazil Bulgaria Cambodia Cameroon Canada "
    "Chile China Colombia Croatia Cuba Cyprus Czechia Denmark Ecuador Egypt Estonia Ethiopia "
    "Finland France Gabon Georgia Germany Ghana Greece Guatemala Guyana Haiti Honduras Hungary "
    "Iceland India Indonesia Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kuwait "
    "Laos Latvia Lebanon Lithuania Luxembourg Malaysia Malta Mexico Moldova Monaco Mongolia "
    "Morocco Namibia Nepal Netherlands Nigeria Norway Oman Pakistan Panama Paraguay Peru "
    "Philippines Poland Portugal Qatar Romania Rwanda Senegal Serbia Singapore Slovakia Slovenia "
    "Spain Sweden Switzerland Thailand Tunisia Turkey Uganda Ukraine Uruguay Vietnam Zambia"
)
COUNTRIES = _COUNTRIES.split()
_TURNS = (
    "amber basin cedar delta ember fjord grove haven inlet jetty knoll ledge marsh notch orbit "
    "plume quarry ridge spire thorn umbra vault willow xenia yarrow zephyr"
)
_WORDS = _TURNS.split()
_MOST_SHOWN = 8


class Review(msgspec.Struct, frozen=True):
    """One buyer's words."""

    author: str
    day: date
    stars: int
    headline: str
    text: str
    helpful: int


def reviews(offer: Offer, language: str) -> list[Review]:
    """Give the newest reviews of an offer, at most eight; the same ones every day."""
    shown = min(offer.review_count or 0, _MOST_SHOWN)
    return [_review(f"{offer.platform}:{offer.listing_id}", at, language) for at in range(shown)]


def _review(listing: str, at: int, language: str) -> Review:
    drawn, said = number("review", listing, at), SENTENCES[language]
    return Review(
        author=pick(NAMES[language], drawn, "name"),
        day=FIRST_DAY - timedelta(days=3 + at * 9 + drawn % 9),
        stars=5 - (drawn >> 8) % 11 // 5,
        headline=pick(HEADLINES[language], drawn, "headline"),
        text=" ".join(said[(drawn + part * 3) % len(said)] for part in range(3)),
        helpful=(drawn >> 16) % 40,
    )


def flags(name: str, count: int) -> dict[str, dict[str, int | bool | str]]:
    """Give the settings that a shop's script reads: plausible, of no use to anyone else."""
    return {
        f"{pick(_WORDS, name, at)}_{pick(_WORDS, name, at, 2)}_{at}": {
            "on": bool(number(name, at) % 2),
            "share": number(name, at, "share") % 100,
            "bucket": f"{number(name, at, 'bucket') % 2**32:08x}",
        }
        for at in range(count)
    }


def turn(path: str, at: int) -> str:
    """Give a name that leads one step further into pages without end."""
    return f"{pick(_WORDS, path, at)}-{number(path, at) % 10_000}"
