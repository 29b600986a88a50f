"""A folder of saved pages in the lake: each page once, whatever is broken, killed or repeated."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conf.errors import ConfError, CrawlError
from conf.site import Site
from crawler.packs import Slot, read_body
from crawler.saved.extracting import Summary, Wish, extract

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
TABLES = ("captures", "observations", "refused")
STORAGE = ("pack", "pack_offset", "batch_id")  # a batch killed on its way leaves its number unused


def product(name: str, price: str, **more: Any) -> str:
    """A page of a shop that keeps to schema.org."""
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "offers": {"@type": "Offer", "price": price, "priceCurrency": "EUR"},
        **more,
    }
    return (
        f'<html lang="en"><head><script type="application/ld+json">{json.dumps(data)}</script>'
        f"</head><body><h1>{name}</h1></body></html>"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with whole, foreign and broken pages, and a list of some addresses."""
    made = tmp_path / "Saved pages"
    (made / "html").mkdir(parents=True)
    pages = made / "html"
    (pages / "a.html.gz").write_bytes(gzip.compress(product("Watch A", "10.50").encode()))
    (pages / "b.html").write_text(
        product("Bag B", "20").replace(
            "<head>", '<head><link rel="canonical" href="https://www.other.co.uk/p/b">'
        )
    )
    (pages / "c.html").write_text(product("Shoe C", "30"))
    (pages / "d.html").write_text("<html><body><h1>About us</h1></body></html>")
    (pages / "e.html.gz").write_bytes(gzip.compress(b"<h1>torn</h1>" * 99)[:-20])
    (pages / "f.html").write_bytes(b"")
    (pages / "g.html").symlink_to("/etc/hostname")
    (made / "answers.json").write_text('{"a": "not an address"}')
    (made / "truth.json").write_text(
        json.dumps({"a": {"url": "https://shop.example/item/a", "price": ["99"]}, "zz": 3})
    )
    return made


def rows(site: Site, table: str) -> list[dict[str, Any]]:
    """All rows of a table, by key, without where bodies lie."""
    frame = pl.read_delta(str(site.lake / table))
    return sorted(frame.drop(STORAGE, strict=False).to_dicts(), key=repr)


def test_pages_of_any_shop_become_observations(site: Site, folder: Path) -> None:
    summary = extract(site, Wish(folder, NOW))
    shown = {
        (row["listing_key"], row["url"], row["title_text"], row["price_text"], row["parser"])
        for row in rows(site, "observations")
    }
    assert shown == {
        ("shop-example:item/a", "https://shop.example/item/a", "Watch A", "10.50", "generic/1"),
        ("other-co-uk:p/b", "https://www.other.co.uk/p/b", "Bag B", "20", "generic/1"),
        (
            "saved-pages:Saved%20pages/html/c.html",
            "file:///Saved%20pages/html/c.html",
            "Shoe C",
            "30",
            "generic/1",
        ),
    }
    assert (summary.pages, summary.listings, summary.known) == (7, 3, 0)
    assert summary.passed_over == ("answers.json",)
    first = rows(site, "observations")[0]
    assert first["source"] == "extract"
    assert first["source_name"] == "extract-saved-pages-20261101T060000Z"


def test_what_is_broken_is_refused_and_the_rest_is_taken(site: Site, folder: Path) -> None:
    extract(site, Wish(folder, NOW))
    refused = {row["place"]: row for row in rows(site, "refused")}
    assert {place: row["reason"] for place, row in refused.items()} == {
        "Saved pages/html/d.html": "no_listing",
        "Saved pages/html/e.html.gz": "bad_gzip",
        "Saved pages/html/f.html": "empty",
        "Saved pages/html/g.html": "outside_folder",
    }
    captured = {row["capture_id"] for row in rows(site, "captures")}
    assert refused["Saved pages/html/d.html"]["capture_id"] in captured
    assert len(captured) == 4


def test_bodies_lie_in_packs(site: Site, folder: Path) -> None:
    extract(site, Wish(folder, NOW))
    for row in pl.read_delta(str(site.lake / "captures")).iter_rows(named=True):
        slot = Slot(row["pack"], row["pack_offset"], row["pack_length"])
        body = read_body(site.packs, slot, row["body_sha256"], row["body_bytes"])
        assert b"<h1>" in body


