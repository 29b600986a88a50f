"""A contract that changes says how, before lakes have to follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from conf import contract, shapes
from conf.contract import Table

TABLE = contract.table("observations")
SILVER = contract.table("listings")


def version(table: Table, number: str) -> Table:
    return msgspec.structs.replace(table, version=number)


def with_column(table: Table, name: str, kind: str = "string", **own: Any) -> Table:
    plain = {"name": name, "type": kind, "required": False, "pattern": None, **own}
    one = msgspec.structs.replace(table.columns[0], **plain)
    return msgspec.structs.replace(table, columns=(*table.columns, one))


def without(table: Table, name: str) -> Table:
    kept = tuple(one for one in table.columns if one.name != name)
    return msgspec.structs.replace(table, columns=kept)


BEFORE = shapes.of_contract(version(with_column(TABLE, "x", "int"), "1.3.0"))
NARROW = with_column(TABLE, "x", "int")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (version(NARROW, "1.3.0"), None),
        (version(NARROW, "1.3.1"), "greater than 1.3.0 in its second number"),
        (version(NARROW, "1.4.0"), "is of version 1.4.0, accepted is 1.3.0"),
        (version(with_column(NARROW, "y"), "1.3.0"), "adds y: its version must be greater"),
        (version(with_column(NARROW, "y"), "1.4.0"), "`countermark conf accept`"),
        (version(with_column(TABLE, "x", "bigint"), "1.3.9"), "widens x from int to bigint"),
        (version(with_column(TABLE, "x", "bigint"), "2.0.0"), "accepted is 1.3.0"),
        (
            version(with_column(TABLE, "z", "int", renamed_from=("x",)), "1.3.0"),
            "renames x to z: its version must be greater than 1.3.0 in its second number",
        ),
        (version(TABLE, "2.0.0"), "drops x: bronze is seen once"),
        (version(with_column(TABLE, "x", "string"), "2.0.0"), "makes x string, which was int"),
        (version(with_column(NARROW, "y", required=True), "2.0.0"), "which rows of before lack"),
        (version(with_column(TABLE, "x", "int", required=True), "2.0.0"), "may lack"),
    ],
)
def test_bronze(table: Table, said: str | None) -> None:
    found = list(shapes.faults(table, BEFORE))
    assert found == [] if said is None else said in found[0]


def test_what_jobs_make_may_lose_a_column_with_a_new_first_number() -> None:
    before = shapes.of_contract(version(SILVER, "1.0.0"))
    shorter = without(SILVER, "title")
    (fault,) = shapes.faults(version(shorter, "1.9.0"), before)
    assert fault == "drops title: its version must be greater than 1.0.0 in its first number"
    (fault,) = shapes.faults(version(shorter, "2.0.0"), before)
    assert "accepted is 1.0.0" in fault


def test_a_new_table_is_to_be_accepted() -> None:
    assert "is a new table" in next(shapes.faults(TABLE, None))


def test_every_contract_is_accepted() -> None:
    known = shapes.accepted()
    assert known.keys() == contract.names()
    assert [list(shapes.faults(one, known[one.name])) for one in contract.tables()] == [
        [] for _ in known
    ]


def test_shapes_are_noted_when_versions_say_how_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shapes.yaml"
    assert shapes.accept(path) == []
    first = path.read_text()
    assert shapes.accepted(path).keys() == contract.names()
    longer = with_column(SILVER, "y")
    monkeypatch.setattr(contract, "tables", lambda: [longer])
    (fault,) = shapes.accept(path)
    assert "conf/tables/listings.yaml: adds y: its version must be" in fault
    assert path.read_text() == first
    monkeypatch.setattr(contract, "tables", lambda: [version(longer, "1.1.0")])
    assert shapes.accept(path) == []
    assert shapes.accepted(path)["listings"].version == "1.1.0"


@pytest.mark.parametrize(
    ("one", "other", "is_wider"),
    [
        ("int", "bigint", True),
        ("int", "double", True),
        ("float", "double", True),
        ("array<int>", "array<bigint>", True),
        ("bigint", "int", False),
        ("bigint", "double", False),  # not to the digit
        ("string", "int", False),
        ("int", "array<int>", False),
    ],
)
def test_a_type_is_wider_if_it_holds_every_value(one: str, other: str, is_wider: bool) -> None:  # noqa: FBT001 - of the rows above
    assert shapes.is_wider(one, other) is is_wider
