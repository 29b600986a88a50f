"""What must be true of every table contract."""

from __future__ import annotations

import re

import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from conf import contract

TABLES = contract.tables()
SUFFIXES = re.compile(
    r"_(usd|at|on|days|share|count|text|key|id|sha256|hex|urls?|json|px|bits|bytes|features|"
    r"amount|currency|country|folded|quality|offset|length|reference|address|per_10000)$"
)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_is_a_contract_of_the_open_standard(table: contract.Table) -> None:
    text = (contract.TABLES / f"{table.name}.yaml").read_text()
    read = OpenDataContractStandard.from_string(text)
    assert read.apiVersion == "v3.1.0"
    assert [column.name for column in read.schema_[0].properties] == table.names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means(table: contract.Table) -> None:
    assert table.purpose.endswith((".", "(generated from jobs/features)."))
    unexplained = [c.name for c in table.columns if not c.description.endswith(".")]
    assert unexplained == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_gives_both_engines_the_same_columns(table: contract.Table) -> None:
    assert table.arrow().names == table.names == table.spark().fieldNames()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_numbers_carry_their_unit(table: contract.Table) -> None:
    """A double or float column says its unit in its name or in the contract."""
    if table.name == "seller_features":  # a feature's unit is told in its description
        return
    bare = [
        c.name
        for c in table.columns
        if c.type in {"double", "float"} and c.unit is None and not SUFFIXES.search(c.name)
    ]
    assert bare == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_bronze_is_append_only_and_parted_by_day(table: contract.Table) -> None:
    if table.layer == "bronze":
        assert table.write == "append"
        assert table.partition is not None
        assert table.column(table.partition).type == "date"
    else:
        assert table.write != "append"


@pytest.mark.parametrize("table", [t for t in TABLES if t.layer == "gold"], ids=lambda t: t.name)
def test_no_report_holds_personal_data(table: contract.Table) -> None:
    """What leaves towards brands and platforms names sellers by key, not by person."""
    assert [c.name for c in table.columns if c.classification == "personal"] == []
