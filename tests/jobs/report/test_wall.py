"""What a brand's report must not say of the others."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest

from jobs.catalogue import catalogue
from jobs.report._wall import BLANK, WALLED, Wall
from jobs.report._writing import open_desk, write
from jobs.score._reasons import reason

from .conftest import NEW, ORRIS, TODAY, VELMORA, offer

if TYPE_CHECKING:
    from conf.site import Site

WALL = Wall(ORRIS, (ORRIS, VELMORA))


def all_texts(folder: Path) -> str:
    """Everything in the files of a report, unpacked."""
    texts = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        texts.append(str(path))
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                texts += [book.read(name).decode() for name in book.namelist()]
        else:
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts).casefold()


def test_no_word_of_another_brand_is_in_the_files(
    alliance: Site, shelve: Callable[..., None], lay: Callable[..., int], tmp_path: Path
) -> None:
    shelve(
        offer(1, title="Orris and VELMORA bags, velmora_outlet", first_seen_at=NEW),
        offer(2, url="https://bazaar.example/item/vel-mora-bag", seller_name="Velmora Factory"),
        offer(3, seller_key="bazaar:velmora-shop", reasons=["Says: “replica velmora”"]),
        offer(4, listing_key="bazaar:velmora-7", reasons=["Number of brands mentioned: 2"]),
        offer(5, brand="velmora", title="Secret 4711", seller_key="bazaar:secret-seller"),
        offer(6, brand="velmora", listing_key="plaza:only-theirs", title="Secret 4711"),
    )
    lay("sellers", {"seller_key": "bazaar:velmora-shop", "name": "Velmora Official"})
    written = write(open_desk(alliance, TODAY), ORRIS, tmp_path / "out")
    assert (written.listings, written.red_flags) == (4, 4)
    told = all_texts(tmp_path / "out")
    assert "orris" in told
    for secret in ("velmora", "vel-mora", "secret", "only-theirs", "plaza"):
        assert secret not in told, secret
    page = Path(written.page or "").read_text()
    assert "Number of brands mentioned" not in page
    assert page.count("another brand") >= 4


def test_a_key_that_spells_another_brand_is_followed_by_its_observation(
    alliance: Site, shelve: Callable[..., None], tmp_path: Path
) -> None:
    made = offer(4, listing_key="bazaar:velmora-7")
    shelve(made)
    written = write(open_desk(alliance, TODAY), ORRIS, tmp_path / "out")
    observation = made["listing_scores"]["observation_id"]
    assert f"countermark evidence show {observation}" in Path(written.page or "").read_text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Velmora bag", f"{BLANK} bag"),
        ("the velmora_outlet", f"the {BLANK}_outlet"),
        ("Orris Tidewater", "Orris Tidewater"),
        (None, None),
        ("", ""),
    ],
)
def test_names_are_taken_out_of_texts(text: str | None, shown: str | None) -> None:
    assert WALL.text(text) == shown


def test_an_everyday_word_is_a_name_only_in_the_capitals_of_its_mark() -> None:
    fennel = msgspec.structs.replace(
        VELMORA, key="fennel", name="Fennel", marks=("FENNEL",), common_words=True
    )
    wall = Wall(ORRIS, (ORRIS, fennel))
    assert wall.text("fennel tea by FENNEL") == f"fennel tea by {BLANK}"
    assert wall.addresses(pl.Series(["https://x.example/fennel-tea"])).to_list() == [
        "https://x.example/fennel-tea"
    ]


def test_a_name_inside_ones_own_is_kept() -> None:
    orr = msgspec.structs.replace(VELMORA, key="orr", name="Orr", marks=("Orr",))
    assert Wall(ORRIS, (ORRIS, orr)).text("Orris, not Orr") == "Orris, not Orr"


@pytest.mark.parametrize("name", WALLED)
def test_what_is_counted_over_other_brands_is_no_reason(name: str) -> None:
    said = reason(catalogue()[name], 1.0)
    assert said is not None
    kept = WALL.reasons(pl.Series([[said, "Says that it is a copy"]]))
    assert kept.to_list() == [["Says that it is a copy"]]


@pytest.mark.parametrize("name", WALLED)
def test_the_words_seen_do_not_save_such_a_reason(name: str) -> None:
    said: Any = reason(catalogue()[name], 1.0, ("Velmora", "Orris"))
    assert WALL.reasons(pl.Series([[said]])).to_list() == [[]]


def test_the_stored_page_of_a_listing_is_laid_beside_the_report_as_it_came(
    alliance: Site,
    shelve: Callable[..., None],
    lay: Callable[..., int],
    store: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    mine, theirs = store(b"<h1>Orris</h1>"), store(b"<h1>Secret</h1>", url="https://b.example/2")
    lay("captures", mine, theirs)
    shelve(
        offer(1, capture_id=mine["capture_id"]),
        offer(2, brand="velmora", capture_id=theirs["capture_id"]),
    )
    write(open_desk(alliance, TODAY), ORRIS, tmp_path / "out")
    pages = list((tmp_path / "out" / "orris-pages").iterdir())
    assert [(one.name, one.read_bytes()) for one in pages] == [
        (f"{mine['body_sha256']}.txt", b"<h1>Orris</h1>")
    ]
