"""`crawl show`: one page by the rules of a crawl, or from a file; nothing is kept."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import RedirectResponse, Response

SAVED = Path(__file__).parent / "pages" / "saved"


def ended(crawls: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; whatever it says, it keeps nothing."""
    done = subprocess.run(
        [crawls.command, "crawl", "show", *arguments],
        env=crawls.environment(),
        cwd=crawls.project,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not crawls.home.exists() or not any(crawls.home.iterdir())
    return done


def shown(crawls: Any, *arguments: str) -> dict[str, Any]:
    done = ended(crawls, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_listing_with_its_steps_and_links(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    told = shown(crawls, shop.url("/item/105?utm_source=mail"))
    assert (told["platform"], told["kind"], told["parser"]) == ("bazaar", "listing", "bazaar/1")
    assert told["listing"]["price_text"] == "105.50"
    assert told["listing"]["provenance"]["price_text"] == "jsonld"
    assert [link["url"] for link in told["links"]] == [shop.url("/shop/52")]
    assert {path for _, path in shop.asked} == {"/robots.txt", "/item/105"}


def test_a_seller_and_an_index(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    assert shown(crawls, shop.url("/shop/52"))["seller"]["name_text"] == "Shop 52"
    links = shown(crawls, shop.url("/c"))["links"]
    assert [link["kind"] for link in links] == [*["listing"] * 5, "index"]


def test_people_get_a_table(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    done = ended(crawls, shop.url("/item/105"))
    assert "price_text" in done.stdout
    assert "jsonld" in done.stdout
    assert "1 seller" in done.stdout


def test_a_page_that_is_gone_or_shows_nothing_is_told(shop: Any, crawls: Any) -> None:
    shop.answers["/item/107"] = lambda _: Response("<p>nothing</p>", media_type="text/html")
    crawls.add(shop)
    assert shown(crawls, shop.url("/item/999"))["refused"][0] == "http_404"
    assert shown(crawls, shop.url("/item/107"))["refused"][0] == "no_listing"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/internal/7", "robots.txt does not allow it (robots_disallowed)"),
        ("/away", "a private address that its YAML does not name (private_address)"),
        ("/forbidden", "the server answered 403 (http_403)"),
    ],
)
def test_what_a_crawl_would_not_take_is_not_taken(
    shop: Any, crawls: Any, path: str, says: str
) -> None:
    shop.answers["/away"] = lambda _: RedirectResponse("http://169.254.169.254/")
    shop.answers["/forbidden"] = lambda _: Response("", status_code=403)
    crawls.add(shop)
    done = ended(crawls, shop.url(path))
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://169.254.169.254/latest", "no platform names the host 169.254.169.254"),
        ("https://elsewhere.example/item/1", "no platform names the host elsewhere.example"),
        ("file:///etc/passwd", "no platform names the host"),
        ("http://[broken/", "is no address"),
    ],
)
def test_only_hosts_of_platforms_are_asked(shop: Any, crawls: Any, address: str, says: str) -> None:
    crawls.add(shop)
    done = ended(crawls, address)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert says in done.stderr
    assert shop.asked == []


def test_an_address_of_another_platform_is_refused(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    done = ended(crawls, "https://elsewhere.example/item/1", "--platform", "bazaar")
    assert "is on a host that the platform's YAML does not name" in done.stderr


def test_a_host_that_is_down_is_told(shop: Any, crawls: Any) -> None:
    crawls.add(shop, politeness={"retries": 0})
    shop.stop()
    done = ended(crawls, shop.url("/item/1"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "the host refused the connection" in done.stderr


def test_a_saved_page_of_a_platform(crawls: Any) -> None:
    told = shown(crawls, str(SAVED / "kiosk" / "listing.html"))  # by its canonical address
    assert (told["platform"], told["kind"]) == ("127-0-0-1", "listing")
    crawls.platforms.rmdir()
    told = shown(crawls, str(SAVED / "kiosk" / "listing.html"))
    assert told["listing"]["title_text"]


def test_a_saved_page_of_any_shop(crawls: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<h1>Lamp</h1><b class="price">€ 9</b>')
    told = shown(crawls, str(page))
    assert (told["listing"]["price_text"], told["parser"]) == ("€ 9", "generic/1")


@pytest.mark.parametrize("content", [None, b"", b"\x1f\x8bno gzip"])
def test_a_file_that_cannot_be_read_is_told(
    crawls: Any, tmp_path: Path, content: bytes | None
) -> None:
    page = tmp_path / "page.html"
    if content is not None:
        page.write_bytes(content)
    done = ended(crawls, str(page))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert str(page) in done.stderr
