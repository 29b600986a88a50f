"""What a model's judgement found; read by reports, written by ml/judge.py."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Interval(msgspec.Struct, frozen=True):
    """A share with the interval in which it lies 95 times of 100."""

    value: float
    low: float
    high: float


class Slice(msgspec.Struct, frozen=True):
    """The same figures for one platform or language."""

    kind: str  # platform, language
    name: str
    listings: int
    counterfeits: int
    auc: float | None
    red_flags: int
    precision: float | None
    recall: float | None


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
    looked_twice: int = 0  # listings upon which people decided twice
    agreed: int = 0  # of them, those upon which they decided the same
    slices: tuple[Slice, ...] = ()
