"""The features: what is known of a listing as numbers, each told by one function.

A feature is a function under `jobs/features` with `@feature`. Its name is the column, its
parameters are the columns of the facts or other features that it is made from, its docstring is
the documentation and the reason that people read, its range is kept for every input. It is a Polars
expression; that of a feature `per="seller_key"` aggregates the seller's listings, and is stored in
the table `seller_features`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import floor, log10
from typing import Any

import msgspec
import numpy as np
import polars as pl

from conf.errors import ConfError

PER_SELLER = "seller_key"
# What would let a model learn where a listing was found instead of what it is.
FORBIDDEN = frozenset(
    {
        "platform",
        "listing_id",
        "listing_key",
        "seller_key",
        "url",
        "source",
        "capture_id",
        "observation_id",
        "content_sha256",
        "seller_name",
    }
)


class Feature(msgspec.Struct, frozen=True):
    """One feature."""

    name: str
    theme: str  # its module in jobs/features
    purpose: str  # first sentence of the docstring, shown to people as the reason
    inputs: tuple[str, ...]
    lowest: float
    highest: float
    per: str | None
    formula: Callable[..., Any]


def feature(
    *, lowest: float, highest: float, per: str | None = None
) -> Callable[[Callable[..., Any]], Feature]:
    """Make a feature of a function; values beyond the range are held at its end.

    Raises:
        ConfError: the function has no docstring, no parameters, an empty range, or reads what
            would give the platform away.

    """

    def make(formula: Callable[..., Any]) -> Feature:
        found = Feature(
            name=formula.__name__,
            theme=formula.__module__.rpartition(".")[2],
            purpose=" ".join((inspect.getdoc(formula) or "").split("\n\n")[0].split()),
            inputs=tuple(inspect.signature(formula).parameters),
            lowest=lowest,
            highest=highest,
            per=per,
            formula=formula,
        )
        _check(found)
        return found

    return make


def _check(found: Feature) -> None:
    where = f"feature {found.name} (jobs/features/{found.theme}.py)"
    if not found.purpose.endswith("."):
        raise ConfError(f"{where}: its docstring is what people read; write one sentence")
    if not found.inputs:
        raise ConfError(f"{where}: has no parameters; name the columns that it reads")
    if not found.lowest < found.highest:
        raise ConfError(f"{where}: range {found.lowest}..{found.highest} is empty")
    if found.per not in {None, PER_SELLER}:
        raise ConfError(f"{where}: per={found.per!r}; a feature is per row or per {PER_SELLER!r}")
    if found.per is None and (given_away := sorted(FORBIDDEN & set(found.inputs))):
        raise ConfError(f"{where}: {', '.join(given_away)} would give the platform away")


@cache
def catalogue() -> dict[str, Feature]:
    """Give every feature by name, from all modules of `jobs/features`.

    Raises:
        ConfError: two features share a name, or one reads what is neither a fact nor a feature.

    """
    import jobs.features

    names = sorted(one.name for one in pkgutil.iter_modules(jobs.features.__path__))
    modules = [
        importlib.import_module(f"jobs.features.{name}")
        for name in names
        if not name.startswith("_")
    ]
    return collect(
        value for module in modules for value in vars(module).values() if isinstance(value, Feature)
    )


def collect(features: Iterable[Feature]) -> dict[str, Feature]:
    """Give features by name, sorted, once their inputs are known to exist and to make no circle."""
    from jobs.facts import row_columns

    found: dict[str, Feature] = {}
    for one in features:
        if one.name in found or one.name in row_columns():
            raise ConfError(f"two features or facts are named {one.name}; rename one")
        found[one.name] = one
    for one in found.values():
        _check_inputs(one, found, row_columns())
        _check_circle(one, found, ())
    return dict(sorted(found.items()))


def _check_inputs(one: Feature, known: dict[str, Feature], facts: Sequence[str]) -> None:
    where = f"feature {one.name} (jobs/features/{one.theme}.py)"
    if strange := sorted(set(one.inputs) - set(facts) - set(known)):
        raise ConfError(f"{where}: reads {', '.join(strange)}, neither a fact nor a feature")
    if one.per is None:
        return
    for name in one.inputs:
        if name in known and _reads_group(known[name], known):
            raise ConfError(f"{where}: reads {name}, which is known only after sellers are grouped")


def _reads_group(one: Feature, known: dict[str, Feature]) -> bool:
    return one.per is not None or any(
        _reads_group(known[name], known) for name in one.inputs if name in known
    )


def _check_circle(one: Feature, known: dict[str, Feature], above: tuple[str, ...]) -> None:
    if one.name in above:
        raise ConfError(f"features go in a circle: {' -> '.join((*above, one.name))}")
    for name in one.inputs:
        if name in known:
            _check_circle(known[name], known, (*above, one.name))


def some(names: Iterable[str]) -> list[Feature]:
    """Give the named features, in that order.

    Raises:
        ConfError: there is no such feature.

    """
    known = catalogue()
    names = list(names)
    if strange := [name for name in names if name not in known]:
        raise ConfError(f"there is no feature {', '.join(strange)}; docs/features.md lists them")
    return [known[name] for name in names]


def fact_columns(names: Iterable[str]) -> list[str]:
    """Name the columns of the facts that these features need, sorted."""
    needed: set[str] = set()
    for one in some(names):
        needed |= _columns_of(one, catalogue())
    return sorted(needed)


def _columns_of(one: Feature, known: dict[str, Feature]) -> set[str]:
    if one.per is not None:
        return {one.name}
    columns: set[str] = set()
    for name in one.inputs:
        columns |= _columns_of(known[name], known) if name in known else {name}
    return columns


def expressions(names: Sequence[str]) -> list[pl.Expr]:
    """Give one Polars expression a feature over the columns of the facts, as float32 in range."""
    known = catalogue()
    made: dict[str, pl.Expr] = {}
    return [_held(one, _expression(one, known, made)).alias(one.name) for one in some(names)]


def aggregates() -> list[pl.Expr]:
    """Give one Polars aggregate a group feature over a seller's rows of the inputs, in range.

    It is kept to about a thousandth of its range. Finer differences tell nothing, and every listing
    of a seller is scored anew when one of them changes.
    """
    return [_aggregate(one).alias(one.name) for one in group_features()]


def _aggregate(one: Feature) -> pl.Expr:
    value: pl.Expr = one.formula(*map(pl.col, one.inputs)).cast(pl.Float64)
    digits = max(0, 3 - floor(log10(one.highest - one.lowest)))
    return value.fill_nan(None).clip(one.lowest, one.highest).round(digits)


def _expression(one: Feature, known: dict[str, Feature], made: dict[str, pl.Expr]) -> pl.Expr:
    if one.name not in made:
        inputs = [
            _expression(known[name], known, made) if name in known else pl.col(name)
            for name in one.inputs
        ]
        made[one.name] = pl.col(one.name) if one.per else one.formula(*inputs)
    return made[one.name]


def _held(one: Feature, value: pl.Expr) -> pl.Expr:
    """Hold a value in its range; null and not-a-number are missing."""
    return value.cast(pl.Float32).clip(one.lowest, one.highest).fill_null(float("nan"))


def vectors(facts: pl.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Give the features of each row of the facts.

    Returns:
        float32, shape (rows, len(names)), missing = NaN, columns in the order of `names`.

    """
    if not names:
        return np.empty((facts.height, 0), dtype=np.float32)
    columns = facts.lazy().select(expressions(names)).collect()
    return np.column_stack([column.to_numpy() for column in columns]).astype(np.float32)


