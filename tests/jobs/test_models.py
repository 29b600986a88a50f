"""Which model scores: no registry, an empty one, a champion, damaged ones; and that it travels."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest

from conf.errors import ModelError
from conf.site import Site
from jobs import models
from jobs.consumed import digest
from jobs.judged import Interval, Judged
from jobs.models import Shelf, Version
from jobs.score._scorer import BANDS, CALIBRATION, ELSEWHERE, Scorer, read, xgboost
from jobs.score._scoring import scored

NAMES = ("price_ratio", "says_replica")


def model_file(names: tuple[str, ...] = NAMES, bands: str = "{}") -> bytes:
    """Give a small model: cheap is suspect, and cheap with a copy word more so."""
    rng = np.random.default_rng(1)
    vectors = np.column_stack([rng.uniform(0, 1, 400), rng.integers(0, 2, 400)]).astype("float32")
    labels = (vectors[:, 0] < 0.3) & (vectors[:, 1] > 0)
    matrix = xgboost().DMatrix(vectors, label=labels, feature_names=list(names))
    parameters = {"max_depth": 3, "objective": "binary:logistic", "nthread": 1}
    trees = xgboost().train(parameters, matrix, 20)
    trees.set_attr(**{CALIBRATION: "[[-8.0, 0.0], [0.0, 0.5], [8.0, 1.0]]", BANDS: bands})
    return bytes(trees.save_raw("ubj"))


@pytest.fixture
def shelved(site: Site) -> Iterator[Any]:
    """`shelved(content, …)`: a registry whose state is kept, with one champion of this content."""

    def make(content: bytes, *, sha256: str | None = None, alias: str = models.CHAMPION) -> Version:
        folder = site.artefacts / site.model / "run" / "artifacts" / "model"
        folder.mkdir(parents=True)
        (folder / models.MODEL_FILE).write_bytes(content)
        tags = {models.SHA256: sha256 or hashlib.sha256(content).hexdigest()}
        version = Version("1", "run", folder.as_uri(), tags, (alias,))
        database = models.database(site)
        assert database is not None
        database.write_bytes(b"SQLite format 3\0" + b"\0" * 84)
        kept = Shelf(f"{database.stat().st_size}-{database.stat().st_mtime_ns}", (version,))
        path = site.artefacts / site.model / models.SHELF_FILE
        path.write_bytes(msgspec.json.encode(kept))
        return version

    return make


def test_the_rules_score_while_there_is_no_registry(site: Site) -> None:
    found = models.scorer(site)
    assert (found.name, found.version, found.is_learned) == ("rules", "1", False)
    assert len(found.sha256) == 64
    assert models.judged(site) is None
    assert not site.home.exists()  # asking makes nothing


def test_without_a_registry_mlflow_is_not_imported(site: Site) -> None:
    code = (
        "import sys, msgspec\nfrom pathlib import Path\nfrom conf.site import site\n"
        "from jobs import models\nhome = Path(sys.argv[1])\n"
        "here = msgspec.structs.replace(site('local'), home=home, "
        "tracking_uri=f'sqlite:///{home}/mlflow.db')\n"
        "models.scorer(here); models.judged(here)\n"
        "print({'mlflow', 'sklearn', 'xgboost', 'pyspark'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(site.home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_champion_scores(site: Site, shelved: Any) -> None:
    version = shelved(model_file())
    found = models.scorer(site)
    assert (found.name, found.version) == ("counterfeit", "1")
    assert (found.sha256, found.features) == (version.tags[models.SHA256], NAMES)
    vectors = np.array([[0.1, 1], [0.9, 0], [np.nan, 1]], dtype="float32")
    points, low, high = found.suspicion(vectors, ["bazaar"] * 3)
    assert points[0] > 60
    assert points[1] < 40
    assert (points >= 0).all()
    assert (points <= 100).all()
    assert np.isnan([low, high]).all()  # a model of before there were intervals
    assert models.scorer(site, "1") == found
    with pytest.raises(ModelError, match=r"^model counterfeit has no version 7; there are: 1$"):
        models.scorer(site, "7")


def test_a_platform_that_was_audited_has_a_calibration_of_its_own() -> None:
    bands = {
        "bazaar": [[-8.0, 0.1, 0.05, 0.2], [8.0, 0.1, 0.05, 0.2]],
        ELSEWHERE: [[-8.0, 0.0, 0.0, 0.5], [8.0, 1.0, 0.5, 1.0]],
    }
    found = read(model_file(bands=json.dumps(bands)), "counterfeit", "1", "")
    vectors = np.array([[0.1, 1], [0.9, 0], [0.1, 1], [0.9, 0]], dtype="float32")
    points, low, high = found.suspicion(vectors, ["markt", "bazaar", "bazaar", "markt"])
    assert points[1:3].tolist() == [10.0, 10.0]
    assert low[1:3].tolist() == [5.0, 5.0]
    assert high[1:3].tolist() == [20.0, 20.0]
    assert points[0] > 50 > points[3]
    assert (low[[0, 3]] < points[[0, 3]]).all()
    assert (points[[0, 3]] < high[[0, 3]]).all()


@pytest.mark.parametrize(
    ("bands", "why"),
    [
        ('{"bazaar": [[0.0, 0.5]]}', "has damaged bands of platforms: train it again"),
        (
            '{"bazaar": [[0.0, 0.5, 0.4, 0.6], [1.0, 0.6, 0.3, 0.7]]}',
            "has a band of bazaar that does not rise: train it again",
        ),
    ],
)
def test_a_damaged_band_is_told(bands: str, why: str) -> None:
    with pytest.raises(ModelError, match=f"^model counterfeit version 1 {why}$"):
        read(model_file(bands=bands), "counterfeit", "1", "")


def test_a_version_that_is_not_promoted_does_not_score(site: Site, shelved: Any) -> None:
    shelved(model_file(), alias="challenger")
    assert models.scorer(site).name == "rules"


def test_it_travels_to_workers_and_names_what_a_table_was_made_of(site: Site, shelved: Any) -> None:
    shelved(model_file())
    found = models.scorer(site)
    there = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own, as Spark does
    vectors = np.array([[0.2, 1.0]], dtype="float32")
    assert (
        there.suspicion(vectors, ["a"])[0].tolist() == found.suspicion(vectors, ["a"])[0].tolist()
    )
    from conf import contract

    table = contract.table("listing_scores")
    other = msgspec.structs.replace(found, sha256="0" * 64)
    digests = {digest(table, {"model": one}) for one in (found, there, other, models.rules())}
    assert len(digests) == 3


def test_a_models_score_stands_beside_the_rules_score(site: Site, shelved: Any) -> None:
    shelved(model_file())
    row = {
        "title": "Orris replica",
        "title_folded": "orris replica",
        "description": None,
        "description_folded": None,
        "text_signs": ["replica", "title:replica"],
        "trade_word_count": 1,
        "brand": "orris",
        "claim": "claim",
        "mention_text": "Orris",
        "price_to_reference": 0.1,
        "is_brand_shop": False,
        "is_authorised_seller": False,
    }
    from jobs.score._scoring import fact_columns

    scorer = models.scorer(site)
    blank = {name: row.get(name) for name in fact_columns(scorer)}
    schema = {name: _type_of(name) for name in blank}
    facts = pl.DataFrame([blank], schema=schema)
    (one,) = scored(scorer, facts, {"orris": 10.0}).to_dicts()
    assert one["rules_suspicion"] == 80.0  # 45 for the price, 35 for the word
    assert 50 < one["suspicion"] < 100
    assert one["reasons"] == [
        "Asking price is 10 % of the product's reference price",
        "Says that it is a copy: “replica”",
    ]
    assert one["evidence_text"] == "replica"
    (trusted,) = scored(
        scorer, facts.with_columns(pl.lit(value=True).alias("is_brand_shop")), {}
    ).to_dicts()
    assert trusted["suspicion"] == 4.0
    bare = facts.with_columns(pl.lit("none").alias("claim"), pl.lit(None).alias("brand"))
    assert scored(scorer, bare, {})["suspicion"].to_list() == [60.0]


def _type_of(name: str) -> Any:
    """Give a fact's Polars type by the contracts."""
    from conf import contract

    for table in ("listings", "listing_matches", "sellers", "seller_features"):
        arrow = contract.table(table).arrow()
        short = name.removeprefix("seller_") if table == "sellers" else name
        if short in arrow.names:
            return pl.DataFrame(arrow.empty_table()).schema[short]
    raise KeyError(name)


