"""Train, judge, promote: the same again gives the same, and nothing passes that should not."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from conf import model as conf_model
from conf.errors import ConfError, ModelError
from conf.model import Gate, Model
from conf.site import Site
from jobs import models
from jobs.catalogue import some
from jobs.judged import Judged
from ml import figures, registry, shelf, telling, unseen
from ml.examples import examples, read
from ml.fitting import by_brand, by_platform, by_seller, fit
from ml.frame import rows_at, versions
from ml.gate import against
from ml.judge import judge, numbers
from ml.judgement import _mean_auc, judgement, own_calibration_error
from ml.masking import masked, tells_absence
from ml.train import train
from ml.trees import trees
from tests.ml.conftest import LOOSE, NAME, offers, tables

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_from_decisions_to_champion(learned: Site, small: Model) -> None:
    assert models.scorer(learned).name == "rules"
    made = train(learned, NAME)
    assert (made.version, made.is_new, made.platforms) == (
        "1",
        True,
        ("bazaar", "markt", "mercato"),
    )
    assert made.examples == len(offers())

    again = train(learned, NAME)
    assert (again.version, again.is_new, again.sha256) == ("1", False, made.sha256)
    with pytest.raises(ModelError, match=r"^model counterfeit version 1 was not judged: "):
        shelf.promote(learned, NAME)
    assert models.judged(learned) is None

    judged = judge(learned, NAME, None, NOW)
    assert (judged.model_version, judged.platforms, judged.listings) == ("1", 3, len(offers()))
    assert judged.platform_auc.low <= judged.platform_auc.value <= judged.platform_auc.high
    assert judged.platform_auc.value > 0.85
    names = [part.name for part in judged.slices]
    assert names[:6] == ["bazaar", "markt", "mercato", "de", "en", "orris"]
    assert "says it is a copy" in names
    assert judge(learned, NAME, None, datetime(2030, 1, 1, tzinfo=UTC)) == judged

    promoted = shelf.promote(learned, NAME)
    assert (promoted.version, promoted.was_champion) == ("1", False)
    assert shelf.promote(learned, NAME).was_champion
    assert models.judged(learned) == judged
    _champion_scores(learned, small, made.sha256)
    _tells(learned, made, judged, promoted)


def test_labels_of_a_platform_mend_its_calibration(learned: Site, small: Model) -> None:
    found = read(learned, small, versions(learned))
    true = np.where(found.labels > 0, 0.8, 0.2)  # orders them; the level is far too low
    told = np.where(found.labels > 0, 0.1, 0.01)
    own = own_calibration_error(told, found)
    assert own is not None
    assert own < figures.calibration_error(told, found.labels, found.population) / 4
    assert own < figures.calibration_error(true, found.labels, found.population)
    few = found.only(np.arange(len(found)) < 20)
    assert own_calibration_error(told[:20], few) is None


def _judged(site: Site, model: Model) -> Judged:
    rows = rows_at(site, versions(site))
    return judgement(model, "1", rows, examples(model, rows), NOW)


def _champion_scores(site: Site, model: Model, sha256: str) -> None:
    scorer = models.scorer(site)
    assert (scorer.name, scorer.version, scorer.sha256) == (NAME, "1", sha256)
    assert hashlib.sha256(scorer.content).hexdigest() == sha256
    assert scorer.features == model.features
    examples = read(site, model, versions(site))
    points = scorer.suspicion(examples.vectors, examples.platforms)[0]
    assert 0 <= points.min() < 20
    assert 80 < points.max() <= 100
    # What each feature adds, and what all begin with, is the log-odds.
    parts = scorer.contributions(examples.vectors)
    assert parts.shape == examples.vectors.shape


def _tells(site: Site, made: Any, judged: Any, promoted: Any) -> None:
    (row,) = shelf.listed(site)
    assert (row.version, row.champion, row.sha256) == ("1", "champion", made.sha256[:12])
    assert row.platform_auc == f"{judged.platform_auc.value:.4f}"
    told = telling.judged(judged) + telling.promoted(promoted) + telling.trained(made)
    assert "gate at least 0.5: holds" in told
    assert f"({judged.automatic_listings:,} listings, where something may be done unseen)" in told
    assert judged.automatic_listings <= judged.red_flags
    assert "nan" not in told
    assert "champion" in telling.listed(shelf.listed(site))


def test_training_in_another_home_gives_the_same_file(
    learned: Site, small: Model, tmp_path: Path
) -> None:
    other = msgspec.structs.replace(
        learned, home=tmp_path / "b", tracking_uri=f"sqlite:///{tmp_path}/b/mlflow.db"
    )
    shutil.copytree(learned.lake, other.lake)
    examples = [read(site, small, versions(site)) for site in (learned, other)]
    assert examples[0].sha256 == examples[1].sha256
    files = [bytes(fit(small, one).save_raw("ubj")) for one in examples]
    assert files[0] == files[1]


def test_the_gate_refuses_number_by_number(learned: Site, small: Model) -> None:
    judged = _judged(learned, small)
    strict = Gate(0.999, 0.5, 0.999, 0.9999, largest_missing_auc=0.01)
    failing = [str(one) for one in against(strict, judged) if not one.holds]
    assert len(failing) == 4
    assert failing[0] == (
        f"AUC on unseen platforms {judged.platform_auc.value:.3f}, gate at least 0.999: "
        "does not hold"
    )
    assert failing[-1].endswith("gate at most 0.01: does not hold")
    unmeasured = msgspec.structs.replace(judged, precision=None)
    assert not all(one.holds for one in against(LOOSE, unmeasured))
    assert all(one.holds for one in against(LOOSE, judged))
    assert set(numbers(unmeasured)) < set(numbers(judged))


def test_controls_find_nothing(learned: Site, small: Model) -> None:
    examples = read(learned, small, versions(learned))
    assert _mean_auc(unseen.permuted(small, examples)) == pytest.approx(0.5, abs=0.08)
    assert _mean_auc(unseen.by_absence(small, examples)) == pytest.approx(0.5, abs=0.08)


def test_a_leak_by_what_is_missing_is_found(learned: Site, small: Model) -> None:
    """Fakes without a description and honest offers with one: the control sees it."""
    examples = read(learned, small, versions(learned))
    at = [small.features.index(name) for name in ("says_used", "seller_age_days_log")]
    leaking = examples.vectors.copy()
    leaking[np.ix_(examples.labels > 0, at)] = np.nan
    leaking[np.ix_(examples.labels == 0, at)] = 0.0
    leaks = unseen.by_absence(small, replace(examples, vectors=leaking))
    assert _mean_auc(leaks) > 0.95


def test_no_seller_and_no_platform_is_on_both_sides(learned: Site, small: Model) -> None:
    examples = read(learned, small, versions(learned))
    for _, held_out in [*by_platform(examples), *by_seller(examples)]:
        assert not set(examples.sellers[held_out]) & set(examples.sellers[~held_out])
    assert sum(held_out.sum() for _, held_out in by_seller(examples)) == len(examples)


def test_brands_are_judged_by_what_others_teach(learned: Site, small: Model) -> None:
    one = read(learned, small, versions(learned))
    assert not len(unseen.brands(small, one).examples)  # nothing else to learn from
    several = replace(one, brands=np.array([f"brand {seller[-1]}" for seller in one.sellers]))
    for _, held_out in by_brand(several):
        assert not set(several.brands[held_out]) & set(several.brands[~held_out])
    found = unseen.brands(small, several)
    assert len(found.examples) == len(several)
    assert figures.auc(found.scores, found.examples.labels, found.examples.weights) > 0.7


def test_too_few_labels_are_said(site: Site, write: Callable[..., None], small: Model) -> None:
    with pytest.raises(ModelError, match=r"has no listings, listing_matches, .* to learn from"):
        train(site, NAME)
    given = tables(offers())
    write(given | {"decisions": given["decisions"][:20]})
    with pytest.raises(ModelError, match=r"label \d+ listings as counterfeit .* needs 40 of each"):
        train(site, NAME)
    assert small.name == NAME


def test_one_platform_alone_cannot_be_judged(
    site: Site, write: Callable[..., None], small: Model
) -> None:
    write(tables([one for one in offers() if one["platform"] == "bazaar"]))
    with pytest.raises(ModelError, match="tell enough of one platform alone"):
        _judged(site, small)


def test_labels_changed_since_training_are_noticed(
    learned: Site, write: Callable[..., None], small: Model
) -> None:
    """A lake made anew has other versions: judging it as the old one would be wrong."""
    train(learned, NAME)
    shutil.rmtree(learned.lake)
    write(tables(offers(seed=6)))
    with pytest.raises(
        ModelError, match="version 1 learned from are no longer there and the newest hold others"
    ):
        judge(learned, NAME, None, NOW)
    assert train(learned, NAME).version == "2"
    assert small.gate == LOOSE


def test_two_commands_do_not_write_one_model(learned: Site) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom jobs.lock import writer\n"
        "with writer(Path(sys.argv[1]), 'model counterfeit'):\n    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(learned.state / "locks")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(ModelError, match="model counterfeit is being written by process"):
            train(learned, NAME)
        other.kill()


def test_a_killed_training_is_taken_up(
    learned: Site, write: Callable[..., None], small: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(registry, "register", killed)
        with pytest.raises(KeyboardInterrupt):
            train(learned, NAME)
    write({"decisions": tables(offers())["decisions"]})  # the same rows as another version
    made = train(learned, NAME)
    client = registry.client(learned)
    experiment = client.get_experiment_by_name(NAME)
    (run,) = client.search_runs([experiment.experiment_id])  # one run, and not a second
    assert (run.info.status, made.version) == ("FINISHED", "1")
    assert run.data.params["seed"] == str(small.seed)
    assert run.data.tags["countermark.table.decisions"] == "1"
    assert made.tables["decisions"] == 1
    files = {one.path for one in client.list_artifacts(run.info.run_id, "model")}
    assert {"model/model.ubj", "model/calibration.json", "model/reliability.svg"} <= files


def test_masking_takes_facts_out_together(small: Model) -> None:
    names = small.features
    full = np.ones((400, len(names)), dtype=np.float32)
    copy = masked(full, names, 0.5, np.random.default_rng(1))
    one, two = names.index("shows_official_photo"), names.index("share_official_photo")
    assert (np.isnan(copy[:, one]) == np.isnan(copy[:, two])).all()
    assert 0.3 < np.isnan(copy[:, one]).mean() < 0.7
    assert not np.isnan(copy[:, names.index("price_ratio")]).any()
    assert not np.isnan(full).any()


def test_what_no_match_gives_is_no_absence(small: Model) -> None:
    tells = dict(zip(small.features, tells_absence(small.features), strict=True))
    assert tells["says_used"]
    assert not tells["price_ratio"]
    assert not tells["share_far_below_reference"]  # of sellers that offer no brand


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(ConfError, match="parameter max_dept is unknown; there are: colsample"):
        trees({"max_dept": 3}, "binary:logistic")


def test_the_catalogue_has_every_feature_of_every_model() -> None:
    for one in conf_model.models():
        assert [found.name for found in some(one.features)] == list(one.features)
