"""`crawl probe`: a draft that `crawl run` works with, and what it says where there is none."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.responses import HTMLResponse

from conf.platform import platform


def probed(crawls: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [crawls.command, "crawl", "probe", *arguments],
        env=crawls.environment(),
        cwd=crawls.project,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def refusal(crawls: Any, *arguments: str) -> str:
    """What it says when it cannot: one line, and nothing is written."""
    done = probed(crawls, *arguments)
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not list(crawls.platforms.iterdir())
    return " ".join(done.stderr.split())


@pytest.fixture
def front(shop: Any) -> Any:
    """The shop with a front page and two categories."""
    body = "<html><body><h1>Shop</h1><a href='/c'>All</a> <a href='/about'>About</a></body></html>"
    shop.answers["/"] = lambda _: HTMLResponse(body)
    return shop


def test_a_draft_finds_all_that_there_is_without_editing(front: Any, crawls: Any) -> None:
    done = probed(crawls, front.url("/"), "--loopback", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    (path,) = crawls.platforms.iterdir()
    assert told["written"] == str(path)
    priced = next(one for one in told["coverage"] if one["field"] == "price_text")
    assert priced["pages"] == priced["of"] >= 5

    one = platform(path.stem, crawls.platforms)
    assert (one.is_loopback_allowed, one.needs_browser, one.verified) == (True, False, "documented")
    assert "Not checked yet" in one.legal

    crawls.run(path.stem)
    rows = crawls.frame("observations").to_dicts()
    assert {row["listing_id"] for row in rows} == set(front.listings)
    by_id = {row["listing_id"]: row for row in rows}
    assert (by_id["105"]["title_text"], by_id["105"]["price_text"]) == ("Watch 105", "105.50")
    assert by_id["105"]["seller_id"] == "52"
    names = crawls.frame("seller_observations")["name_text"].to_list()
    assert "Shop 52" in names


def test_people_get_tables_and_the_next_step(front: Any, crawls: Any, tmp_path: Path) -> None:
    path = tmp_path / "corner.yaml"
    done = probed(crawls, front.url("/"), "--loopback", "--write", str(path), "--sample", "4")
    assert done.returncode == 0, done.stderr
    assert "countermark crawl run corner" in done.stdout
    assert "/item/*" in done.stdout
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["name"] == "corner"
    assert front.count("/item/") <= 6

    before = path.read_bytes()
    again = probed(crawls, front.url("/"), "--loopback", "--write", str(path))
    assert again.returncode == 1
    assert "is there already" in " ".join(again.stderr.split())
    assert path.read_bytes() == before


def test_what_is_no_address_is_said(crawls: Any) -> None:
    assert "is no address" in refusal(crawls, "shop.example")
    assert "is no address" in refusal(crawls, "ftp://shop.example/")
    assert "add --loopback" in refusal(crawls, "http://127.0.0.1:1/")
