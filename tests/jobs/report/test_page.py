"""The page of a brand: right at any size, whole by itself, and deaf to what listings say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from jobs.report._told import MOST_CARDS, MOST_NEW
from jobs.report._writing import open_desk, write

from .conftest import NEW, ORRIS, TODAY, offer, picture

if TYPE_CHECKING:
    from conf.site import Site

Offer = dict[str, dict[str, Any]]
VOID = {"meta", "img", "br", "link", "hr", "input"}


@pytest.fixture
def page(alliance: Site, shelve: Callable[..., None], tmp_path: Path) -> Callable[..., str]:
    """`page(offer(1), …)`: the page of Orris over these listings."""

    def make(*offers: Offer) -> str:
        shelve(*offers)
        written = write(open_desk(alliance, TODAY), ORRIS, tmp_path / "out")
        return Path(written.page or "").read_text(encoding="utf-8")

    return make


class Tags(HTMLParser):
    """Checks that every element is closed where it should be; keeps ids and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 - as HTMLParser names it
        given = dict(attrs)
        self.found.append((tag, given))
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 - as HTMLParser names it
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:  # noqa: D102 - as HTMLParser names it
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def texts(page: str, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in LexborHTMLParser(page).css(selector)]


def figures(page: str) -> dict[str, str]:
    rows = LexborHTMLParser(page).css("dl.figures div")
    return {row.css_first("dt").text(): row.css_first("dd").text() for row in rows}


def many(count: int, **given: Any) -> Iterator[Offer]:
    return (offer(number, **given) for number in range(count))


def test_no_listing(page: Callable[..., str]) -> None:
    text = page(offer(1, brand="velmora", title="Velmora bag"))
    assert texts(text, "h1") == ["Orris"]
    assert "No listing of Orris has been seen so far." in texts(text, ".lead")[0]
    assert texts(text, "article, svg, dl.figures") == []
    assert Tags(text).open == []


def test_one_listing(page: Callable[..., str]) -> None:
    text = page(offer(1, first_seen_at=NEW))
    assert texts(text, ".lead strong") == [
        "1 live listing of Orris is a red flag, new since the day before."
    ]
    assert list(figures(text).values()) == ["1", "1", "1", "0"]
    assert texts(text, "article h3") == ["Orris Tidewater 300 mirror copy"]
    assert "10 % of the reference price of $1,000 for Tidewater 300" in texts(text, ".price")[0]
    assert texts(text, ".reasons li") == ["Asking price is 10 % of the reference price"]


def test_many_listings_are_counted_whole_and_shown_in_part(page: Callable[..., str]) -> None:
    new = many(300, first_seen_at=NEW)
    old = (offer(n, suspicion=60.0, seller_key=f"bazaar:s{n}") for n in range(300, 700))
    text = page(*new, *old, offer(900, is_gone=True), offer(901, suspicion=3.0))
    assert list(figures(text).values()) == ["300", "300", "1", "400"]
    assert len(texts(text, "article")) == MOST_CARDS
    assert len(texts(text, "section[aria-labelledby=new] > .scroll tbody tr")) == MOST_NEW
    assert f"The {MOST_NEW} most suspect of 300 new red flags." in text
    assert "The 50 most suspect of the 700 live listings" in text
    assert len(text) < 400_000


def test_charts_say_the_numbers_of_the_tables(page: Callable[..., str]) -> None:
    text = page(*many(3), *(offer(n, first_seen_at=NEW, listing_key=f"kiosk:{n}") for n in (7, 8)))
    tree = LexborHTMLParser(text)
    table = tree.css_first("figure[aria-labelledby=platforms] details table")
    rows = [[cell.text() for cell in row.css("th, td")] for row in table.css("tbody tr")]
    assert {row[0]: row[2] for row in rows} == {"Bazaar": "3", "The Kiosk": "2"}
    drawn = tree.css("figure[aria-labelledby=platforms] svg text")
    assert [one.text() for one in drawn] == ["Bazaar", "The Kiosk", "3", "2"]
    days = tree.css_first("figure[aria-labelledby=trend] details table")
    told = [[cell.text() for cell in row.css("th, td")] for row in days.css("tbody tr")]
    assert told == [["1 Nov", "0", "3"], ["2 Nov", "3", "2"]]
    steps = tree.css_first("figure[aria-labelledby=prices] details table")
    assert ["10%", "5", "0"] in [[c.text() for c in row.css("th, td")] for row in steps.css("tr")]


