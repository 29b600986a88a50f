from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conf.errors import LakeError
from crawler.commit import Committer
from crawler.items import Gone, Image, Observation
from crawler.lake import known_pictures, live_listings
from crawler.rows import Stamp, gone_row, image_row, observation_row


def stamp(day: int, platform: str = "shop") -> Stamp:
    at = datetime(2026, 11, day, 6, tzinfo=UTC)
    return Stamp(platform=platform, at=at, source="crawl", source_name="c", parser="shop/1")


def seen(listing: str, day: int, platform: str = "shop") -> dict[str, object]:
    return observation_row(Observation(listing_id=listing, url=listing), stamp(day, platform))


def gone(listing: str, day: int) -> dict[str, object]:
    return gone_row(Gone(listing_id=listing, url=listing), stamp(day))


def test_listings_that_were_there_when_last_seen_are_looked_at_again(tmp_path: Path) -> None:
    rows = [
        *(seen("stays", 1), seen("stays", 2)),
        *(seen("left", 1), gone("left", 2)),
        *(gone("came back", 1), seen("came back", 2)),
        seen("of this very crawl", 3),
        seen("elsewhere", 1, platform="other"),
    ]
    with Committer(tmp_path, "test") as committer:
        committer.commit({"observations": rows}, 1)
    now = datetime(2026, 11, 3, 6, tzinfo=UTC)
    assert list(live_listings(tmp_path, ["shop"], now)) == [
        ("shop", "came back"),
        ("shop", "stays"),
    ]


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
    assert list(live_listings(tmp_path, ["shop"], now)) == []
    assert not known_pictures(tmp_path, ["shop"], now).has("shop:1", "x")


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    log = tmp_path / "observations" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020d}.json").write_text("no json")
    with pytest.raises(LakeError, match="cannot be read"):
        list(live_listings(tmp_path, ["shop"], datetime(2026, 11, 1, tzinfo=UTC)))
