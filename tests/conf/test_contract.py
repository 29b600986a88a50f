"""Contracts: read into both engines' types, refused where they contradict themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from conf import contract, reading
from conf.errors import ConfError

Edit = Callable[[dict[str, Any]], None]


def spoilt(folder: Path, edit: Edit, table: str = "listing_scores") -> Path:
    """The contract of a table with one change."""
    content = reading.document(contract.TABLES / f"{table}.yaml")
    edit(content["schema"][0])
    path = folder / f"{table}.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def own(name: str, value: Any) -> Edit:
    """Set a property of a table that the standard leaves to us; None takes it away."""

    def edit(schema: dict[str, Any]) -> None:
        kept = [one for one in schema["customProperties"] if one["property"] != name]
        added = [] if value is None else [{"property": name, "value": value}]
        schema["customProperties"] = kept + added

    return edit


def column(at: int, **changes: Any) -> Edit:
    return lambda schema: schema["properties"][at].update(changes)


def test_a_contract_reads_into_both_engines() -> None:
    table = contract.table("listing_scores")
    assert table.key == ("listing_key",)
    assert table.column("suspicion").highest == 100.0
    assert table.arrow().field("reasons").type == pa.list_(pa.string())
    assert table.arrow().field("observed_at").type == pa.timestamp("us", tz="UTC")
    assert table.spark()["reasons"].dataType.simpleString() == "array<string>"
    assert not table.spark()["suspicion"].nullable


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (own("write", "overwrite"), "Invalid enum value 'overwrite'"),
        (own("write", None), "is no contract with one table: KeyError"),
        (own("write", "replace_day"), "needs `day: <date column>`"),
        (own("newest_by", ["seen_at"]), "seen_at is no column"),
        (own("combine", {"suspicion": "average"}), "Invalid enum value 'average'"),
        (column(0, primaryKey=False), "a table that merges needs a primary key"),
        (column(1, name="listing_key"), "a column is named twice"),
        (column(1, physicalType="datum"), r"platform \(datum\) is of no type"),
        (column(1, physicalType="array<array<string>>"), "is of no type"),
        (column(1, logicalTypeOptions={"pattern": "("}), "pattern of platform is no regular"),
        (lambda schema: schema.update(name="other"), "tells of table 'other'"),
        (lambda schema: schema.update(properties=None), "is no contract with one table"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(
    edit: Edit, said: str, tmp_path: Path
) -> None:
    path = spoilt(tmp_path, edit)
    with pytest.raises(ConfError, match=said) as caught:
        contract.read_table(path)
    assert str(path) in str(caught.value)


def test_an_unknown_column_or_table_is_named() -> None:
    with pytest.raises(ConfError, match="table listing_scores has no column 'colour'"):
        contract.table("listing_scores").column("colour")
    with pytest.raises(ConfError, match=r"nothing.yaml is missing; there are: .*listings"):
        contract.table("nothing")
