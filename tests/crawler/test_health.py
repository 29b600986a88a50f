from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.commit import Committer
from crawler.health import Range, measured, said, usual
from crawler.items import Gone, Observation, Refused
from crawler.outcome import Crawl, crawl_id
from crawler.rows import Row, Stamp, gone_row, observation_row, refused_row


def crawl(day: int) -> Crawl:
    now = datetime(2026, 11, day, 6, tzinfo=UTC)
    return Crawl(crawl_id(now), now)


def bring(
    lake: Path, committer: Committer, one: Crawl, *, priced: int, bare: int, refused: int
) -> list[Row]:
    """Bring a crawl's rows to the lake, then what they measure; gives that."""
    stamp = Stamp(
        platform="shop", at=one.now, source="crawl", source_name=one.crawl_id, parser="s/1"
    )
    shown = [
        Observation(listing_id=str(n), url=str(n), title_text="t", price_text="1" * (n < priced))
        for n in range(priced + bare)
    ]
    blank = [o if o.price_text else Observation(listing_id=o.listing_id, url=o.url) for o in shown]
    rows = [observation_row(o, stamp) for o in blank]
    rows.append(gone_row(Gone(listing_id="gone", url="gone"), stamp))
    bad = [Refused(stage="parse", place=str(n), reason="r", detail="d") for n in range(refused)]
    refusals = [refused_row(b, one.crawl_id, one.now, "shop") for b in bad]
    tables = ("observations", "refused")
    seq = committer.next_seq(tables)
    committer.commit({"observations": rows, "refused": refusals}, seq)
    found = measured(lake, one, ["shop"])
    committer.commit({"crawl_health": found}, committer.next_seq(["crawl_health"]))
    return found


def by_measure(rows: list[Row]) -> dict[str, tuple[float, bool]]:
    return {row["measure"]: (round(row["value"], 3), row["is_alarm"]) for row in rows}


def test_a_redesigned_site_raises_an_alarm(tmp_path: Path) -> None:
    with Committer(tmp_path, "test") as committer:
        for day in (1, 2, 3):
            bring(tmp_path, committer, crawl(day), priced=19, bare=0, refused=1)
        same = by_measure(bring(tmp_path, committer, crawl(4), priced=19, bare=0, refused=1))
        other = by_measure(bring(tmp_path, committer, crawl(5), priced=1, bare=9, refused=9))
    assert same["listing_count"] == (19, False)
    assert same["price_share"] == (1.0, False)
    assert same["refused_share"] == (0.048, False)
    assert same["gone_share"] == (0.05, False)
    assert other["listing_count"] == (10, True)
    assert other["price_share"] == (0.1, True)
    assert other["refused_share"] == (0.45, True)


def test_an_alarm_says_what_was_usual() -> None:
    row = {"platform": "shop", "measure": "price_share", "value": 0.1, "usual_low": 0.95}
    assert said(row | {"usual_high": 1.0}) == "shop: price_share is 0.1, usual is 0.95 to 1"
    refused = {"platform": "shop", "measure": "refused_share", "value": 0.4, "usual_low": None}
    assert said(refused | {"usual_high": 0.1}) == "shop: refused_share is 0.4, usual is under 0.1"


def test_a_platform_that_shows_nothing_any_more_raises_an_alarm(tmp_path: Path) -> None:
    with Committer(tmp_path, "test") as committer:
        for day in (1, 2, 3):
            bring(tmp_path, committer, crawl(day), priced=19, bare=0, refused=0)
        empty = measured(tmp_path, crawl(4), ["shop"])
    assert by_measure(empty) == {"listing_count": (0, True)}


def test_a_crawl_is_measured_once(tmp_path: Path) -> None:
    with Committer(tmp_path, "test") as committer:
        assert len(bring(tmp_path, committer, crawl(1), priced=2, bare=0, refused=0)) > 5
        assert measured(tmp_path, crawl(1), ["shop"]) == []


@pytest.mark.parametrize(
    ("measure", "before", "found"),
    [
        ("price_share", [], Range(None, None, 0)),
        ("price_share", [0.9, 0.9], Range(None, None, 2)),
        ("price_share", [0.9] * 4, Range(0.85, 0.95, 4)),
        ("price_share", [1.0] * 4, Range(0.95, 1.0, 4)),
        ("listing_count", [100.0] * 3, Range(80.0, 120.0, 3)),
        ("listing_count", [80.0, 100.0, 120.0], Range(11.044, 188.956, 3)),
        ("refused_share", [0.3] * 3, Range(None, 0.35, 3)),  # fewer refusals are no alarm
        ("listing_count", [5.0] * 3 + [100.0] * 28, Range(80.0, 120.0, 28)),  # the old is forgotten
    ],
)
def test_what_is_usual(measure: str, before: list[float], found: Range) -> None:
    got = usual(measure, before)
    assert got.crawl_count == found.crawl_count
    for mine, right in ((got.low, found.low), (got.high, found.high)):
        assert mine == (right if right is None else pytest.approx(right, abs=1e-3))
