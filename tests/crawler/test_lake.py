from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conf.errors import LakeError
from crawler.commit import Committer
from crawler.items import Image
from crawler.lake import known_pictures
from crawler.priorities import known_listings
from crawler.rows import Stamp, image_row


def stamp(day: int, platform: str = "shop") -> Stamp:
    at = datetime(2026, 11, day, 6, tzinfo=UTC)
    return Stamp(platform=platform, at=at, source="crawl", source_name="c", parser="shop/1")


def test_a_picture_is_known_for_its_listing_and_address(tmp_path: Path) -> None:
    image = Image(image_url="http://x/a.jpg", image_sha256="a" * 64)
    with Committer(tmp_path, "test") as committer:
        committer.commit({"images": [image_row(image, "shop:1", stamp(1))]}, 1)
    known = known_pictures(tmp_path, ["shop"], datetime(2026, 11, 2, tzinfo=UTC))
    assert known.has("shop:1", "http://x/a.jpg")
    assert not known.has("shop:2", "http://x/a.jpg")
    assert not known.has("shop:1", "http://x/b.jpg")
    same_crawl = known_pictures(tmp_path, ["shop"], datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert not same_crawl.has("shop:1", "http://x/a.jpg")


def test_an_empty_lake_knows_nothing(tmp_path: Path) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert list(known_listings(tmp_path, {"shop": timedelta(14)}, now)) == []
    assert not known_pictures(tmp_path, ["shop"], now).has("shop:1", "x")


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    log = tmp_path / "observations" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020d}.json").write_text("no json")
    with pytest.raises(LakeError, match="cannot be read"):
        list(known_listings(tmp_path, {"shop": timedelta(14)}, datetime(2026, 11, 1, tzinfo=UTC)))
