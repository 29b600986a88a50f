"""A feed is added by its page: a partner's file comes once, its bad rows are refused, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl


def test_the_page_works_and_names_every_file_that_changes(
    copy: Any, changed: Callable[..., set[str]]
) -> None:
    before = copy.state()
    page = copy.follow("feed")
    assert changed(before, copy.state()) == page.changes

    taken = pl.read_delta(str(copy.home / "lake/observations")).sort("listing_id")
    assert taken.select("listing_id", "title_text", "price_text", "currency_text").rows() == [
        ("4711", "Tarnwick Fellview 8x42", "89,00 €", "EUR"),
        ("4712", 'Fernrohr "Alpin", neu', "1.120,00 €", "EUR"),
    ]
    assert taken["image_urls"].list.len().to_list() == [2, 0]
    refused = pl.read_delta(str(copy.home / "lake/refused"))
    assert refused.height == 2
