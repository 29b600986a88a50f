"""What the columns of tables were when they were accepted last, and what a contract changes.

`shapes.yaml` is to contracts what a lock file is to requirements: `conf check` compares, so that
nobody changes a table that lakes hold without saying which kind of change it is. The same
comparison, with a stored table in place of the accepted shape, gives what `lake migrate` has to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from conf import contract, reading
from conf.contract import Table

SHAPES = reading.HERE / "shapes.yaml"
ACCEPT = "`countermark conf accept`"
_REQUIRED = "required "
# Every value of the first is one of the second, to the digit.
_WIDER = {("int", "bigint"), ("int", "double"), ("float", "double")}
_HEAD = "# What the tables' columns were when they were accepted last: `countermark conf accept`.\n"

Kind = Literal["add", "widen", "rename", "loosen", "break"]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of one table, by name: their types, "required " before one that is never null."""

    version: str
    key: tuple[str, ...]
    partition: str | None
    columns: dict[str, str]


class Change(msgspec.Struct, frozen=True):
    """One difference between a shape and a contract."""

    kind: Kind
    says: str
    column: str = ""
    before: str = ""  # a rename: the column's old name


def of_contract(table: Table) -> Shape:
    """Give the shape that a contract promises."""
    columns = {c.name: f"{_REQUIRED if c.required else ''}{c.type}" for c in table.columns}
    return Shape(table.version, table.key, table.partition, columns)


def changes(before: Shape, table: Table) -> list[Change]:
    """Give what makes the contract's shape of another one, column by column."""
    now = of_contract(table)
    old = dict(before.columns)
    found: list[Change] = []
    for name, kind in now.columns.items():
        was = name if name in old else next((n for n in _formerly(table, name) if n in old), None)
        if was is None:
            found.append(_added(name, kind))
            continue
        if was != name:
            found.append(Change("rename", f"renames {was} to {name}", name, was))
        if (stored := old.pop(was)) != kind:
            found.append(_retyped(name, stored, kind))
    found += [Change("break", f"drops {name}", name) for name in old]
    if tuple(_now_named(table, name) for name in before.key) != now.key:
        found.append(Change("break", f"has the key {', '.join(now.key) or 'none'}"))
    if before.partition != now.partition:
        found.append(Change("break", f"is partitioned by {now.partition or 'nothing'}"))
    return found


def accepted(path: Path = SHAPES) -> dict[str, Shape]:
    """Read the shapes that were accepted last, by table.

    Raises:
        ConfError: the file is missing or is none.

    """
    return reading.convert(path, reading.document(path), dict[str, Shape])


def faults(table: Table, before: Shape | None) -> Iterator[str]:
    """Say what must be done before a contract's shape can take the place of the accepted one."""
    if before is None:
        yield f"is a new table; {ACCEPT} notes its columns"
        return
    found = changes(before, table)
    breaking = [one.says for one in found if one.kind == "break"]
    if table.layer == "bronze" and breaking:
        yield (
            f"{'; '.join(breaking)}: bronze is seen once and cannot be made anew; add a column, "
            "or give a column `renamed_from`"
        )
        return
    if table.version == before.version and not found:
        return
    if not _is_raised(before.version, table.version, is_breaking=bool(breaking)):
        part = "first" if breaking else "second"
        yield (
            f"{'; '.join(one.says for one in found) or 'goes back'}: its version must be greater "
            f"than {before.version} in its {part} number"
        )
    else:
        yield (
            f"is of version {table.version}, accepted is {before.version}; {ACCEPT}, and "
            "`countermark lake migrate` where there is a lake"
        )


def accept(path: Path = SHAPES) -> list[str]:
    """Note every contract's shape as accepted; gives what is against it, and notes nothing then."""
    known = accepted(path) if path.exists() else {}
    told = [
        f"{contract.TABLES / table.name}.yaml: {fault}"
        for table in contract.tables()
        for fault in faults(table, known.get(table.name))
        if ACCEPT not in fault
    ]
    if not told:
        shapes = {table.name: of_contract(table) for table in contract.tables()}
        path.write_text(
            _HEAD + yaml.safe_dump(msgspec.to_builtins(shapes), sort_keys=False, width=100),
            encoding="utf-8",
        )
    return told


def is_wider(before: str, now: str) -> bool:
    """Tell whether every value of a type is one of the other."""
    if before.startswith("array<") and now.startswith("array<"):
        return is_wider(before[6:-1], now[6:-1])
    return (before, now) in _WIDER


def _added(name: str, kind: str) -> Change:
    if kind.startswith(_REQUIRED):
        return Change("break", f"adds {name}, which rows of before lack, as required", name)
    return Change("add", f"adds {name}", name)


def _retyped(name: str, stored: str, kind: str) -> Change:
    was, now = stored.removeprefix(_REQUIRED), kind.removeprefix(_REQUIRED)
    is_stricter = kind.startswith(_REQUIRED) and not stored.startswith(_REQUIRED)
    if is_stricter:
        return Change("break", f"requires {name}, which rows of before may lack", name)
    if was == now:
        return Change("loosen", f"no longer requires {name}", name)
    if is_wider(was, now):
        return Change("widen", f"widens {name} from {was} to {now}", name)
    return Change("break", f"makes {name} {now}, which was {was}", name)


def _formerly(table: Table, name: str) -> tuple[str, ...]:
    return table.column(name).renamed_from


def _now_named(table: Table, name: str) -> str:
    return table.formerly.get(name, name)


def _is_raised(before: str, now: str, *, is_breaking: bool) -> bool:
    old, new = ([int(part) for part in one.split(".")] for one in (before, now))
    if is_breaking:
        return new[0] > old[0]
    return new[:2] > old[:2]


def mapped(names: Collection[str], table: Table) -> dict[str, str]:
    """Give where each column of a contract is found in a stored table that has these names.

    A column that is not there has no place; one that a stored table still calls by an old name is
    found under it, and an old name that somebody asks for is found under the new one.
    """
    found: dict[str, str] = {}
    for column in table.columns:
        places = [name for name in (column.name, *column.renamed_from) if name in names]
        if places:
            found |= dict.fromkeys((column.name, *column.renamed_from), places[0])
    return found
