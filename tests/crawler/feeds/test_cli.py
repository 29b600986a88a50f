"""The verbs of `countermark feed`: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conf.errors import ConfError, FeedError
from crawler.feeds.cli import check, import_, list_
from tests.crawler.feeds.conftest import json_lines

GOOD = {"source": "shop", "listing_id": "1", "title": "a", "price_text": "$5"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COUNTERMARK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_import_tells_what_became_of_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(GOOD, {"title": "of no source"}))
    import_(path, feed="real_listings")
    assert "a.jsonl: refused no_platform 1; see the table refused" in capsys.readouterr().out
    import_(path, feed="real_listings", json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["files"][0]["state"], told["taken"]) == ("imported before", 0)


def test_a_file_that_cannot_be_read_ends_with_an_error_after_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    bad.write_bytes(b"\x1f\x8b\x08torn")
    good.write_bytes(json_lines(GOOD))
    with pytest.raises(FeedError, match=r"bad\.jsonl cannot be read at all"):
        import_(bad, good, feed="real_listings", json=True)
    files = json.loads(capsys.readouterr().out)["files"]
    assert [(one["state"], one["taken"]) for one in files] == [("unreadable", 0), ("imported", 1)]


def test_a_history_is_imported_by_the_names_of_its_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "real_listings.jsonl").write_bytes(json_lines(GOOD))
    (folder / ".hidden").write_bytes(b"x")
    import_(history=folder, json=True)
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert (told["file"], told["feed"], told["taken"]) == (
        "real_listings.jsonl",
        "real_listings",
        1,
    )
    (folder / "nobody.csv").write_bytes(b"x")
    with pytest.raises(ConfError, match=r"nobody\.yaml is missing; there are: "):
        import_(history=folder)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "name files and their --feed"),
        ({"history": Path(), "feed": "real_listings"}, "leave out files and --feed"),
        ({"history": Path("/nowhere")}, "there is no such folder"),
    ],
)
def test_wrong_options_are_told(given: dict[str, object], said: str) -> None:
    with pytest.raises((ConfError, FeedError), match=said):
        import_(**given)  # type: ignore[arg-type]


def test_an_empty_history_is_told(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="holds no file"):
        import_(history=tmp_path)


def test_check_writes_nothing(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(GOOD, [1], {"title": "x"}))
    check(path, feed="real_listings")
    shown = capsys.readouterr().out
    assert "3 rows, 1 would be taken, 2 refused (bad_json 1, no_platform 1)" in shown
    assert "line 2: the line is no JSON object" in shown
    check(path, feed="real_listings", json=True)
    assert json.loads(capsys.readouterr().out)["filled"]["price_text"] == 1
    assert not home.exists()
    with pytest.raises(FeedError, match=r"a\.jsonl: it is no Parquet file"):
        check(path, feed="rialto_listings")


def test_list_names_every_feed(capsys: pytest.CaptureFixture[str]) -> None:
    list_()
    assert "real_listings" in capsys.readouterr().out
    list_(json=True)
    assert {"real_listings"} <= {one["name"] for one in json.loads(capsys.readouterr().out)}