def test_a_file_that_was_changed_is_refused(site: Site, shelved: Any) -> None:
    shelved(model_file(), sha256="0" * 64)
    with pytest.raises(
        ModelError, match=r"model\.ubj is not the file that was registered; restore it, or "
    ):
        models.scorer(site)


def test_a_file_that_is_gone_is_said(site: Site, shelved: Any) -> None:
    shelved(model_file())
    (site.artefacts / site.model / "run" / "artifacts" / "model" / models.MODEL_FILE).unlink()
    with pytest.raises(ModelError, match=r"cannot be read \(No such file or directory\)"):
        models.scorer(site)


def test_a_feature_that_is_gone_is_named(site: Site, shelved: Any) -> None:
    shelved(model_file(("price_ratio", "says_nothing")))
    with pytest.raises(ModelError, match=r"needs feature says_nothing, which jobs/features does"):
        models.scorer(site)


def test_a_model_without_calibration_is_refused(site: Site, shelved: Any) -> None:
    trees = xgboost().Booster()
    trees.load_model(bytearray(model_file()))
    trees.set_attr(**{CALIBRATION: "[[0.0, 0.9], [1.0, 0.1]]"})
    shelved(bytes(trees.save_raw("ubj")))
    with pytest.raises(ModelError, match="lacks feature names or a rising calibration"):
        models.scorer(site)


