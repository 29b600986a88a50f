"""A crawl for each making of the frontier."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawler.frontier.rehearsal import Rehearsal


@pytest.fixture(params=["own", "shared"])
def crawl(request: pytest.FixtureRequest, tmp_path: Path) -> Rehearsal:
    url = request.getfixturevalue("redis_url") if request.param == "shared" else None
    return Rehearsal(tmp_path, url)


@pytest.fixture
def shared(redis_url: str, tmp_path: Path) -> Rehearsal:
    return Rehearsal(tmp_path, redis_url)
