"""How a counterfeit offer shows itself or hides: the tactics by which a model's recall is told."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from jobs import catalogue

HALF, NEAR = 0.5, 0.8  # of the reference price
OPEN = ("says_replica", "says_grade")
HIDDEN = ("is_text_disguised", "is_brand_disguised")
ELSEWHERE = ("says_evasive", "says_messenger", "shows_messenger_id", "shows_phone_or_mail")
PHOTO = ("shows_official_photo",)
UNNAMED = ("is_brand_by_photo_only", "is_style_number_without_name")
YOUNG = ("is_young_seller",)
WHOLESALE = ("says_wholesale",)
PRICE = "price_ratio"
_READ = (PRICE, *OPEN, *HIDDEN, *ELSEWHERE, *PHOTO, *UNNAMED, *YOUNG, *WHOLESALE)


def tactics(rows: pl.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Give each tactic and which rows of the facts show it; a listing may show several or none."""
    vectors = catalogue.vectors(rows, _READ)
    columns = dict(zip(_READ, vectors.T, strict=True))

    def shows(names: tuple[str, ...]) -> np.ndarray:
        found: np.ndarray = np.any([columns[name] > 0 for name in names], axis=0)
        return found

    ratio = columns[PRICE]
    yield "says it is a copy", shows(OPEN)
    yield "hides words", shows(HIDDEN)
    yield "asks to talk elsewhere", shows(ELSEWHERE)
    yield "offers by the lot", shows(WHOLESALE)
    yield "shows the brand's photo", shows(PHOTO)
    yield "does not name the brand", shows(UNNAMED)
    yield "young seller", shows(YOUNG)
    yield "under half of the reference price", ratio < HALF
    yield "near the reference price", ratio >= NEAR
