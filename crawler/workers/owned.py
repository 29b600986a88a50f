"""Whose a row is: from the page that gave it, through the contracts, to the lake or away.

A page's lease may be lost while its rows wait: its worker stood still for too long, and another
one fetched the page as well. Then the rows of one of the two must stay out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from crawler.conform import conform
from crawler.rows import Row
from crawler.spool import Owners

Tables = dict[str, pa.Table]


def owned(
    rows: Mapping[str, Sequence[Row]], owners: Owners, source_name: str
) -> tuple[Tables, Owners]:
    """Give the rows as tables by contract, and the owner of each; see `conform`.

    A row that breaks its contract moves to `refused`, and the owners with it: they are found by
    halving the batch until each half is all in order, or all one owner's.
    """
    tables = conform(rows, source_name)
    if all(name in tables and tables[name].num_rows == len(rows[name]) for name in rows):
        return tables, {name: list(owners[name]) for name in tables}
    whose = sorted({owner for group in owners.values() for owner in group})
    if len(whose) == 1:
        return tables, {name: whose * table.num_rows for name, table in tables.items()}
    middle = whose[len(whose) // 2]
    first = owned(*_of(rows, owners, lambda owner: owner < middle), source_name)
    return _joined(first, owned(*_of(rows, owners, lambda owner: owner >= middle), source_name))


def kept(tables: Tables, owners: Owners, is_kept: Callable[[int], bool]) -> Tables:
    """Give the rows whose owners are kept; tables that have none are left out."""
    found = {}
    for name, table in tables.items():
        stays = [is_kept(owner) for owner in owners[name]]
        found[name] = table if all(stays) else table.filter(pa.array(stays, pa.bool_()))
    return {name: table for name, table in found.items() if table.num_rows}


def places(tables: Tables, owners: Owners) -> dict[int, int]:
    """Give, by owner, the digest by which the lake knows what it gave; see `place`."""
    found: dict[int, int] = {}
    for table, column in COLUMNS:
        if table in tables:
            names = tables[table]["platform"].to_pylist()
            addresses = tables[table][column].to_pylist()
            for owner, *pair in zip(owners[table], names, addresses, strict=True):
                found.setdefault(owner, place(*pair))
    return found


# A page is known by its address: the one it was captured from, at which it was refused, or a list
# showed listings.
COLUMNS = (("captures", "requested_url"), ("refused", "place"), ("finds", "source_url"))


def place(platform: str | None, address: str) -> int:
    """Give the digest of one page of one platform, of use in this process alone."""
    return hash((platform, address))


def _of(
    rows: Mapping[str, Sequence[Row]], owners: Owners, is_wanted: Callable[[int], bool]
) -> tuple[dict[str, list[Row]], Owners]:
    """Give the part of a batch that some owners have."""
    at = {
        name: [number for number, owner in enumerate(group) if is_wanted(owner)]
        for name, group in owners.items()
    }
    part = {name: [rows[name][number] for number in numbers] for name, numbers in at.items()}
    whose = {name: [owners[name][number] for number in numbers] for name, numbers in at.items()}
    return (
        {name: group for name, group in part.items() if group},
        {name: group for name, group in whose.items() if group},
    )


def _joined(first: tuple[Tables, Owners], second: tuple[Tables, Owners]) -> tuple[Tables, Owners]:
    """Give two parts of a batch as one."""
    tables, owners = dict(first[0]), dict(first[1])
    for name, table in second[0].items():
        tables[name] = pa.concat_tables([tables[name], table]) if name in tables else table
        owners[name] = [*owners.get(name, ()), *second[1][name]]
    return tables, owners
