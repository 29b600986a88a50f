"""The rules: a score that anyone can read, used until a model is promoted and beside it after.

A rule looks at features only and adds points when all its bounds hold; some rules set a ceiling
instead. What is not known never holds. The points were set by hand from what the field reports of
counterfeit offers, not fitted to any data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
import numpy as np

NAME, VERSION = "rules", "1"


class Rule(msgspec.Struct, frozen=True):
    """Points for what a listing shows; the first feature named is what the reason tells."""

    points: float = 0.0
    least: dict[str, float] = {}  # feature -> it is at least this
    most: dict[str, float] = {}  # feature -> it is at most this
    under: dict[str, float] = {}  # feature -> it is less than this
    ceiling: float = 100.0  # the score is at most this

    @property
    def tells(self) -> str:
        """The feature that the reason is told from."""
        return next(iter({**self.least, **self.under, **self.most}))


def _says(name: str, points: float) -> Rule:
    return Rule(points, least={name: 1.0})


# No brand shows: a person may be told of such a listing, but it is no red flag.
NO_BRAND = Rule(
    ceiling=60.0,
    most=dict.fromkeys(
        (
            "is_brand_claimed",
            "is_brand_compatible",
            "is_brand_style",
            "is_brand_denied",
            "is_brand_stuffed",
            "is_brand_by_photo_only",
        ),
        0.0,
    ),
)

# The brand's own shop, or one on its list.
TRUSTED = Rule(ceiling=4.0, least={"is_trusted_seller": 1.0})

RULES: tuple[Rule, ...] = (
    # Price beside the brand's own: the strongest sign that carries from market to market.
    Rule(45.0, under={"price_ratio": 0.2}),
    Rule(34.0, least={"price_ratio": 0.2}, under={"price_ratio": 0.35}),
    Rule(20.0, least={"price_ratio": 0.35}, under={"price_ratio": 0.5}),
    Rule(6.0, least={"price_ratio": 0.5}, under={"price_ratio": 0.7}),
    # Words.
    _says("says_replica", 35.0),
    _says("says_grade", 16.0),
    _says("says_wholesale", 14.0),
    _says("says_evasive", 20.0),
    _says("says_customs", 20.0),
    _says("says_outside_payment", 10.0),
    _says("shows_messenger_id", 16.0),
    _says("shows_phone_or_mail", 8.0),
    _says("is_cheap_and_authentic", 10.0),
    # How the brand is shown.
    _says("is_brand_disguised", 35.0),
    _says("is_brand_by_photo_only", 22.0),
    _says("is_style_number_without_name", 12.0),
    _says("is_brand_field_evasive", 14.0),
    _says("is_photo_of_other_brand", 10.0),
    _says("is_official_photo_and_cheap", 14.0),
    _says("is_from_outside_trade", 14.0),
    # The seller.
    _says("is_young_seller", 8.0),
    Rule(12.0, least={"share_far_below_reference": 0.5}),
    Rule(12.0, least={"share_replica_words": 0.3}),
    Rule(8.0, least={"share_contact_ids": 0.3}),
    Rule(8.0, least={"share_outside_trade": 0.6}),
    # What speaks for an honest offer.
    _says("says_used", -18.0),
    _says("says_flaw", -12.0),
    _says("says_receipt", -6.0),
    _says("is_brand_denied", -10.0),
    Rule(ceiling=45.0, least={"is_brand_compatible": 1.0}),
    Rule(ceiling=60.0, least={"is_brand_style": 1.0}),
    TRUSTED,
    NO_BRAND,
)

SHA256 = hashlib.sha256(msgspec.json.encode(RULES, order="deterministic")).hexdigest()
FEATURES = tuple(sorted({name for one in RULES for name in (*one.least, *one.under, *one.most)}))

Columns = Mapping[str, np.ndarray]


def holds(rule: Rule, columns: Columns) -> np.ndarray:
    """Tell for which rows all of a rule's bounds hold; a missing value holds none."""
    size = len(next(iter(columns.values())))
    found = np.ones(size, dtype=bool)
    for name, bound in rule.least.items():
        found &= columns[name] >= np.float32(bound)
    for name, bound in rule.under.items():
        found &= columns[name] < np.float32(bound)
    for name, bound in rule.most.items():
        found &= columns[name] <= np.float32(bound)
    return found


def suspicion(columns: Columns) -> np.ndarray:
    """Give each row's points, 0 to 100, from the features by name."""
    size = len(next(iter(columns.values())))
    points, ceiling = np.zeros(size), np.full(size, 100.0)
    for rule in RULES:
        found = holds(rule, columns)
        points += np.where(found, rule.points, 0.0)
        ceiling = np.where(found, np.minimum(ceiling, rule.ceiling), ceiling)
    held: np.ndarray = np.clip(np.minimum(points, ceiling), 0.0, 100.0)
    return held


def contributions(columns: Columns) -> tuple[tuple[str, ...], np.ndarray]:
    """Give the features that rules tell of and the points that each adds to each row."""
    names = tuple(dict.fromkeys(rule.tells for rule in RULES))
    size = len(next(iter(columns.values())))
    parts = np.zeros((size, len(names)))
    for rule in RULES:
        parts[:, names.index(rule.tells)] += np.where(holds(rule, columns), rule.points, 0.0)
    return names, parts