def test_nothing_is_fetched(page: Callable[..., str]) -> None:
    text = page(*many(5), offer(9, first_seen_at=NEW))
    found = Tags(text).found
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {
        t for t, _ in found
    }
    for tag, given in found:
        assert not [name for name in given if name.startswith("on") or name in {"srcset", "action"}]
        if "src" in given:
            assert (given["src"] or "").startswith("data:image/jpeg;base64,")
        if tag == "a":
            assert re.match(r"(#|https://bazaar\.example/|orris-pages/)", given["href"] or "")
        if tag == "a" and (given["href"] or "").startswith("http"):
            assert given["rel"] == "noopener noreferrer nofollow"
    assert not re.search(r"url\((?!#)|@import|xlink:href=\"(?!#)", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    "title",
    [
        "</script><script>alert(1)</script> Orris",
        "<img src=x onerror=alert(1)> Orris",
        '"><svg onload=alert(1)> Orris',
        "Orris \u202egpj.exe",
        "Orris\x00\x1b[31m\u200b\ufeff",
        "{{ 7*7 }} {% raw %} Orris",
        "Orris " + "A" * 100_000,
        "=HYPERLINK(1)",
        "",
    ],
)
def test_a_hostile_title_is_only_text(page: Callable[..., str], title: str) -> None:
    given = {"title": title, "seller_name": title, "mention_text": title, "reasons": [title]}
    text = page(offer(1, **given, is_mention_disguised=True, first_seen_at=NEW))
    tags = Tags(text)
    assert tags.open == []
    assert not {"script", "iframe"} & {tag for tag, _ in tags.found}
    assert [tag for tag, _ in tags.found if tag == "img"] == ["img"]  # the official photo
    assert not {"\u202e", "\x00", "\x1b", "\u200b"} & set(text)
    assert len(text) < 200_000
    assert "49" not in texts(text, "article h3")[0]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//bazaar.example/1",
        "https://",
        "https://bazaar.example/\u202e1",
        " https://bazaar.example/1",
        'https://bazaar.example/"onmouseover="x',
    ],
)
def test_only_a_web_address_becomes_a_link(page: Callable[..., str], url: str) -> None:
    tags = Tags(page(offer(1, url=url)))
    links = [given["href"] for tag, given in tags.found if tag == "a"]
    outward = [one for one in links if not (one or "").startswith("#")]
    assert outward == ([url] if url.startswith('https://bazaar.example/"') else [])
    assert not [given for _, given in tags.found if "onmouseover" in given]


def test_a_reader_who_cannot_see_finds_a_way(page: Callable[..., str]) -> None:
    text = page(*many(3, first_seen_at=NEW), offer(9, suspicion=60.0))
    tags = Tags(text)
    assert tags.found[0] == ("html", {"lang": "en"})
    assert len(tags.ids) == len(set(tags.ids))
    levels = [int(tag[1]) for tag, _ in tags.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(given.get("alt") for tag, given in tags.found if tag == "img")
    tree = LexborHTMLParser(text)
    assert all(table.css_first("caption") is not None for table in tree.css("table"))
    assert all(head.attributes.get("scope") for head in tree.css("th"))
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in tree.css("svg"))
    assert tree.css_first("a.skip").attributes["href"] == "#content"
    assert tree.css_first("main#content") is not None
    for named in ("aria-labelledby", "href"):
        inner = [g[named] for _, g in tags.found if (g.get(named) or "").startswith("#")]
        assert {(one or "")[1:] for one in inner} <= set(tags.ids)
    labels = [g["aria-labelledby"] for _, g in tags.found if "aria-labelledby" in g]
    assert set(labels) <= set(tags.ids)
    assert all(g.get("tabindex") == "0" for _, g in tags.found if g.get("class") == "scroll")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(scheme: str) -> None:
    """WCAG AA asks for 4.5 to 1 between text and what it stands on."""
    style = (Path(__file__).parents[3] / "jobs/report/templates/style.css").read_text()
    part = style.split("@media")[0 if scheme == "light" else 1]
    colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", part))
    for ink, paper in [
        ("ink", "paper"),
        ("soft", "paper"),
        ("strong", "paper"),
        ("link", "paper"),
        ("soft", "panel"),
        ("note-ink", "note"),
    ]:
        pair = sorted((_light(colours[ink]), _light(colours[paper])))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ink, paper)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    line = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]


def test_pictures_stand_beside_the_official_photo(
    page: Callable[..., str], lay: Callable[..., int], store: Callable[..., dict[str, Any]]
) -> None:
    shown = store(picture("darkred"), url="https://bazaar.example/1.jpg")
    broken = store(b"\xff\xd8 no picture", url="https://bazaar.example/2.jpg")
    stored = store(b"<h1>Orris</h1>", url="https://bazaar.example/item/1")
    lay("captures", shown, broken, stored)
    repeats = {"product_key": "orris/tidewater", "distance_bits": 9}
    lay(
        "listing_photos",
        {"listing_key": "bazaar:1", "image_url": "a", "capture_id": shown["capture_id"]} | repeats,
        {"listing_key": "bazaar:2", "image_url": "b", "capture_id": broken["capture_id"]},
    )
    text = page(offer(1, suspicion=99.0, capture_id=stored["capture_id"]), offer(2))
    first, second = LexborHTMLParser(text).css("article")
    assert len(first.css("img")) == 2
    assert "The listing repeats the official photo." in first.text()
    assert first.css_first("a[href^=orris-pages]").attributes["href"] == (
        f"orris-pages/{stored['body_sha256']}.txt"
    )
    assert (len(second.css("img")), "no picture stored" in second.text()) == (1, True)


def test_what_rules_scored_is_said_to_be_unmeasured(page: Callable[..., str]) -> None:
    (text,) = [one for one in texts(page(offer(1)), ".meanings dd") if "fixed rules" in one]
    assert "not measured" in text
