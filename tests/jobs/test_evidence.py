"""The chain from a score back to the stored bytes: shown whole, and every broken link told."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
import xgboost

from conf.brand import brands
from conf.errors import ConfError, LakeError
from jobs.evidence import evidence, find
from jobs.evidence_page import save
from jobs.evidence_text import lines
from jobs.models import rules
from jobs.reader import Lake
from jobs.receipt import facts_at
from jobs.score._scorer import CALIBRATION, Scorer, read
from jobs.score._scoring import scored

if TYPE_CHECKING:
    from conf.site import Site

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)
KEY, SELLER, OBSERVATION = "bazaar:1", "bazaar:lucky-star", "ab" * 32
PAGE = b"<h1>V3lmorin Abyss 300, AAA replica 1:1, WhatsApp only</h1>"
TITLE = "V3lmorin Abyss 300, AAA replica 1:1"
VERSIONS = dict.fromkeys(("listings", "listing_matches", "sellers", "seller_features"), 0)
Lay, Store = Callable[..., int], Callable[..., dict[str, Any]]


@pytest.fixture
def chain(site: Site, lay: Lay, store: Store) -> dict[str, Any]:
    """A lake with one listing, its page, picture, seller, decision, and score by the rules."""
    capture = store(PAGE)
    picture = store(b"not really a jpeg", url="http://bazaar.example/1.jpg", page_kind="image")
    lay("captures", capture, picture)
    seen = {
        "listing_key": KEY,
        "platform": "bazaar",
        "listing_id": "1",
        "seller_key": SELLER,
        "url": "http://bazaar.example/item/1",
        "observation_id": OBSERVATION,
        "observed_at": AT,
        "capture_id": capture["capture_id"],
    }
    shown = {"title_text": TITLE, "price_text": "$90", "observed_on": AT.date()}
    provenance = {"provenance_json": '{"title_text":"jsonld","price_text":"selector"}'}
    lay("observations", seen | shown | provenance)
    title = {"title": TITLE, "title_folded": "velmorin abyss 300, aaa replica 1:1"}
    own = {k: v for k, v in seen.items() if k != "observed_on"}
    versions = {
        "listings": lay("listings", own | title | {"price_usd": 90.0, "is_disguised": True}),
        "listing_matches": lay(
            "listing_matches",
            {
                "listing_key": KEY,
                "seller_key": SELLER,
                "brand": "velmorin",
                "claim": "claim",
                "mention_text": "V3lmorin",
                "is_mention_disguised": True,
                "reference_usd": 9000.0,
                "price_to_reference": 0.01,
            },
        ),
        "sellers": lay("sellers", {"seller_key": SELLER, "platform": "bazaar", "name": "Lucky"}),
        "seller_features": lay("seller_features", {"seller_key": SELLER}),
    }
    lay("listing_sightings", seen_row(KEY), seen_row("bazaar:12"), seen_row("kiosk:1"))
    lay(
        "listing_photos",
        {
            "listing_key": KEY,
            "image_url": picture["url"],
            "image_sha256": picture["body_sha256"],
            "capture_id": picture["capture_id"],
            "product_key": "velmorin/abyss-300",
            "distance_bits": 12,
        },
    )
    lay("decisions", {"subject_key": SELLER, "verdict": "counterfeit", "basis": "examination"})
    scores(site, lay, versions)
    return capture


def seen_row(key: str) -> dict[str, Any]:
    times = {"first_seen_at": AT, "last_seen_at": AT, "checked_at": AT}
    return {"listing_key": key, "platform": key.split(":", maxsplit=1)[0]} | times


def scores(
    site: Site, lay: Lay, versions: dict[str, int], model: Scorer | None = None, **other: Any
) -> None:
    """Score the listing with the rules or a model, as the job does, and lay the row."""
    model = model or rules()
    facts = facts_at(Lake(site.lake), KEY, versions)
    review = {one.key: one.gates.review for one in brands(site.brands)}
    (made,) = scored(model, facts, review).to_dicts()
    row = made | {
        "listing_key": KEY,
        "platform": "bazaar",
        "seller_key": SELLER,
        "brand": "velmorin",
        "model_name": model.name,
        "model_version": model.version,
        "model_sha256": model.sha256,
        "observation_id": OBSERVATION,
        "observed_at": AT,
        "receipt_json": json.dumps(versions),
    }
    lay("listing_scores", row | other)


def test_the_whole_chain_is_there_and_holds(site: Site, chain: dict[str, Any]) -> None:
    found = evidence(site, KEY)
    assert found.check is not None
    assert (found.check.state, found.check.sha256) == ("right", chain["body_sha256"])
    assert found.observation is not None
    assert found.observation["title_text"] == TITLE
    assert found.provenance == {"title_text": "jsonld", "price_text": "selector"}
    assert [
        (one.row["distance_bits"], one.check and one.check.state) for one in found.pictures
    ] == [(12, "right")]
    assert [row["verdict"] for row in found.decisions] == ["counterfeit"]
    assert found.repeated is not None
    assert found.score is not None
    assert found.score["suspicion"] > 80
    assert found.repeated.suspicion == found.score["suspicion"]
    values = {one.feature: one.value for one in found.repeated.features}
    assert values["price_ratio"] == pytest.approx(0.01)
    assert found.repeated.features[0].weight >= found.repeated.features[1].weight > 0
    assert found.faults == []


def test_an_observation_id_finds_the_same_chain(site: Site, chain: dict[str, Any]) -> None:
    assert evidence(site, OBSERVATION).capture == evidence(site, KEY).capture
    assert chain["capture_id"] == evidence(site, OBSERVATION).capture["capture_id"]  # type: ignore[index]


def test_the_text_tells_every_step(site: Site, chain: dict[str, Any]) -> None:
    text = "\n".join(lines(evidence(site, KEY)))
    for piece in (
        chain["body_sha256"],
        "request header             User-Agent: countermark",
        f"{TITLE}  [jsonld]",
        "the official photo of velmorin/abyss-300, 12 of 256 bits away",
        "price_ratio",
        "listing_matches            version 0",
        "the same to the digit",
        f"{SELLER}: counterfeit, on examination",
        "Everything holds",
    ):
        assert piece in text


def test_an_altered_byte_in_the_pack_is_told(site: Site, chain: dict[str, Any]) -> None:
    pack = site.packs / chain["pack"]
    changed = bytearray(pack.read_bytes())
    changed[chain["pack_offset"] + 8] ^= 1
    pack.write_bytes(changed)
    found = evidence(site, KEY)
    assert found.check is not None
    assert found.check.state == "altered"
    assert [fault for fault in found.faults if str(pack) in fault]
    with pytest.raises(LakeError, match="not evidence any more"):
        save(site, KEY, site.home / "page")


def test_a_missing_pack_is_told_and_the_rest_goes_on(site: Site, chain: dict[str, Any]) -> None:
    (site.packs / chain["pack"]).unlink()
    found = evidence(site, KEY)
    assert found.check is not None
    assert found.check.state == "missing"
    assert found.repeated is not None
    assert found.repeated.is_same


@pytest.mark.usefixtures("chain")
def test_a_score_that_was_changed_is_told(site: Site, lay: Lay) -> None:
    scores(site, lay, VERSIONS, suspicion=12.0)
    found = evidence(site, KEY)
    assert found.repeated is not None
    assert not found.repeated.is_same
    assert "was 12.0" in found.repeated.finding


@pytest.mark.usefixtures("chain")
def test_a_score_is_computed_from_the_versions_it_names_not_the_newest(
    site: Site, lay: Lay
) -> None:
    lay("listings", {"listing_key": KEY, "seller_key": SELLER, "title": "nothing of it any more"})
    found = evidence(site, KEY)
    assert found.repeated is not None
    assert found.repeated.versions["listings"] == 0
    assert found.repeated.is_same


def small_model() -> Scorer:
    """A model of two features, learned from four rows."""
    names = ["price_ratio", "says_replica"]
    rows = np.array([[0.01, 1], [0.05, 1], [1.0, 0], [0.9, 0]] * 8, dtype=np.float32)
    matrix = xgboost.DMatrix(rows, label=[1, 1, 0, 0] * 8, feature_names=names)
    trees = xgboost.train({"objective": "binary:logistic", "seed": 1}, matrix, 9)
    trees.set_attr(**{CALIBRATION: "[[-6.0, 0.003], [6.0, 0.997]]"})
    content = bytes(trees.save_raw("ubj"))
    return read(content, "counterfeit", "1", hashlib.sha256(content).hexdigest())


@pytest.mark.usefixtures("chain")
def test_a_models_score_is_repeated_with_what_each_feature_adds(
    site: Site, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small_model()
    monkeypatch.setattr("jobs.receipt.scorer", lambda _site, _version: model)
    scores(site, lay, VERSIONS, model)
    found = evidence(site, KEY)
    assert found.repeated is not None
    assert found.score is not None
    assert found.repeated.is_same, found.repeated.finding
    assert 50 < found.score["suspicion"] < 100
    weights = {one.feature: one.weight for one in found.repeated.features}
    assert weights["price_ratio"] + weights["says_replica"] > 1
    assert {name for name, weight in weights.items() if weight} <= set(model.features)


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"receipt_json": '{"listings": 99}'}, "version 99"),
        ({"receipt_json": "none"}, "names no table versions"),
        ({"model_sha256": "0" * 64}, "sha256"),
        ({"model_name": "counterfeit", "model_version": "7"}, "has no version 7"),
    ],
)
def test_a_score_that_cannot_be_repeated_says_why(
    site: Site, lay: Lay, given: dict[str, Any], told: str
) -> None:
    scores(site, lay, VERSIONS, **given)
    found = evidence(site, KEY)
    assert found.repeated is not None
    assert not found.repeated.is_same
    assert told in found.repeated.finding
    assert "\n" not in found.repeated.finding


@pytest.mark.usefixtures("chain")
def test_an_unknown_key_names_the_nearest(site: Site) -> None:
    with pytest.raises(LakeError, match=r"bazaar:13.*nearest: bazaar:1"):
        find(Lake(site.lake), "bazaar:13")
    with pytest.raises(LakeError, match="no listing has been seen yet"):
        find(Lake(site.home / "empty"), "bazaar:1")


@pytest.mark.usefixtures("chain")
def test_a_partners_row_rests_on_a_line_of_a_kept_file(site: Site, lay: Lay) -> None:
    file = b"id,title\n1,V3lmorin\n"
    sha256 = hashlib.sha256(file).hexdigest()
    provenance = json.dumps(
        {"title_text": "feed", "file": "a.csv", "file_sha256": sha256, "line": "2"}
    )
    row = {"listing_key": KEY, "observation_id": OBSERVATION, "observed_at": AT}
    lay("observations", row | {"observed_on": AT.date(), "provenance_json": provenance})
    missing = evidence(site, KEY)
    assert missing.origin is not None
    assert missing.origin.check is not None
    assert missing.origin.check.state == "missing"
    kept = site.packs / "feeds" / sha256
    kept.parent.mkdir(parents=True)
    kept.write_bytes(file)
    found = evidence(site, KEY)
    assert found.origin is not None
    assert (found.origin.file, found.origin.line, found.origin.sha256) == ("a.csv", "2", sha256)
    assert found.provenance == {"title_text": "feed"}
    assert found.faults == []
    kept.write_bytes(file + b"3,more\n")
    assert "altered" in evidence(site, KEY).faults[0]
    with pytest.raises(LakeError, match="on no page"):
        save(site, KEY, site.home / "page")


@pytest.mark.usefixtures("chain")
def test_what_a_terminal_would_obey_is_named(site: Site, lay: Lay) -> None:
    evil = "\x1b]0;owned\x07\u202eevil\r\x00"
    row = {"listing_key": KEY, "observation_id": OBSERVATION, "observed_at": AT}
    lay("observations", row | {"observed_on": AT.date(), "title_text": evil, "seller_id": evil})
    text = "\n".join(lines(evidence(site, KEY)))
    assert not {"\x1b", "\x07", "\u202e", "\x00", "\r"} & set(text)
    assert "⟨U+001B⟩" in text


def test_a_page_is_saved_as_its_bytes_that_nothing_runs(
    site: Site, chain: dict[str, Any], tmp_path: Path
) -> None:
    saved = save(site, KEY, tmp_path / "new" / "page.html")
    assert saved.path == tmp_path / "new" / "page.html.txt"
    assert saved.path.read_bytes() == PAGE
    assert hashlib.sha256(saved.path.read_bytes()).hexdigest() == chain["body_sha256"]
    assert [path.name for path in saved.path.parent.iterdir()] == ["page.html.txt"]


@pytest.mark.usefixtures("chain")
def test_a_folder_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfError, match="cannot be written"):
        save(site, KEY, tmp_path / "file" / "page")


@pytest.mark.usefixtures("chain")
def test_the_command_ends_with_status_1_when_something_does_not_hold(site: Site) -> None:
    code = "import sys; from conf.cli import main; sys.argv[0] = 'countermark'; main()"
    command = [sys.executable, "-c", code, "evidence", "show"]
    environment = {"COUNTERMARK_HOME": str(site.home), "PATH": "/usr/bin:/bin"}

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], env=environment, capture_output=True, text=True, check=False
        )

    good = run(KEY, "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["check"]["state"] == "right"
    (site.packs / "c1" / "0001.pack").unlink()
    assert run(KEY).returncode == 1
    unknown = run("bazaar:none")
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert "the nearest: bazaar:1" in unknown.stderr


@pytest.mark.usefixtures("chain")
def test_only_the_listings_own_rows_are_read(site: Site) -> None:
    found = evidence(site, "kiosk:1")
    assert (found.capture, found.score, found.decisions, found.pictures) == (None, None, [], [])
    assert pl.DataFrame([found.sighting])["listing_key"].to_list() == ["kiosk:1"]
    assert "not scored yet" in "\n".join(lines(found))


@pytest.mark.usefixtures("chain")
def test_a_reader_that_has_seen_enough_is_no_fault(site: Site) -> None:
    code = "import sys; from conf.cli import main; sys.argv[0] = 'countermark'; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "evidence", "show", KEY],
        env={"COUNTERMARK_HOME": str(site.home), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)
