"""Check every YAML file of conf/ and tell all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from conf import brand, contract, country, currency, feed, lexicon, model, platform, reading, site
from conf.errors import ConfError


class Checked(msgspec.Struct, frozen=True):
    """What was read of one kind, and what is wrong with it."""

    kind: str
    files: int
    faults: tuple[str, ...]


def check() -> list[Checked]:
    """Read every file of every kind."""
    return [
        _each("tables", contract.TABLES, contract.read_table),
        _each("platforms", platform.PLATFORMS, lambda path: platform.platform(path.stem)),
        _each("feeds", feed.FEEDS, lambda path: _feed(path.stem)),
        _each("brands", brand.BRANDS, _brand, whole=brand.brands),
        _each("lexicons", lexicon.LEXICONS, lambda path: lexicon.lexicon(path.stem)),
        _each("models", model.MODELS, lambda path: model.model(path.stem)),
        _each("sites", site.SITES, lambda path: site.site(path.stem)),
        _one("currencies", currency.currencies),
        _one("countries", country.countries),
        _whole_graph(),
    ]


def _each(
    kind: str,
    folder: Path,
    read: Callable[[Path], Any],
    whole: Callable[[], Any] | None = None,
) -> Checked:
    paths = sorted(folder.glob("*.yaml"))
    faults = [fault for path in paths for fault in _fault(partial(read, path))]
    if whole and not faults:
        faults += _fault(whole)
    return Checked(kind, len(paths), tuple(faults))


def _one(kind: str, read: Callable[[], Any]) -> Checked:
    return Checked(kind, 1, tuple(_fault(read)))


def _fault(read: Callable[[], Any]) -> Iterator[str]:
    try:
        read()
    except ConfError as error:
        yield str(error)


def _feed(name: str) -> feed.Feed:
    """Read a feed and see that it fills columns that its table has."""
    found = feed.feed(name)
    columns = set(contract.table(found.table).names)
    if strange := sorted({*found.fields, *found.constants} - columns):
        where = feed.FEEDS / f"{name}.yaml"
        raise ConfError(f"{where}: table {found.table} has no column {', '.join(strange)}")
    return found


def _brand(path: Path) -> brand.Brand:
    """Read a brand and see that its photos are there and its products named once."""
    found = brand.brand(path.stem)
    keys = [product.key for product in found.products]
    if len(set(keys)) < len(keys):
        raise ConfError(f"{path}: two products have one key")
    for product in found.products:
        for photo in product.photos:
            if not (path.parent / photo.file).exists():
                raise ConfError(f"{path}: photo {photo.file} of {product.key} is missing")
    return found


def _whole_graph() -> Checked:
    """See that every input of a contract's increment is a table with the columns it needs."""
    faults: list[str] = []
    for one in _readable_tables():
        for name, how in one.increment.when.items():
            path = contract.TABLES / f"{one.name}.yaml"
            faults += _fault(partial(_input, path, name, how))
    return Checked("increments", len(list(reading.names(contract.TABLES))), tuple(faults))


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
