"""A link in words: what two accounts share, how rare it is, and what speaks against it."""

from __future__ import annotations

import numpy as np

from jobs.vendors._blocking import Index
from jobs.vendors._evidence import MANY_LISTINGS, Traits, is_hub, shared
from jobs.vendors._kinds import FAMILY_OF, HARD, KINDS

MOST_HOURS = 6  # of a window that tells something of a day
LEAST_SHARE = 0.6  # of either one's listings inside that window
LEAST_LISTINGS = 10
# One and several, where they are not the kind's own name with an s.
NAMES = {
    "mail": ("mail address", "mail addresses"),
    "wechat": ("WeChat", "WeChats"),
    "qq": ("QQ", "QQs"),
    "whatsapp": ("WhatsApp", "WhatsApps"),
    "telegram": ("Telegram", "Telegrams"),
    "album": ("photo album", "photo albums"),
    "analytics": ("analytics id", "analytics ids"),
    "tax": ("tax number", "tax numbers"),
    "iban": ("bank account", "bank accounts"),
    "payment": ("payee", "payees"),
    "company": ("company", "companies"),
    "address": ("address", "addresses"),
    "sentence": ("identical sentence", "identical sentences"),
    "template": ("identical description", "identical descriptions"),
    "title": ("identical title", "identical titles"),
    "opening": ("identical opening", "identical openings"),
    "price": ("price to the cent", "prices to the cent"),
    "hours": ("working hours", "working hours"),
    "hour": ("hour of work", "hours of work"),
    "weekdays": ("days of the week", "days of the week"),
}


def names(kind: str) -> tuple[str, str]:
    """Give how one value of a kind is called, and how several are."""
    plain = kind.replace("_", " ")
    return NAMES.get(kind, (plain, f"{plain}s"))


def explained(
    index: Index, about: Traits, pairs: tuple[np.ndarray, np.ndarray], tied: np.ndarray
) -> list[str]:
    """Give each pair's words; the values themselves are not told, for they are people's."""
    left, right = pairs
    found = shared(index, left, right)
    kinds = index.values["kind"].to_numpy()[found.value]
    sharers = index.values["sharer_count"].to_numpy()[found.value]
    hub = is_hub(index, tied)[found.value]
    starts = np.searchsorted(found.pair, np.arange(len(left) + 1))
    told = []
    for at, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        own = slice(starts[at], starts[at + 1])
        words = _alike(kinds[own], sharers[own], hub[own], len(index.sellers))
        words += _hours(about.hours[one], about.hours[other])
        words += _against(index, one, other, set(kinds[own].tolist()))
        told.append(", ".join(words) or "nothing in common")
    return told


def _alike(kinds: np.ndarray, sharers: np.ndarray, hub: np.ndarray, sellers: int) -> list[str]:
    """Tell what is shared, kind by kind, the rarest of each."""
    words = []
    for kind in np.unique(kinds).tolist():
        own = kinds == kind
        one, several = names(KINDS[kind])
        count, rarest = int(own.sum()), int(sharers[own].min())
        is_text = FAMILY_OF[KINDS[kind]] == "text"
        what = f"{count} {several}" if count > 1 else f"1 {one}" if is_text else f"same {one}"
        what = f"{count} same {several}" if count > 1 and not is_text else what
        least = "the rarest: " if count > 1 else ""
        weightless = "; counts nothing, for they share little else" if hub[own].all() else ""
        words.append(f"{what} ({least}{rarest:,} accounts of {sellers:,} have it{weightless})")
    return words


def _hours(one: np.ndarray, other: np.ndarray) -> list[str]:
    """Tell of the narrowest hours in which both do most of their work, if they are narrow."""
    if min(one.sum(), other.sum()) < LEAST_LISTINGS:
        return []
    shares = [np.r_[hours, hours] / hours.sum() for hours in (one, other)]
    for width in range(1, MOST_HOURS + 1):
        inside = [np.convolve(share, np.ones(width), "valid")[:24] for share in shares]
        least = np.minimum(*inside)
        if least.max() >= LEAST_SHARE:
            start = int(least.argmax())
            return [f"both edit {start:02}:00–{(start + width) % 24:02}:00 UTC"]  # noqa: RUF001 - a span
    return []


def _against(index: Index, one: int, other: int, same: set[int]) -> list[str]:
    """Tell which identifiers both show in many listings, and differ."""
    counts = index.listing_counts
    has = (counts[one] >= MANY_LISTINGS) & (counts[other] >= MANY_LISTINGS)
    differ = [
        names(kind)[1]
        for at, kind in enumerate(KINDS)
        if has[at] and at not in same and FAMILY_OF[kind] in HARD
    ]
    return [f"but different {', '.join(differ)}"] if differ else []
