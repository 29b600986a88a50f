"""The files of a history: whole, the same bytes every time, and what the feeds say they are."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
import zstandard

from conf.errors import ConfError
from conf.feed import feed
from infra.sandbox import cli
from infra.sandbox.history import pictures
from infra.sandbox.history.past import Past
from infra.sandbox.history.people import Decision
from infra.sandbox.history.write import Written, write
from infra.sandbox.world import World
from infra.sandbox.world.markets import PARTNERS

SEED = 1005


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def read(path: Path) -> list[dict[str, object]]:
    """Read a partner's file by its feed, as text where it is text."""
    form, body = feed(path.name.partition(".")[0]), path.read_bytes()
    if path.suffix == ".gz":
        body = gzip.decompress(body)
    if path.suffix == ".zst":
        body = zstandard.ZstdDecompressor().decompress(body)
    if form.format == "parquet":
        return pl.read_parquet(io.BytesIO(body)).to_dicts()
    text = body.decode("utf-8-sig")
    if form.format == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=form.delimiter))


def test_each_partner_sends_four_files_in_its_own_form(folder: Path, listed: Written) -> None:
    assert not listed.is_new
    assert sorted(file.name for file in listed.files) == [
        "northmall_decisions.csv",
        "northmall_images.csv.zst",
        "northmall_listings.csv.zst",
        "northmall_sellers.csv",
        "rialto_decisions.jsonl.zst",
        "rialto_images.parquet",
        "rialto_listings.parquet",
        "rialto_sellers.parquet",
        "silkway_decisions.jsonl",
        "silkway_images.jsonl.gz",
        "silkway_listings.jsonl.gz",
        "silkway_sellers.jsonl.gz",
        "vendora_decisions.csv",
        "vendora_images.csv.gz",
        "vendora_listings.csv",
        "vendora_sellers.csv",
    ]
    for file in listed.files:
        assert len(read(folder / file.name)) == file.rows > 0


def test_partners_write_prices_and_days_in_their_own_way(folder: Path) -> None:
    north = read(folder / "northmall_listings.csv.zst")[0]
    silk = read(folder / "silkway_listings.jsonl.gz")[0]
    vend = read(folder / "vendora_listings.csv")[0]
    rial = read(folder / "rialto_listings.parquet")[0]
    assert str(north["exported_at"]).endswith("Z")
    assert north["currency"] == "USD"
    assert isinstance(silk["price"], dict)
    assert isinstance(silk["price"]["amount"], float)
    assert isinstance(silk["capturedAt"], int)
    assert str(vend["preis"]).endswith(" EUR")
    assert str(vend["preis"])[-7] == ","
    assert str(vend["eingestellt_am"]).count(".") == 2
    assert rial["valuta"] == "EUR"
    assert isinstance(rial["immagini"], list)


def test_hashes_are_those_that_the_crawler_makes(
    folder: Path, world: World, pasts: list[Past]
) -> None:
    offers = {one.offer.listing_id: one.offer for one in pasts[0].listings}
    row = read(folder / "northmall_images.csv.zst")[0]
    picture_id = offers[str(row["item_id"])].images[0]
    assert row["picture_url"] == f"https://img.northmall.example/{picture_id}.jpg"
    made = pictures.picture("", world.picture(picture_id))
    assert (row["sha256"], row["pdq"] or None) == (made.image_sha256, made.pdq_hex)


def test_a_pool_hashes_what_one_process_does(
    world: World, pasts: list[Past], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = pictures.wanted(SEED, pasts[1], ())[:60]
    alone = pictures.hashes(world, names)
    monkeypatch.setattr(pictures, "ALONE", 10)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert pictures.hashes(world, [*names, names[0]]) == alone
    assert list(alone) == names


def test_decided_listings_are_hashed_first(
    pasts: list[Past], taken: list[list[Decision]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST", 5)
    decided = {one.subject for one in taken[0]}
    shown = {one.offer.images[0]: one.offer for one in pasts[0].listings if one.offer.images}
    found = pictures.wanted(SEED, pasts[0], decided)
    assert len(found) == 5
    assert {shown[one].listing_id for one in found} <= decided


def test_verdicts_are_in_the_partners_words(folder: Path) -> None:
    for partner, name in zip(PARTNERS, ("csv", "jsonl", "csv", "jsonl.zst"), strict=True):
        form = feed(f"{partner}_decisions")
        rows = read(folder / f"{partner}_decisions.{name}")
        said = {row[form.fields["verdict"]] for row in rows}
        assert said <= set(form.verdicts)
        assert len(said) >= 2


def test_another_seed_takes_the_folder_over(tmp_path: Path) -> None:
    first = write(tmp_path, 7, 24)
    before = content(tmp_path)
    assert first.is_new
    assert not write(tmp_path, 7, 24).is_new
    assert write(tmp_path, 8, 24).is_new
    assert content(tmp_path) != before
    assert write(tmp_path, 7, 24).is_new
    assert content(tmp_path) == before


@pytest.mark.parametrize("spoil", ["cut", "lost", "no list"])
def test_a_folder_that_is_not_whole_is_made_whole(tmp_path: Path, spoil: str) -> None:
    write(tmp_path, 7, 24)
    before = content(tmp_path)
    one = tmp_path / "silkway_decisions.jsonl"
    if spoil == "cut":
        one.write_bytes(one.read_bytes()[:-1])
    elif spoil == "lost":
        one.unlink()
    else:
        (tmp_path / ".history.json").write_text("{")
    (tmp_path / ".vendora_images.csv.gz.77.partial").write_bytes(b"left by one that was killed")
    assert write(tmp_path, 7, 24).is_new
    assert content(tmp_path) == before


def test_killed_anywhere_it_comes_to_the_same_bytes(tmp_path: Path) -> None:
    chance = random.Random(4)
    write(tmp_path / "clean", 7, 60)
    command = [sys.executable, "-c", _WRITE, str(tmp_path / "killed"), "7", "60"]
    for _ in range(3):
        child = subprocess.Popen(command, start_new_session=True)
        time.sleep(chance.uniform(1.0, 3.0))
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    subprocess.run(command, check=True)
    assert content(tmp_path / "killed") == content(tmp_path / "clean")


_WRITE = """
import sys
from pathlib import Path
from infra.sandbox.history.write import write
if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
"""


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(ConfError, match=r"taken/history: cannot be written: .*choose another"):
        write(tmp_path / "taken" / "history", 7, 24)
    with pytest.raises(ConfError, match=r"--listings 0: must be from 1"):
        write(tmp_path, 7, 0)


def test_the_command_tells_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.history(out=tmp_path, seed=7, listings=24)
    said = capsys.readouterr().out
    assert "16 files written" in said
    assert f"countermark feed import --history {tmp_path}" in said
    cli.history(out=tmp_path, seed=7, listings=24, json=True)
    found = json.loads(capsys.readouterr().out)
    assert not found["is_new"]
    assert len(found["files"]) == 16
