"""Exported evidence: other tools open it, every hash in it holds, one changed byte is told."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from warcio.archiveiterator import ArchiveIterator

from conf import merkle
from conf.errors import ConfError, LakeError
from jobs.evidence_verdict import verdict
from jobs.evidence_verify import check
from jobs.evidence_warc import export, manifest_path
from tests.jobs.conftest import AT
from tests.jobs.seals import sealed

if TYPE_CHECKING:
    from conf.site import Site

KEY, OBSERVATION = "bazaar:1", "ab" * 32
ITEM = "http://bazaar.example/item/1?a=1"
PAGE = b"<h1>V3lmorin Abyss 300, AAA replica 1:1</h1>" * 30
PICTURE = bytes(range(256)) * 8
Lay, Store = Callable[..., int], Callable[..., dict[str, Any]]
WARCIO = Path(sys.executable).parent / "warcio"


@pytest.fixture
def captures(lay: Lay, store: Store) -> list[dict[str, Any]]:
    """A listing with its page, two pictures that are the same, and what a browser showed."""
    page = store(
        PAGE,
        url=ITEM,
        requested_url="http://bazaar.example/i/1",
        redirects='[[301,"http://bazaar.example/i/1"]]',
        response_headers='[["Content-Type","text/html"],["Content-Encoding","gzip"],'
        '["Content-Length","77"],["X-Name","caf\\u00e9"]]',
        answered_at=datetime(2026, 11, 2, 6, 1, 2, 30_000, tzinfo=UTC),
        clock_offset_s=0.03,
        ip_address="192.0.2.7",
        certificate_sha256="aa" * 32,
        certificate_chain_sha256=["aa" * 32, "bb" * 32],
    )
    pictures = [
        store(PICTURE, url=f"http://bazaar.example/{name}.jpg", page_kind="image")
        for name in ("a", "b")
    ]
    shown = [
        store(b"\x89PNG shown", url=ITEM, page_kind="screenshot", content_type="image/png"),
        store(b"<html>shown</html>", url=ITEM, page_kind="rendered"),
    ]
    for row in shown:
        row["listing_key"] = KEY
    made = [page, *pictures, *shown]
    for row in made:
        row["batch_id"] = "crawl:1"
    lay("captures", *made, store(b"of another listing", url="http://bazaar.example/9"))
    lay("batches", sealed(made))
    seen = {"listing_key": KEY, "platform": "bazaar", "listing_id": "1", "url": ITEM}
    seen |= {"observation_id": OBSERVATION, "observed_at": AT, "capture_id": page["capture_id"]}
    lay("observations", seen | {"observed_on": AT.date(), "provenance_json": "{}"})
    lay("listings", seen)
    times = {"first_seen_at": AT, "last_seen_at": AT, "checked_at": AT}
    lay("listing_sightings", {"listing_key": KEY, "platform": "bazaar"} | times)
    lay("listing_photos", *(photo(row) for row in pictures))
    return made


def photo(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "listing_key": KEY,
        "image_url": row["url"],
        "image_sha256": row["body_sha256"],
        "capture_id": row["capture_id"],
    }


@pytest.mark.usefixtures("captures")
def test_the_usual_tools_open_it_and_find_every_digest_right(site: Site, tmp_path: Path) -> None:
    path = export(site, KEY, tmp_path / "case").path
    assert path.name == "case.warc.gz"
    checked = subprocess.run(
        [WARCIO, "check", "-v", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 14
    assert checked.stdout.count("digest present but not checked (revisit)") == 1
    index = subprocess.run(
        [WARCIO, "index", "-f", "warc-type,warc-target-uri,http:status", path],
        capture_output=True,
        text=True,
        check=True,
    )
    found = [msgspec.json.decode(line) for line in index.stdout.splitlines()]
    assert [one["warc-type"] for one in found[:4]] == [
        "warcinfo",
        "response",
        "request",
        "metadata",
    ]
    assert Counter(one["warc-type"] for one in found) == {
        "warcinfo": 1,
        "response": 2,
        "revisit": 1,
        "request": 3,
        "resource": 3,
        "metadata": 5,
    }
    assert found[1]["warc-target-uri"] == ITEM
    assert found[1]["http:status"] == "200"


@pytest.mark.usefixtures("captures")
def test_a_record_tells_what_came_as_it_came(site: Site, tmp_path: Path) -> None:
    path = export(site, KEY, tmp_path / "case.warc.gz").path
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        next(records)
        answer = next(records)
        assert answer.content_stream().read() == PAGE
        assert answer.rec_headers.get_header("WARC-IP-Address") == "192.0.2.7"
        assert answer.rec_headers.get_header("WARC-Date") == "2026-11-02T06:01:02.030000Z"
        assert answer.http_headers.headers == [
            ("Content-Type", "text/html"),
            ("X-Archive-Orig-Content-Encoding", "gzip"),
            ("X-Archive-Orig-Content-Length", "77"),
            ("X-Name", "caf\u00e9"),
            ("Content-Length", str(len(PAGE))),
        ]
        request = next(records)
        assert request.http_headers.statusline == "/item/1?a=1 HTTP/1.1"
        told = msgspec.json.decode(next(records).content_stream().read())
    assert told["capture"]["redirects"] == '[[301,"http://bazaar.example/i/1"]]'
    assert told["capture"]["certificate_chain_sha256"] == ["aa" * 32, "bb" * 32]
    assert told["capture"]["clock_offset_s"] == 0.03
    proof = msgspec.convert(told["seal"]["proof"], merkle.Proof)
    assert merkle.holds(merkle.leaf(told["leaf"]), proof)


@pytest.mark.usefixtures("captures")
def test_it_is_the_same_each_time_and_holds(site: Site, tmp_path: Path) -> None:
    first = export(site, KEY, tmp_path / "one.warc.gz")
    again = export(site, OBSERVATION, tmp_path / "two" / "one.warc.gz")
    assert first.path.read_bytes() == again.path.read_bytes()
    found = check(first.path)
    assert (found.records, found.captures, found.sealed, found.faults) == (15, 5, 5, ())
    manifest_path(first.path).unlink()
    assert check(first.path).faults == ()
    together = verdict([first.path], site)
    assert together.faults == ()
    assert together.packs is not None
    assert (together.packs.captures, together.packs.unsealed) == (6, 1)
    assert list(together.lines())[-1] == "Everything holds."


@pytest.mark.usefixtures("captures")
@pytest.mark.parametrize("is_beside", [True, False])
def test_one_changed_byte_is_named(site: Site, tmp_path: Path, *, is_beside: bool) -> None:
    path = export(site, KEY, tmp_path / "case.warc.gz").path
    places = msgspec.json.decode(manifest_path(path).read_bytes())["records"]
    if not is_beside:
        manifest_path(path).unlink()
    whole = path.read_bytes()
    for place in places:
        at = place["offset"] + place["length"] // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        faults = check(path).faults
        assert faults, place
        end = place["offset"] + place["length"]
        assert faults[0].byte is not None
        assert place["offset"] <= faults[0].byte < end + 16
        named = place["record_id"] in str(faults[0])
        assert named or f"byte {place['offset']}" in str(faults[0])


@pytest.mark.usefixtures("captures")
def test_a_file_that_was_cut_or_lacks_a_record_is_told(site: Site, tmp_path: Path) -> None:
    path = export(site, KEY, tmp_path / "case.warc.gz").path
    places = msgspec.json.decode(manifest_path(path).read_bytes())["records"]
    manifest_path(path).unlink()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    assert "the file ends within it" in str(check(path).faults[0])
    answer = next(one for one in places if one["type"] == "response")
    path.write_bytes(whole[: answer["offset"]] + whole[answer["offset"] + answer["length"] :])
    assert f"its record {answer['record_id']} is not in the file" in str(check(path).faults[0])
    path.write_bytes(whole[: places[-1]["offset"]])
    assert "there are 0 in the file" in str(check(path).faults[0])
    path.write_bytes(b"no archive")
    assert check(path).faults[0].byte is not None


def test_a_picture_that_was_altered_is_left_out_and_named_and_a_page_is_no_evidence(
    site: Site, captures: list[dict[str, Any]], tmp_path: Path
) -> None:
    pack = site.packs / captures[0]["pack"]
    whole = pack.read_bytes()
    at = captures[1]["pack_offset"] + 20
    pack.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    written = export(site, KEY, tmp_path / "case.warc.gz")
    assert written.captures == 4
    assert list(written.left_out) == [captures[1]["capture_id"]]
    assert check(written.path).faults == ()
    pack.write_bytes(b"\0" + whole[1:])
    with pytest.raises(LakeError, match="is not evidence any more"):
        export(site, KEY, tmp_path / "case.warc.gz")


def test_what_is_not_there_is_told(site: Site, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no listing"):
        export(site, "bazaar:77", tmp_path / "x.warc.gz")
    with pytest.raises(ConfError, match="evidence export"):
        check(tmp_path / "none.warc.gz")
