"""A platform is added by its page: saved pages are read, a served shop is crawled, nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

HOST = "https://glasshouse.example"
PAGES = {"/things/4711": "listing", "/people/fell-and-sons": "seller", "/browse": "index"}


@pytest.fixture(scope="module")
def followed(copy: Any) -> tuple[Any, dict[str, str], Any]:
    """A copy in which the page was done but for the crawl, the files before, and the page."""
    before = copy.state()
    page = copy.follow("platform", lambda line: "crawl run" in line or "lake show refused" in line)
    return copy, before, page


@pytest.fixture(scope="module")
def served(followed: Any) -> Iterator[str]:
    """The page's saved pages on a loopback server, at the paths that they had."""
    copy, _, _ = followed
    saved = copy.root / "tests/crawler/pages/saved/glasshouse"

    class Glasshouse(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = PAGES.get(self.path.partition("?utm")[0])
            here = f"http://127.0.0.1:{self.server.server_port}"
            body = (saved / f"{name}.html").read_text().replace(HOST, here) if name else ""
            self.send_response(200 if name else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Glasshouse)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_page_works_and_names_every_file_that_changes(
    followed: Any, changed: Callable[..., set[str]]
) -> None:
    copy, before, page = followed
    assert changed(before, copy.state()) == page.changes


def test_a_shop_that_is_served_is_crawled(followed: Any, served: str, tmp_path: Path) -> None:
    """The page's YAML with another address, and the page's module as it is."""
    copy, _, _ = followed
    told = (copy.root / "conf/platforms/glasshouse.yaml").read_text()
    told = told.replace(HOST, served).replace("[glasshouse.example]", f"['{served[7:]}']")
    folder = tmp_path / "platforms"
    folder.mkdir()
    polite = "politeness: {requests_per_second: 200}\n"
    (folder / "glasshouse.yaml").write_text(told + "is_loopback_allowed: true\n" + polite)
    home = tmp_path / "home"
    copy.environment |= {"COUNTERMARK_HOME": str(home), "COUNTERMARK_PLATFORMS": str(folder)}
    copy.run(".venv/bin/countermark crawl run glasshouse --now 2026-11-02T06:00:00+00:00")

    seen = pl.read_delta(str(home / "lake/observations")).sort("listing_id")
    assert seen["listing_id"].to_list() == ["4711", "4712"]
    assert seen["title_text"].to_list() == ["Tarnwick Fellview 8x42", None]
    assert seen["is_gone"].to_list() == [False, True]  # 4712 is not served
    sellers = pl.read_delta(str(home / "lake/seller_observations"))
    assert sellers["name_text"].to_list() == ["Fell & Sons"]
    refused = pl.read_delta(str(home / "lake/refused"))
    assert sorted(refused["reason"].to_list()) == ["http_404", "http_404"]
