"""What a model's judgement found; read by reports, written by ml/judge.py."""

from __future__ import annotations

from datetime import datetime

import msgspec

SURE = 0.9


class Interval(msgspec.Struct, frozen=True):
    """A share with the interval in which it lies 95 times of 100."""

    value: float
    low: float
    high: float


class Slice(msgspec.Struct, frozen=True):
    """The same figures for one platform, language, brand or tactic."""

    kind: str
    name: str
    listings: int
    counterfeits: int
    auc: float | None
    red_flags: int
    precision: float | None
    recall: float | None
    average_precision: float | None = None
    calibration_error: float | None = None


class Attack(msgspec.Struct, frozen=True):
    """What became of the known counterfeits when their sellers hid them better."""

    name: str
    meaning: str
    listings: int  # counterfeits that it was tried on
    recall: float  # of those, red flags as they were
    recall_after: float
    auc: float | None
    auc_after: float | None


class Cost(msgspec.Struct, frozen=True):
    """What errors cost a thousand listings, decided upon in one way."""

    way: str
    missed: float  # counterfeits that stay up
    false_flags: float  # genuine listings that a person looks at
    usd: float


class Judged(msgspec.Struct, frozen=True):
    """What a version showed on platforms, times and sellers that it had not learned from."""

    model_name: str
    model_version: str
    judged_at: datetime
    labels: str  # what a positive is, in words
    listings: int  # judged
    counterfeits: int  # of them
    platforms: int  # each held out in turn
    sellers: int
    precision: Interval | None  # of red flags on held-out platforms
    recall: Interval | None  # of counterfeits there, at the red flag
    red_flags: int
    platform_auc: Interval
    later_auc: Interval
    seller_auc: Interval
    rules_auc: Interval  # the rules on the same rows
    rules_precision: Interval | None
    missing_auc: float  # a control that sees only what is missing
    permuted_auc: float  # a control whose labels were shuffled
    calibration_error: float  # mean distance of probability and share, held-out platforms
    # The same when each platform is calibrated by other sellers' labels of its own.
    own_calibration_error: float | None = None
    automatic_precision: Interval | None = None  # of listings from the line for acting unseen
    automatic_listings: int = 0
    brand_auc: Interval | None = None  # on brands that were not learned from
    looked_twice: int = 0  # listings upon which people decided twice
    agreed: int = 0  # of them, those upon which they decided the same
    slices: tuple[Slice, ...] = ()
    # Of the same rows, counted as if `base_rate` of all listings were counterfeit.
    base_rate: float = 0.0
    average_precision: Interval | None = None
    rules_average_precision: Interval | None = None
    price_auc: Interval | None = None  # price beside reference price, and nothing else
    price_average_precision: Interval | None = None
    gain_over_rules: Interval | None = None  # AUC of the model less that of the rules
    top_share: float = 0.0  # the most suspect, that people have time for
    top_precision: Interval | None = None
    sure_recall: Interval | None = None  # recall at a precision of `SURE`
    random_auc: float | None = None  # of a split at random: a warning, never a figure to quote
    leak_suspects: tuple[str, ...] = ()  # features that alone tell nearly everything
    attacks: tuple[Attack, ...] = ()
    costs: tuple[Cost, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()  # recall and precision at `base_rate`
    rules_curve: tuple[tuple[float, float], ...] = ()
    reliability: tuple[tuple[float, float, float], ...] = ()  # told, found, share of listings
