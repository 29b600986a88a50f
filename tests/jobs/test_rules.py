"""Rows are held to their contract: every fault at once, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from conf import contract
from conf.errors import ContractError
from jobs.rules import refuse
from tests.jobs.parted import made, parts

SELLERS = contract.table("sellers")
SCORES = contract.table("seller_scores")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {"rating_share": 1.5, "review_count": -1}
    rows = made(
        SELLERS,
        {"seller_key": "a:1", **wrong},
        {"seller_key": "a:2", "country": "china", **wrong},
        {"seller_key": "a:3"},
    )
    found = parts(tmp_path, SELLERS, rows)
    assert (found.rows, found.bad) == (3, 2)
    with pytest.raises(ContractError) as caught:
        refuse(SELLERS, found.faults, found.bad, found.rows)
    said = str(caught.value)
    assert "country is not of the form ^[A-Z]{2}$ in 1 rows (one: 'a:2')" in said
    assert "rating_share is over 1 in 2 rows (one: 'a:1')" in said
    assert "review_count is under 0 in 2 rows" in said
    assert "\n" not in said


def test_a_required_value_may_not_be_missing(tmp_path: Path) -> None:
    rows = made(SELLERS, {"seller_key": "a:1"})
    at = rows.schema.get_field_index("platform")
    missing = rows.set_column(at, "platform", [[None]]).cast(
        rows.schema.set(at, rows.schema.field(at).with_nullable(True))  # noqa: FBT003 - Arrow's own
    )
    assert set(parts(tmp_path, SELLERS, missing).faults) == {"platform is missing"}


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_number_is_a_fault(tmp_path: Path, value: str) -> None:
    rows = made(SCORES, {"suspicion": float(value)})
    assert "suspicion is no number" in parts(tmp_path, SCORES, rows).faults


@pytest.mark.parametrize(("share", "is_refused"), [(0.0, True), (0.3, True), (0.5, False)])
def test_few_bad_rows_are_borne_and_put_aside(
    tmp_path: Path,
    share: float,
    is_refused: bool,  # noqa: FBT001 - of the rows above
) -> None:
    table = msgspec.structs.replace(SELLERS, quarantine_share=share)
    rows = made(table, {"seller_key": "a:1"}, {"seller_key": "a:2", "country": "china"})
    found = parts(tmp_path, table, rows)
    if is_refused:
        with pytest.raises(ContractError, match="country is not"):
            refuse(table, found.faults, found.bad, found.rows)
    else:
        refuse(table, found.faults, found.bad, found.rows)
    (aside,) = found.aside().to_dicts()
    assert aside["key_text"] == "a:2"
    assert aside["rules"] == ["country is not of the form ^[A-Z]{2}$"]
    assert msgspec.json.decode(aside["row_json"])["country"] == "china"