def test_a_home_that_was_moved_keeps_its_model(site: Site, shelved: Any, tmp_path: Path) -> None:
    shelved(model_file())
    before = models.scorer(site)
    moved = msgspec.structs.replace(
        site, home=tmp_path / "moved", tracking_uri=f"sqlite:///{tmp_path}/moved/mlflow.db"
    )
    site.home.rename(moved.home)
    assert models.scorer(moved) == before


def test_what_is_no_database_is_said_at_once(site: Site) -> None:
    site.home.mkdir()
    database = models.database(site)
    assert database is not None
    database.write_text("not a database")
    with pytest.raises(ModelError) as caught:
        models.scorer(site)
    assert str(caught.value) == (
        f"{site.tracking_uri} cannot be read as MLflow's registry (it is no SQLite database); "
        "restore it from a copy, or move it away and train again"
    )


def test_a_damaged_registry_is_one_line(site: Site) -> None:
    """The head is right and the rest is not: MLflow itself has to say so."""
    site.home.mkdir()
    database = models.database(site)
    assert database is not None
    database.write_bytes(b"SQLite format 3\0" + b"\1\2\3\4" * 5000)
    with pytest.raises(ModelError, match="cannot be read as MLflow's registry") as caught:
        models.scorer(site)
    assert "\n" not in str(caught.value)


def test_a_judgement_is_read_with_its_version(site: Site, shelved: Any) -> None:
    version = shelved(model_file())
    assert models.judged(site) is None
    one = Interval(0.9, 0.8, 1.0)
    found = Judged(
        *("counterfeit", "1", datetime(2026, 11, 1, tzinfo=UTC), "counterfeit"),
        *(400, 90, 4, 60, one, one, 30, one, one, one, one, None, 0.5, 0.5, 0.02),
    )
    path = models.files(site, version) / models.JUDGED_FILE
    path.write_bytes(msgspec.json.encode(found))
    assert models.judged(site) == found
    path.write_bytes(b"{")
    with pytest.raises(ModelError, match=r"judged\.json cannot be read .* judge the model again"):
        models.judged(site)


def test_what_the_registry_said_is_kept_until_it_changes(site: Site, shelved: Any) -> None:
    shelved(model_file())
    assert models.champion(site) is not None
    path = site.artefacts / site.model / models.SHELF_FILE
    kept = msgspec.json.decode(path.read_bytes(), type=Shelf)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(kept, stamp="0-0")))
    with pytest.raises(ModelError, match="cannot be read as MLflow's registry"):
        models.champion(site)  # asked anew, and this database holds nothing
    assert isinstance(models.rules(), Scorer)