def test_again_adds_nothing_and_another_time_adds_all(site: Site, folder: Path) -> None:
    extract(site, Wish(folder, NOW))
    before = {table: rows(site, table) for table in TABLES}
    again = extract(site, Wish(folder, NOW))
    assert {table: rows(site, table) for table in TABLES} == before
    assert (again.known, again.listings, again.refused) == (4, 0, {})
    later = extract(site, Wish(folder, NOW.replace(day=2)))
    assert (later.known, later.listings) == (0, 3)


def test_a_page_that_is_there_twice_is_one_row(site: Site, folder: Path) -> None:
    (folder / "again.html").write_bytes((folder / "html" / "b.html").read_bytes())
    extract(site, Wish(folder, NOW))
    assert len(rows(site, "observations")) == 3
    assert len(rows(site, "captures")) == 4


def test_a_described_platform_reads_its_own_pages(site: Site, tmp_path: Path) -> None:
    saved = Path(__file__).parents[1] / "pages" / "saved" / "bazaar"
    made = tmp_path / "bazaar"
    made.mkdir()
    addresses = {}
    for kind in ("listing", "seller", "index"):
        (made / f"{kind}.html").write_bytes((saved / f"{kind}.html").read_bytes())
        expected = json.loads((saved / f"{kind}.expected.json").read_text(encoding="utf-8"))
        addresses[kind] = expected["url"]
    (made / "manifest.json").write_text(json.dumps(addresses))
    summary = extract(site, Wish(made, NOW))
    assert (summary.listings, summary.sellers) == (1, 1)
    assert summary.refused == {"no_kind": 1}  # a list is no page of a listing or seller
    (listing,) = rows(site, "observations")
    assert (listing["platform"], listing["parser"]) == ("bazaar", "bazaar/1")


def test_a_platform_can_be_named(site: Site, folder: Path) -> None:
    extract(site, Wish(folder, NOW, "my-shop"))
    assert {row["platform"] for row in rows(site, "observations")} == {"my-shop"}
    with pytest.raises(ConfError, match="write it as 'my-shop'"):
        extract(site, Wish(folder, NOW, "My Shop"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: None, "is no folder"),
        (lambda path: path.mkdir(), "holds no page"),
        (lambda path: path.write_text("x"), "is no folder"),
    ],
)
def test_a_folder_without_pages_is_told(
    site: Site, tmp_path: Path, make: Callable[[Path], Any], says: str
) -> None:
    make(tmp_path / "pages")
    with pytest.raises(CrawlError, match=says):
        extract(site, Wish(tmp_path / "pages", NOW))


def test_a_list_that_is_no_json_is_told(site: Site, folder: Path) -> None:
    (folder / "manifest.json").write_text("{")
    with pytest.raises(CrawlError, match=r"manifest.json: is not JSON"):
        extract(site, Wish(folder, NOW))


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import msgspec
from conf.site import site
from crawler.commit import Committer
from crawler.saved import bringing
from crawler.saved.extracting import Wish, extract

home, folder, now, table, when = sys.argv[1:]
bringing._BATCH_ROWS = 20
append = Committer._append

def dying(self, name, rows, seq):
    if name == table and when == "before" and seq == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    count = append(self, name, rows, seq)
    if name == table and when == "after" and seq == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return count

Committer._append = dying
here = msgspec.structs.replace(site("local"), home=Path(home))
extract(here, Wish(Path(folder), datetime.fromisoformat(now)))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of forty pages, some of which show nothing."""
    made = tmp_path_factory.mktemp("many") / "many"
    made.mkdir()
    for number in range(40):
        text = "<h1>empty</h1>" if number % 5 == 0 else product(f"Thing {number}", f"{number}.00")
        (made / f"{number:02d}.html").write_text(text)
    return made


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_amid_its_commits_and_run_again(
    site: Site, many: Path, tmp_path: Path, table: str, when: str
) -> None:
    clean = _other(site, tmp_path / "clean")
    extract(clean, Wish(many, NOW))
    arguments = [str(site.home), str(many), NOW.isoformat(), table, when]
    ended = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    assert ended.returncode == -signal.SIGKILL
    extract(site, Wish(many, NOW))
    for name in TABLES:
        assert rows(site, name) == rows(clean, name)
    assert len(rows(site, "observations")) == 32


def _other(site: Site, home: Path) -> Site:
    import msgspec

    return msgspec.structs.replace(site, home=home)


def test_the_command_tells_what_it_did(folder: Path, tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "countermark"
    ended = subprocess.run(
        [command, "crawl", "extract", str(folder), "--now", NOW.isoformat(), "--json"],
        env=os.environ | {"COUNTERMARK_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["listings"] == 3
    assert set(told) >= set(Summary.__struct_fields__)
