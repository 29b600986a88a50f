"""`countermark crawl words` over a lake, and crawls that search for what was adopted."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from starlette.responses import HTMLResponse

DAY = date(2026, 11, 1)
BRAND = """\
key: north
name: Northvane
industry: watches
country: CH
marks: [Northvane]
gates: {review: 60.0, red_flag: 80.0}
"""


def find(word: str | None, listing: str, page: str, rank: int | None, way: str = "search") -> Any:
    return {
        "platform": "bazaar",
        "listing_key": f"bazaar:{listing}",
        "way": way,
        "word": word,
        "source_url": page,
        "search_rank": rank,
        "crawl_id": "c1",
        "found_on": DAY,
    }


FINDS = [
    find("Northvane", "1", "/find?q=n", 1),
    find("Northvane", "2", "/find?q=n", 2),
    find("Northvane", "3", "/find?q=n&p=2", 3),
    find("n0rth", "3", "/find?q=0", 1),
    find("n0rth", "4", "/find?q=0", 2),
    find(None, "1", "/sitemap.xml", None, "sitemap"),
]
SCORES = [("1", 10.0), ("3", 65.0), ("4", 95.0)]


def words(crawls: Any, brands: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [crawls.command, "crawl", "words", *options],
        env=crawls.environment() | {"COUNTERMARK_BRANDS": str(brands)},
        cwd=crawls.project,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def brands(tmp_path: Path) -> Path:
    folder = tmp_path / "brands"
    folder.mkdir()
    (folder / "north.yaml").write_text(BRAND)
    return folder


@pytest.fixture
def searched(shop: Any, crawls: Any) -> Any:
    """A platform with a search; its shop answers every search with three listings."""
    shop.answers["/find?q=Northvane"] = lambda _: HTMLResponse("<p>nothing</p>")
    shop.answers["/find?q=super+clone"] = lambda _: HTMLResponse(
        '<article class="card"><a class="card-link" href="/item/101">x</a></article>'
    )
    crawls.add(
        shop,
        kinds={"listing": r"/item/(?P<id>\w+)", "index": r"/find\?"},
        discovery={"searches": [shop.url("/find?q={word}")]},
    )
    return crawls


def write(crawls: Any, table: str, rows: list[dict[str, Any]], **columns: pl.DataType) -> None:
    frame = pl.DataFrame(rows, schema_overrides=columns)
    frame.write_delta(str(crawls.home / "lake" / table))


def test_tells_what_each_word_found(searched: Any, brands: Path) -> None:
    write(searched, "finds", FINDS)
    write(
        searched,
        "listing_scores",
        [
            {
                "listing_key": f"bazaar:{one}",
                "platform": "bazaar",
                "brand": "north",
                "suspicion": suspicion,
                "is_red_flag": suspicion > 80,
            }
            for one, suspicion in SCORES
        ],
    )
    done = words(searched, brands, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    shown = {
        (one["way"], one["word"]): tuple(
            one[name]
            for name in (
                "listing_count",
                "only_count",
                "suspect_count",
                "red_flag_count",
                "request_count",
                "suspects_per_request",
                "best_rank",
            )
        )
        for one in told["yields"]
    }
    assert shown == {
        ("search", "n0rth"): (2, 1, 2, 1, 1, 2.0, 1),
        ("search", "Northvane"): (3, 1, 1, 0, 2, 0.5, 1),
        ("sitemap", None): (1, 0, 0, 0, 1, 0.0, None),
    }
    assert [one["word"] for one in told["yields"]] == ["n0rth", "Northvane", None]
    assert told["proposals"] == []
    table = words(searched, brands)
    assert "n0rth" in table.stdout
    assert "no new word stands out" in table.stdout


def test_an_empty_lake_shows_the_words_and_what_is_missing(searched: Any, brands: Path) -> None:
    done = words(searched, brands, "bazaar")
    assert done.returncode == 0, done.stderr
    assert "'Northvane'" in done.stdout
    assert "no listing is scored yet" in done.stdout


def test_an_adopted_word_is_searched_for_by_the_next_crawl(
    searched: Any, shop: Any, brands: Path
) -> None:
    searched.run(COUNTERMARK_BRANDS=str(brands))
    assert searched.frame("finds").height == shop.count("/find?q=super+clone") == 0
    done = words(searched, brands, "bazaar", "--adopt", "super clone", "--json")
    assert done.returncode == 0, done.stderr
    searched.run(now="2026-11-02T06:00:00+00:00", COUNTERMARK_BRANDS=str(brands))
    assert searched.frame("finds")["word"].to_list() == ["super clone"]
    assert searched.frame("observations")["listing_id"].to_list() == ["101"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--adopt", "x"), "--adopt needs the platforms"),
        (("bazaar", "--adopt", " "), "is no search word"),
        (("nowhere", "--adopt", "x"), "nowhere"),
    ],
)
def test_what_cannot_be_adopted_is_told_in_a_line(
    searched: Any, brands: Path, options: tuple[str, ...], said: str
) -> None:
    done = words(searched, brands, *options)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert not (searched.home / "state" / "words").exists()
