"""A table is added by its page: promised, made, readable without Spark, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest


@pytest.mark.spark
def test_the_page_works_and_names_every_file_that_changes(
    copy: Any, changed: Callable[..., set[str]]
) -> None:
    before = copy.state()
    page = copy.follow("table")
    assert changed(before, copy.state()) == page.changes
    made = pl.read_delta(str(copy.home / "lake/outside_trade"))
    assert made.columns == ["brand", "country", "listing_count"]
    assert "outside_trade" in copy.run(".venv/bin/countermark job list")
