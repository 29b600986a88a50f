"""The benchmark of shops, on made-up ones: traces are undone, folds hold, faults are told."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from conf.errors import ConfError
from infra.bench import shops, shops_features, shops_model, shops_rows
from infra.bench.shops import BEFORE, GROUPED, MAIN, OURS, REPAIRED, SHUFFLED, Division

# The real file's headings have such spaces.
HEADINGS = {"Presence of prefix 'www'": "Presence of prefix 'www' "}
HEADINGS |= {"Number of digits": "Number  of digits"}
WORDS = ("amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "isle", "juniper")
PLAIN = dict.fromkeys(shops_rows.NUMBERS, "0") | {
    "Online shop URL": "https://amber.com",
    "Label": "legitimate",
    "SSL certificate issuer": "R3",
    "SSL certificate expire date": "Oct 11 03:53:36 2023 GMT",
    "Issuer organization": "Let's Encrypt",
    "Domain registration date": "2015-04-16 00:22",
    "TrustPilot score": "-1",
    "Tranco List rank": "-1",
}


def sent(count: int, rng: np.random.Generator) -> Iterator[dict[str, str]]:
    """Give shops that differ by the age of their domain; reviews are empty in two ways."""
    for at in range(count):
        is_fraud = at % 2 == 0
        days = rng.lognormal(4.5 if is_fraud else 7.0, 1.0)
        day = date(2023, 8, 20) - timedelta(days=int(min(days, 9000)))
        first, second = rng.choice(len(WORDS), 2)
        ending = rng.choice(["com", "de"])
        yield PLAIN | {
            "Online shop URL": f"https://www.{WORDS[first]}-{WORDS[second]}{at}.{ending}",
            "Label": "fraudulent" if is_fraud else "legitimate",
            "Domain registration date": "Hidden" if at % 9 == 0 else f"{day} 10:{at % 60:02}",
            "TrustPilot score": "" if is_fraud else "-1",
            "Presence of logo URL": str(int(rng.random() < (0.4 if is_fraud else 0.8))),
        }


def written(folder: Path, *rows: dict[str, str]) -> Path:
    with (folder / shops_rows.FILE).open("w", newline="", encoding="utf-8") as file:
        names = [HEADINGS.get(name, name) for name in rows[0]]
        lines = csv.writer(file)
        lines.writerow(names)
        lines.writerows(row.values() for row in rows)
    return folder


def mended(folder: Path, *rows: dict[str, str]) -> pl.DataFrame:
    return shops_rows.repaired(shops_rows.read(written(folder, *rows)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> shops.Shops:
    folder = tmp_path_factory.mktemp("shops")
    return shops.read(written(folder, *sent(160, np.random.default_rng(5))))


def test_a_folder_without_the_file_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shops.main([str(tmp_path)]) == 1
    assert "mendeley_online_shops.csv is missing; name the folder" in capsys.readouterr().err


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    row = {name: text for name, text in PLAIN.items() if name != "TrustPilot score"}
    with pytest.raises(ConfError, match="no column TrustPilot score; is it the file"):
        shops_rows.read(written(tmp_path, row))


def test_the_repair_undoes_what_gives_the_label_away(made: shops.Shops) -> None:
    before, after = shops.traces(made, "as it came"), shops.traces(made, "repaired")
    assert before["TrustPilot's score is empty or -1"] == 1.0
    assert before["every null, -1 and word for unknown"] > 0.99
    assert abs(after["every null"] - 0.5) < 0.15
    assert made.repaired["trustpilot_score"].null_count() == 160


def test_one_thing_written_in_two_ways_becomes_one(tmp_path: Path) -> None:
    forms = {"Domain registration date": "2015.04.16", "TrustPilot score": ""}
    address = {"Online shop URL": "http://www.Amber.com/en?x=1", "Presence of prefix 'www'": "1"}
    counts = {"Number of letters": "18", "Indication of young domain": "2"}
    first, second = mended(tmp_path, PLAIN, PLAIN | forms | address | counts).rows(named=True)
    assert first == second
    assert (first["host"], first["name"], first["letter_count"]) == ("amber.com", "amber", 8)
    assert first["age_days"] == (shops_rows.SEEN_ON - date(2015, 4, 16)).days


@pytest.mark.parametrize("text", ["Hidden", "None", "", "soon"])
def test_an_unknown_registration_is_unknown_however_it_is_written(
    tmp_path: Path, text: str
) -> None:
    row = PLAIN | {"Domain registration date": text, "Indication of young domain": "0"}
    (found,) = mended(tmp_path, row).rows(named=True)
    assert (found["age_days"], found["young_kind"]) == (None, None)


def test_what_a_certificate_tells_is_its_issuer_and_not_the_day(tmp_path: Path) -> None:
    later = PLAIN | {"SSL certificate expire date": "Nov  1 00:00:00 2024 GMT"}
    bought = PLAIN | {"SSL certificate issuer": "GeoTrust EV RSA CA 2018"}
    bought |= {"Issuer organization": "DigiCert Inc"}
    found = shops_features.ours(mended(tmp_path, PLAIN, later, bought))
    one, other, third = (dict(zip(found.names, row, strict=True)) for row in found.numbers)
    assert str(one) == str(other)
    assert (one["certificate_short"], third["certificate_short"]) == (1.0, 0.0)
    assert (one["certificate_extended"], third["certificate_extended"]) == (0.0, 1.0)


def test_values_that_nobody_foresaw_do_not_stop_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    odd = {"TrustPilot score": "?", "Presence of logo URL": "maybe", "Tranco List rank": ""}
    odd |= {"SSL certificate issuer": "", "SSL certificate expire date": "never"}
    rows = [row | (odd if at % 5 == 0 else {}) for at, row in enumerate(sent(80, rng))]
    rows.append(PLAIN | {"Label": "who knows"})
    found = shops.read(written(tmp_path, *rows))
    told = shops_features.ours(found.repaired)
    (fold, *_) = shops_model.folds(found.labels, np.arange(80), 4, seed=1)
    judged = shops_model.learned(told, found.labels, fold, np.arange(80), seed=1)
    assert len(found.labels) == 80
    assert np.isfinite(judged.chances).all()
    assert 0 < judged.line < 1


def test_alike_names_and_sister_domains_are_one_group(tmp_path: Path) -> None:
    def shop(address: str, day: str, issuer: str = "R3") -> dict[str, str]:
        one = {"Online shop URL": address, "Domain registration date": day}
        return PLAIN | one | {"SSL certificate issuer": issuer}

    found = shops_rows.groups(
        mended(
            tmp_path,
            shop("https://cedarwatches.com", "2015-01-01 08:00"),
            shop("https://cedar-watch.de", "2016-01-01 08:00"),  # alike
            shop("https://junipertools.shop", "2016-01-01 22:30"),  # the same day
            shop("https://embershoes.com", "2016-01-01 22:30", "E1"),  # of another issuer
            shop("https://grovebooks.com", "Hidden"),
            shop("https://heathlamps.com", "Hidden"),  # nothing known is nothing shared
        )
    )
    assert found[0] == found[1] == found[2]
    assert len(set(found.tolist())) == 4


def test_no_fold_splits_a_group(made: shops.Shops) -> None:
    groups = np.arange(160) // 4
    test = shops.random_folds(GROUPED, made.labels, groups)
    for round_ in test.rounds:
        judged = np.concatenate([fold[1] for fold in round_])
        assert sorted(judged.tolist()) == list(range(160))
        for train, held in round_:
            assert not set(groups[train]) & set(groups[held])


def test_time_divides_frauds_alone(made: shops.Shops) -> None:
    later, earlier = shops.by_time(made)
    (((train, held),),) = later.rounds
    age, is_fraud = made.repaired["age_days"].to_numpy(), made.labels > 0
    assert age[train][is_fraud[train]].min() >= age[held][is_fraud[held]].max()
    assert not set(train) & set(held)
    assert 0 < made.labels[held].mean() < 1
    assert [one.tolist() for one in earlier.rounds[0][0]] == [held.tolist(), train.tolist()]


def test_what_was_used_to_choose_does_not_hang_on_the_path_or_the_case() -> None:
    plain = pl.Series([f"https://{word}.com" for word in WORDS])
    written = pl.Series([f"http://{word.upper()}.com/en" for word in WORDS])
    used = shops.was_used(plain)
    assert used.tolist() == shops.was_used(written).tolist()
    assert 0 < used.sum() < len(used)


def test_labels_of_the_judged_are_never_read(made: shops.Shops) -> None:
    told = shops_features.ours(made.repaired)
    (fold, *_) = shops_model.folds(made.labels, made.groups, 5, seed=2)
    turned = made.labels.copy()
    turned[fold[1]] = 1 - turned[fold[1]]
    one, other = (
        shops_model.learned(told, labels, fold, made.groups, seed=2)
        for labels in (made.labels, turned)
    )
    assert one.chances.tolist() == other.chances.tolist()
    assert (one.line, one.chosen) == (other.line, other.chosen)


def test_a_judged_shop_is_told_the_same_beside_any_others(made: shops.Shops) -> None:
    every = shops_features.ours(made.repaired)
    alone = shops_features.ours(made.repaired.tail(1))
    np.testing.assert_array_equal(every.numbers[-1:], alone.numbers)
    assert (every.grams[[-1]] != alone.grams).nnz == 0


def test_what_is_unknown_is_the_mean_of_what_is_learned_from() -> None:
    told = shops_features.Told(("a",), np.array([[1.0], [3.0], [np.nan], [9.0]]), None)
    scaled = shops_model.scaled(told.numbers, np.array([0, 1, 2]))
    assert scaled[2, 0] == 0
    assert scaled[0, 0] == -scaled[1, 0]
    assert scaled[3, 0] == pytest.approx(7 * scaled[1, 0])


def test_services_are_left_out(made: shops.Shops) -> None:
    told = shops_features.ours(made.repaired, left_out=shops_features.SERVICES)
    assert {name.split("_")[0] for name in told.names} == {"name", "ending", "page", "domain"}
    assert shops_features.plain(made.repaired).shape == (160, 21)
    assert shops_features.plain(made.repaired, has_services=False).shape == (160, 15)


def test_the_line_is_the_best_to_be_expected() -> None:
    chances = np.array([0.9, 0.8, 0.7, 0.2, 0.1])

    def expected(line: float) -> float:
        flags = chances > line
        return float(2 * chances[flags].sum() / (flags.sum() + chances.sum()))

    line = shops_model.best_line(chances)
    assert line == pytest.approx(0.45)
    assert expected(line) == max(expected(one) for one in (0.0, 0.15, 0.45, 0.75, 0.85))


def test_f1_is_of_flags_and_labels() -> None:
    labels, weights = np.array([1.0, 1, 0, 0]), np.ones(4)
    test = Division("x", (), np.arange(4))
    chances = np.array([[0.9, 0.2, 0.8, 0.1]])
    scores = {OURS: shops.Scores(chances, (chances > 0.5).astype(float), 0.0, ())}
    (row,) = shops.rated(test, scores, labels)
    assert (row.f1.value, row.auc.value) == (0.5, 0.75)
    doubled = shops.f1(scores[OURS].flags, labels, weights + np.array([1, 0, 0, 0]))
    assert doubled == pytest.approx(2 / 3)


def test_the_whole_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shops, "ROUNDS", 1)
    monkeypatch.setattr(shops, "FOLDS", 2)
    monkeypatch.setattr(shops_model, "INNER", 2)
    monkeypatch.setattr(shops_model, "TREES", 10)
    folder = written(tmp_path, *sent(160, np.random.default_rng(5)))
    assert shops.main([str(folder)]) == 0
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    found: dict[str, Any] = said["figures"]
    assert said["targets"].keys() <= found.keys()
    assert found[f"{MAIN} | {BEFORE}"]["AUC"][0] > 0.75
    low, high = found[f"{GROUPED} | {REPAIRED}"]["AUC"][1:]
    assert low <= found[f"{GROUPED} | {REPAIRED}"]["AUC"][0] <= high
    assert 0.25 < found[f"{SHUFFLED} | {OURS}"]["AUC"][0] < 0.75
