"""A flagged listing captured as Chromium shows it: only what may be loaded, kept as evidence."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import msgspec
import polars as pl
import pytest
import zstandard
from deltalake import DeltaTable
from PIL import Image
from starlette.responses import HTMLResponse, Response

from conf import merkle
from conf.platform import Kinds, Platform, Politeness
from crawler.browser import chromium
from crawler.frontier.robots import rules
from crawler.rendered import viewing

PAGE = """<html><body style="margin:0;background:#fff"><h1>Watch 103</h1><div id=late></div>
<img src="/img/34.jpg"><img src="/internal/x.jpg"><img src="http://127.0.0.1:9/tracker.gif">
<script>fetch('/stock.json').then(r => r.json()).then(s => {
  document.getElementById('late').textContent = 'only ' + s.left + ' left'; })</script>
<div style="height:3000px"></div></body></html>"""
needs_chromium = pytest.mark.skipif(chromium() is None, reason="this machine has no Chromium")


def capture(crawls: Any, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [crawls.command, "crawl", "capture", what, "--json"],
        env=crawls.environment(),
        cwd=crawls.project,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.browser
@needs_chromium
def test_the_answer_the_page_and_its_picture_are_kept(shop: Any, crawls: Any) -> None:
    shop.answers["/item/103"] = lambda _: HTMLResponse(PAGE)
    shop.answers["/stock.json"] = lambda _: Response('{"left": 2}', media_type="application/json")
    crawls.add(shop, politeness={"requests_per_second": 20})
    ended = capture(crawls, shop.url("/item/103"))
    assert ended.returncode == 0, ended.stderr
    said = msgspec.json.decode(ended.stdout.splitlines()[-1])
    assert (said["listing_key"], said["status"], said["loaded"]) == ("bazaar:103", 200, 3)
    assert said["stopped"] >= 2  # what robots.txt disallows, and what is elsewhere
    assert shop.count("/internal/") == 0
    rows = pl.read_delta(str(crawls.home / "lake/captures")).sort("page_kind").to_dicts()
    assert [row["page_kind"] for row in rows] == ["listing", "rendered", "screenshot"]
    assert {row["listing_key"] for row in rows} == {"bazaar:103"}
    plain, rendered, picture = (body(crawls, row) for row in rows)
    assert plain == PAGE.encode()
    assert b"only 2 left" in rendered
    shown = Image.open(io.BytesIO(picture))
    assert shown.format == "PNG"
    assert shown.width == viewing.WIDTH
    assert 3000 < shown.height < 4000
    (batch,) = pl.read_delta(str(crawls.home / "lake/batches")).to_dicts()
    assert batch["batch_id"] == "capture:1"
    leaves = [merkle.leaf(merkle.leaf_text(row)) for row in rows]
    assert sorted(leaves) == sorted(batch["leaves_sha256"])
    log = DeltaTable(crawls.home / "lake/captures").history(1)[0]
    assert log["merkle_root"] == batch["root_sha256"] == merkle.root(batch["leaves_sha256"])


def body(crawls: Any, row: dict[str, Any]) -> bytes:
    with (crawls.home / "packs" / row["pack"]).open("rb") as file:
        file.seek(row["pack_offset"])
        return zstandard.ZstdDecompressor().decompress(file.read(row["pack_length"]))


@needs_chromium
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("bazaar:999", "no listing 'bazaar:999' was ever seen"),
        ("http://elsewhere.example/item/1", "no platform names the host"),
        ("/internal/item/1", "robots"),
    ],
)
def test_what_may_not_be_fetched_is_not_shown(shop: Any, crawls: Any, what: str, said: str) -> None:
    crawls.add(shop)
    ended = capture(crawls, shop.url(what) if what.startswith("/") else what)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert not (crawls.home / "packs").exists()


def test_without_chromium_it_is_said_what_to_do(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    ended = subprocess.run(
        [crawls.command, "crawl", "capture", shop.url("/item/103")],
        env=crawls.environment() | {"PATH": "/nowhere"},
        cwd=crawls.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "install the package chromium" in ended.stderr
    assert shop.asked == []


SHOP = Platform(
    name="shop",
    title="Shop",
    pages="shop",
    home="https://shop.example/",
    hosts=("shop.example", "cdn.example"),
    kinds=Kinds(listing=r"/p/(?P<id>\w+)"),
    verified="sandbox",
    politeness=Politeness(requests_per_second=2.0),
)


@pytest.mark.parametrize(
    ("url", "kind", "may"),
    [
        ("https://shop.example/p/1", "document", True),
        ("https://shop.example/a.jpg", "image", True),
        ("https://shop.example/private/a.js", "script", False),
        ("https://cdn.example/a.js", "script", False),  # it told no rules
        ("https://tracker.example/a.js", "script", False),
        ("https://shop.example/film.mp4", "media", False),
        ("http://169.254.169.254/latest", "fetch", False),
        ("file:///etc/passwd", "document", False),
        ("data:text/html,x", "document", False),
    ],
)
def test_the_gate_lets_through_only_what_a_crawl_would(url: str, kind: str, *, may: bool) -> None:
    written = rules(200, b"User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n")
    assert written is not None
    gate = viewing.Gate(SHOP, {"shop.example": written})
    assert gate.may(url, kind) is may


def test_the_gate_keeps_each_hosts_pace() -> None:
    slow = rules(200, b"User-agent: *\nCrawl-delay: 3\n")
    free = rules(404, b"")
    assert slow is not None
    assert free is not None
    gate = viewing.Gate(SHOP, {"shop.example": slow, "cdn.example": free})
    waits = [gate.wait_s("https://shop.example/", 100.0) for _ in range(3)]
    assert waits == [0.0, 3.0, 6.0]
    assert [gate.wait_s("https://cdn.example/", 100.0) for _ in range(2)] == [0.0, 0.5]


def test_no_other_name_is_looked_up() -> None:
    found = viewing.arguments({"shop.example": "192.0.2.7", "127.0.0.1": "127.0.0.1"})
    assert (
        "--host-resolver-rules=MAP shop.example 192.0.2.7, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        in found
    )
