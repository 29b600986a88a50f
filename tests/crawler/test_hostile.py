"""What a hostile or broken host does costs its own page at most, and is written down."""

from __future__ import annotations

import asyncio
import gzip
import struct
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import brotli
import polars as pl
import pytest
import zstandard
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from conf.errors import CrawlError
from crawler.handlers import LARGEST_HEAD
from crawler.packs import Slot, read_body


async def endless() -> AsyncIterator[bytes]:
    for _ in range(10_000):  # no end that anybody waits for, yet the server's thread ends
        yield b"x" * 65_536
        await asyncio.sleep(0.005)


async def dripping() -> AsyncIterator[bytes]:
    for _ in range(1_000):
        yield b"x"
        await asyncio.sleep(0.2)


def bomb() -> bytes:
    return gzip.compress(b"0" * 50_000_000)


def huge_png() -> bytes:
    """A picture of 3.6 billion pixels in a hundred bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0" * 99))


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def test_each_hostile_page_is_refused_and_the_rest_is_taken(shop: Any, crawls: Any) -> None:
    shop.answers = {
        "/item/100": lambda _: StreamingResponse(endless(), media_type="text/html"),
        "/item/101": lambda _: Response(bomb(), headers={"content-encoding": "gzip"}),
        "/item/102": lambda _: StreamingResponse(dripping(), media_type="text/html"),
        "/item/103": lambda _: RedirectResponse("http://169.254.169.254/latest/meta-data/"),
        "/item/104": lambda _: RedirectResponse("http://elsewhere.example/item/104"),
        "/item/105": lambda _: RedirectResponse("file:///etc/passwd"),
        "/item/106": lambda _: RedirectResponse("/item/106"),
        "/item/107": lambda _: Response("broken", status_code=500),
        "/item/108": lambda _: Response("no", status_code=403),
        "/item/109": lambda _: Response("cut", headers={"content-length": "9000"}),
        "/img/36.jpg": lambda _: Response(b"\xff\xd8 no picture", media_type="image/jpeg"),
        "/img/37.jpg": lambda _: Response(huge_png(), media_type="image/png"),
    }
    crawls.add(shop, politeness={"timeout_s": 1, "retries": 1, "largest_body_bytes": 1_000_000})
    crawls.run()
    refused = {row["place"].rpartition("/")[2]: row for row in crawls.frame("refused").to_dicts()}
    assert {place: row["reason"] for place, row in refused.items()} == {
        "100": "too_large",
        "101": "too_large",
        "102": "timeout",
        "103": "private_address",
        "104": "outside_platform",
        "105": "bad_scheme",
        "106": "too_many_redirects",
        "107": "http_500",
        "108": "http_403",
        "109": "cut_off",
        "36.jpg": "bad_picture",
        "37.jpg": "too_many_pixels",
    }
    assert sorted(crawls.frame("observations")["listing_id"]) == ["110", "111"]
    kept = crawls.frame("captures").filter(pl.col("page_kind") == "image")
    assert refused["36.jpg"]["capture_id"] in kept["capture_id"].to_list()


def zeros(encoding: str) -> Response:
    """50 MB of nothing, packed."""
    plain = b"0" * 50_000_000
    packed = {
        "deflate": lambda: zlib.compress(plain),
        "br": lambda: brotli.compress(plain, quality=1),
        "zstd": lambda: zstandard.ZstdCompressor().compress(plain),
    }
    return Response(packed[encoding](), headers={"content-encoding": encoding})


def cookies(answer: Response, count: int) -> Response:
    for number in range(count):
        answer.raw_headers.append((b"set-cookie", b"c%d=%s" % (number, b"v" * 40)))
    return answer


def test_bombs_depths_and_lies_cost_their_own_page(shop: Any, crawls: Any) -> None:
    deep_json = f'<script type="application/ld+json">{"[" * 100_000}</script>'
    huge = {"content-length": str(10**9), "content-type": "application/json"}
    named = shop._item("106").encode("utf-16")
    shop.answers = {
        "/item/100": lambda _: zeros("deflate"),
        "/item/101": lambda _: zeros("br"),
        "/item/102": lambda _: zeros("zstd"),
        "/item/103": lambda _: HTMLResponse("<div>" * 100_000 + shop._item("103")),
        "/item/104": lambda _: HTMLResponse(deep_json),
        "/item/105": lambda _: StreamingResponse(endless(), headers=huge),
        "/item/106": lambda _: Response(named, media_type="text/html; charset=iso-8859-1"),
        "/item/107": lambda _: Response(shop._item("107"), media_type="text/html; charset=none"),
        "/item/108": lambda _: cookies(HTMLResponse(shop._item("108")), 3_000),
        "/item/109": lambda _: Response(shop._item("109"), headers={"content-encoding": "gzip"}),
    }
    crawls.add(shop, politeness={"timeout_s": 5, "retries": 1, "largest_body_bytes": 1_000_000})
    crawls.run()
    refused = {row["place"].rpartition("/")[2]: row for row in crawls.frame("refused").to_dicts()}
    assert {place: row["reason"] for place, row in refused.items()} == {
        "100": "too_large",
        "101": "too_large",
        "102": "too_large",
        "103": "too_deep",
        "104": "no_listing",
        "105": "too_large",
        "109": "bad_encoding",
    }
    taken = crawls.frame("observations")
    assert sorted(taken["listing_id"]) == ["106", "107", "108", "110", "111"]
    assert "Watch 106" in taken["title_text"].to_list()
    assert all("cookie" not in headers for headers in shop.headers)
    kept = crawls.frame("captures").filter(pl.col("url").str.ends_with("/item/108"))
    assert "[removed]" in kept["response_headers"][0]
    assert "vvvv" not in kept["response_headers"][0]


def test_a_robots_file_without_an_end_shuts_the_host(shop: Any, crawls: Any) -> None:
    huge = {"content-length": str(100_000_000)}
    shop.answers["/robots.txt"] = lambda before: StreamingResponse(
        endless(), media_type="text/plain", headers=huge if before else {}
    )
    crawls.add(shop, politeness={"timeout_s": 5, "retries": 1, "largest_body_bytes": 1_000_000})
    crawls.run()
    assert crawls.reasons() == {"robots_unreachable": 1}
    assert {path for _, path in shop.asked} == {"/robots.txt"}


def test_a_flood_of_headers_is_cut_short(shop: Any, crawls: Any, flood: int) -> None:
    crawls.add(shop)
    crawls.add(
        shop,
        "flood",
        hosts=[f"127.0.0.1:{flood}"],
        home=f"http://127.0.0.1:{flood}/",
        discovery={"categories": [f"http://127.0.0.1:{flood}/c"]},
    )
    crawls.run()
    rows = crawls.frame("refused").filter(pl.col("platform") == "flood")
    assert rows["reason"].to_list() == ["robots_unreachable"]
    assert "head" in rows["detail"][0]
    assert crawls.frame("observations").height == 12


def test_a_head_is_measured_whole_however_its_bytes_come(shop: Any, crawls: Any) -> None:
    """A connection may bring a quarter of a megabyte at once, or a few bytes."""
    shop.answers = {
        "/item/100": lambda _: headed(LARGEST_HEAD + 100),
        "/item/101": lambda _: headed(2 * LARGEST_HEAD),
        "/item/102": lambda _: headed(8 * LARGEST_HEAD),
        "/item/103": lambda _: headed(LARGEST_HEAD - 10_000),
    }
    crawls.add(shop, politeness={"requests_per_second": 50})
    crawls.run()
    refused = crawls.frame("refused").sort("place")
    reasons = zip((place[-3:] for place in refused["place"]), refused["reason"], strict=True)
    assert dict(reasons) == {
        "100": "head_too_large",
        "101": "head_too_large",
        "102": "head_too_large",
        "103": "no_listing",
    }


def headed(size: int) -> Response:
    """An answer with a head of so many bytes."""
    answer = HTMLResponse("<p>headers</p>")
    answer.raw_headers += [(b"x-%03d" % number, b"y" * 995) for number in range(size // 1_000)]
    return answer


@pytest.fixture
def flood() -> Iterator[int]:
    """The port of a server whose headers never end."""
    port: list[int] = []
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for number in range(10_000_000):
                writer.write(b"x-%d: %s\r\n" % (number, b"y" * 500))
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()

    ready = threading.Event()
    loop.call_soon_threadsafe(lambda: loop.create_task(serve()))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    assert ready.wait(5)
    yield port[0]
    loop.call_soon_threadsafe(loop.stop)


@pytest.mark.parametrize("status", [500, 503])
def test_without_a_robots_answer_nothing_is_asked(shop: Any, crawls: Any, status: int) -> None:
    headers = {"retry-after": "0"}
    shop.answers["/robots.txt"] = lambda _: Response("", status_code=status, headers=headers)
    crawls.add(shop, politeness={"retries": 1})
    summary = crawls.run()
    assert {path for _, path in shop.asked} == {"/robots.txt"}
    assert summary["platforms"][0]["refused"] == {"robots_unreachable": 1}
    assert crawls.reasons() == {"robots_unreachable": 1}


def test_what_robots_disallows_is_not_asked(shop: Any, crawls: Any) -> None:
    shop.robots = "User-agent: countermark\nDisallow: /item/105\n\nUser-agent: *\nDisallow: /\n"
    crawls.add(shop)
    crawls.run()
    assert shop.count("/item/105") == 0
    assert crawls.reasons() == {"robots_disallowed": 1}
    assert crawls.frame("observations").height == 11


def test_retry_after_is_kept_by_the_whole_host(shop: Any, crawls: Any) -> None:
    busy = Response("", status_code=429, headers={"retry-after": "1"})
    shop.answers["/item/103"] = lambda before: (
        busy if before == 0 else Response(shop._item("103"), media_type="text/html")
    )
    crawls.add(shop, politeness={"concurrency": 1})
    crawls.run()
    (first, second) = (at for at, path in shop.asked if path == "/item/103")
    assert second - first >= 1.0
    assert [path for at, path in shop.asked if first < at < first + 0.95] == []
    assert crawls.frame("observations").height == 12
    assert crawls.frame("refused").height == 0


def test_a_token_is_fetched_sent_and_renewed_and_never_kept(shop: Any, crawls: Any) -> None:
    shop.answers["/token"] = lambda before: Response(f'{{"access_token": "secret{before}"}}')
    shop.answers["/item/104"] = lambda before: (
        Response("", status_code=401)
        if before == 0
        else Response(shop._item("104"), media_type="text/html")
    )
    crawls.add(shop, token_url=shop.url("/token"))
    crawls.run()
    assert shop.count("/token") == 2
    sent = {headers.get("authorization") for headers in shop.headers}
    assert {"Bearer secret0", "Bearer secret1"} <= sent
    captures = crawls.frame("captures")
    assert not captures["request_headers"].str.contains("secret").any()
    assert captures["request_headers"].str.contains("authorization", literal=True).any() or (
        captures["request_headers"].str.contains("Authorization", literal=True).any()
    )
    assert crawls.frame("observations").height == 12


def test_bodies_are_in_the_packs_and_a_torn_pack_is_told(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    crawls.run()
    rows = pl.read_delta(str(crawls.home / "lake/captures")).sort("pack_offset").to_dicts()
    packs = crawls.home / "packs"
    for row in rows:
        slot = Slot(row["pack"], row["pack_offset"], row["pack_length"])
        body = read_body(packs, slot, row["body_sha256"], row["body_bytes"])
        assert len(body) == row["body_bytes"]
    pack = packs / slot.pack
    pack.write_bytes(pack.read_bytes()[:-3])
    with pytest.raises(CrawlError, match="take the pack from a copy"):
        read_body(packs, slot, rows[-1]["body_sha256"], rows[-1]["body_bytes"])


def test_a_second_crawl_at_once_is_told_so_in_one_line(shop: Any, crawls: Any) -> None:
    shop.pause_s = 0.05
    crawls.add(shop)
    first = crawls.start()
    while not shop.asked:
        assert first.poll() is None
    second = crawls.start(now="2026-11-02T06:00:00+00:00")
    _, err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "is being written by crawl (process" in err
    assert len(err.splitlines()) == 1
    assert first.wait(timeout=60) == 0


def test_a_home_that_cannot_be_written_is_told_in_one_line(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    crawls.home.write_text("a file, not a folder")
    process = crawls.start()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
