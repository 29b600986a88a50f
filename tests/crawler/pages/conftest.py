"""What pages are stamped with in these tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.rows import Stamp


@pytest.fixture
def stamp() -> Stamp:
    """A stamp as a crawl gives it."""
    at = datetime(2026, 11, 1, 6, tzinfo=UTC)
    return Stamp(platform="shop", at=at, source="crawl", source_name="c1", parser="shop/1")
