"""Check every YAML file of conf/ and tell all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from conf import (
    brand,
    contract,
    country,
    currency,
    faults,
    feed,
    kind,
    lexicon,
    model,
    platform,
    reading,
    shapes,
    site,
    software,
)
from conf.errors import ConfError


class Checked(msgspec.Struct, frozen=True):
    """What was read of one kind, and what is wrong with it."""

    kind: str
    files: int
    faults: tuple[str, ...]


def check() -> list[Checked]:
    """Read every file of every kind."""
    rates = _rates()
    return [
        _each("tables", contract.TABLES, contract.read_table),
        _each("platforms", platform.PLATFORMS, partial(_platform, rates)),
        _each("feeds", feed.FEEDS, lambda path: feed.feed(path.stem)),
        _each("brands", brand.BRANDS, partial(_brand, rates), whole=brand.brands),
        _each("lexicons", lexicon.LEXICONS, lambda path: lexicon.lexicon(path.stem)),
        _each("models", model.MODELS, lambda path: model.model(path.stem)),
        _each("software", software.SOFTWARE, _software),
        _each("sites", site.SITES, lambda path: site.site(path.stem)),
        _one("currencies", currency.currencies),
        _one("countries", country.countries),
        _one("kinds", kind.nouns),
        _whole_graph(),
        _shapes(),
    ]


def _each(
    kind: str,
    folder: Path,
    read: Callable[[Path], Any],
    whole: Callable[[], Any] | None = None,
) -> Checked:
    """Read the files of a folder; `read` raises a fault or gives several."""
    paths = sorted(folder.glob("*.yaml"))
    told = [fault for path in paths for fault in _faults(partial(read, path))]
    if whole and not told:
        told += _faults(whole)
    return Checked(kind, len(paths), tuple(told))


def _one(kind: str, read: Callable[[], Any]) -> Checked:
    return Checked(kind, 1, tuple(_faults(read)))


def _faults(read: Callable[[], Any]) -> Iterator[str]:
    try:
        found = read()
        if isinstance(found, Iterator):
            yield from found
    except ConfError as error:
        yield str(error)


def _rates() -> frozenset[str] | None:
    """Give the currencies that have a rate; None when their file is wrong, which is told once."""
    try:
        return frozenset(currency.currencies().usd)
    except ConfError:
        return None


def _brand(rates: frozenset[str] | None, path: Path) -> Iterator[str]:
    found = brand.brand(path.stem, path.parent)
    for fault in faults.of_brand(found, path.parent, rates):
        yield f"{path}: {fault}"


def _platform(rates: frozenset[str] | None, path: Path) -> Iterator[str]:
    found = platform.platform(path.stem, path.parent)
    for fault in faults.of_platform(found, rates):
        yield f"{path}: {fault}"


def _software(path: Path) -> Iterator[str]:
    found = software.software(path.stem, path.parent)
    for fault in faults.of_pages(found.pages):
        yield f"{path}: {fault}"


def _whole_graph() -> Checked:
    """See that every input of a contract's increment is a table with the columns it needs."""
    told: list[str] = []
    for one in _readable_tables():
        for name, how in one.increment.when.items():
            path = contract.TABLES / f"{one.name}.yaml"
            told += _faults(partial(_input, path, name, how))
    return Checked("increments", len(list(reading.names(contract.TABLES))), tuple(told))


def _shapes() -> Checked:
    """See that no contract's columns are others than those that were accepted."""
    try:
        known = shapes.accepted()
    except ConfError as error:
        return Checked("shapes", 0, (str(error),))
    told = [
        f"{contract.TABLES / one.name}.yaml: {fault}"
        for one in _readable_tables()
        for fault in shapes.faults(one, known.get(one.name))
    ]
    return Checked("shapes", len(known), tuple(told))


def _readable_tables() -> Iterator[contract.Table]:
    for path in sorted(contract.TABLES.glob("*.yaml")):
        try:
            yield contract.read_table(path)
        except ConfError:  # told under "tables"
            continue


def _input(path: Path, name: str, how: str) -> None:
    if not (contract.TABLES / f"{name}.yaml").exists():
        raise ConfError(f"{path}: increment names {name!r}, which is no table")
    if how not in {contract.ALL, contract.NEW}:
        contract.table(name).column(how)
    if how == contract.NEW and contract.table(name).write != "append":
        raise ConfError(f"{path}: only an append-only input can give its new rows; {name} is not")