def row_features() -> list[Feature]:
    """Give the features that one row tells."""
    return [one for one in catalogue().values() if one.per is None]


def group_features() -> list[Feature]:
    """Give the features that only the seller's listings together tell."""
    return [one for one in catalogue().values() if one.per is not None]


def contract_columns() -> list[dict[str, Any]]:
    """Give the columns of the contract of `seller_features`, one a group feature."""
    return [
        {
            "name": one.name,
            "logicalType": "number",
            "physicalType": "double",
            "logicalTypeOptions": {"minimum": one.lowest, "maximum": one.highest},
            "description": one.purpose,
        }
        for one in group_features()
    ]


def as_markdown(more: Mapping[str, Mapping[str, str]] | None = None, note: str = "") -> str:
    """Tell of every feature, by theme.

    Args:
        more: further columns by their heads; each says something of some features.
        note: what to know of those columns.

    """
    themes = sorted({one.theme for one in catalogue().values()})
    columns = more or {}
    parts = ["# Features\n", _summary(), *filter(None, [note])]
    heads = ("feature", "meaning", "range", "made from", *columns)
    head = f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n"
    for theme in themes:
        rows = [_line(one, columns) for one in catalogue().values() if one.theme == theme]
        parts.append(f"## {theme}\n\n{head}" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _summary() -> str:
    return (
        f"{len(row_features())} that one listing tells and {len(group_features())} that a seller's "
        "listings tell together. The meaning is what people read as the reason of a score.\n"
    )


def _line(one: Feature, columns: Mapping[str, Mapping[str, str]]) -> str:
    made_from = ", ".join(f"`{name}`" for name in one.inputs)
    cells = [f"`{one.name}`", one.purpose, f"{one.lowest:g}…{one.highest:g}", made_from]
    cells += [said.get(one.name, "\u2013") for said in columns.values()]
    return f"| {' | '.join(cells)} |"
