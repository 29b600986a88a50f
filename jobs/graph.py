"""Finds the jobs and orders them.

A job is a module in a stage's folder with a function of the module's name, which is also the name
of the table it makes. Its positional parameters are the tables it reads, as Spark frames or, where
they are annotated so, as `Stored` files; its keyword-only ones are what it is given besides.
Nothing is registered anywhere.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import msgspec

from conf import contract
from conf.errors import ConfError
from jobs.stored import Stored

HERE = Path(__file__).parent
STAGES = ("clean", "match", "features", "score", "vendors", "report")
# The catalogue's modules define features and lie beside the job that gathers them.
_FEATURES = "features"


class Job(msgspec.Struct, frozen=True):
    """One table and the function that makes it."""

    name: str
    stage: str
    inputs: tuple[str, ...]
    stored: frozenset[str]  # inputs that its tasks read themselves (jobs/stored.py)
    givens: tuple[str, ...]
    function: Callable[..., Any]

    @property
    def table(self) -> contract.Table:
        """The contract of the table it makes."""
        return contract.table(self.name)

    @property
    def says(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.function) or "").split("\n")[0]


@cache
def jobs() -> tuple[Job, ...]:
    """Find every job, inputs before what reads them.

    Raises:
        ConfError: a module is no job, a table has no contract, or jobs read each other in a ring.

    """
    return ordered([job(stage, name) for stage in STAGES for name in _modules(stage)])


def job(stage: str, name: str) -> Job:
    """Read one job from its module."""
    place = f"jobs/{stage}/{name}.py"
    module = importlib.import_module(f"jobs.{stage}.{name}")
    function = getattr(module, name, None)
    if not inspect.isfunction(function):
        raise ConfError(
            f"{place} has no function {name}(); write it, or begin the file's name with _ if it "
            "is no job"
        )
    if not inspect.getdoc(function):
        raise ConfError(f"{place}: {name}() has no docstring; say in one sentence what comes out")
    parameters = inspect.signature(function).parameters.values()
    inputs = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    # Annotations are texts here: what they name is imported for type checkers alone.
    stored = frozenset(p.name for p in parameters if p.annotation == Stored.__name__)
    for table in (name, *inputs):
        if not (contract.TABLES / f"{table}.yaml").exists():
            raise ConfError(f"{place}: conf/tables/{table}.yaml is missing; a table needs one")
    givens = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
    return Job(name, stage, inputs, stored, givens, function)


def ordered(found: Sequence[Job]) -> tuple[Job, ...]:
    """Put jobs into an order in which each comes after those whose tables it reads."""
    by_name = {one.name: one for one in found}
    before = {one.name: {i for i in one.inputs if i in by_name} for one in found}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(before).static_order())
    except CycleError as error:
        ring = " -> ".join(error.args[1])
        raise ConfError(f"jobs read each other in a ring: {ring}; take one input away") from None


def chosen(names: Sequence[str]) -> tuple[Job, ...]:
    """Give the named jobs in their order; `all` names every job.

    Raises:
        ConfError: there is no job of that name.

    """
    every = jobs()
    if strange := sorted(set(names) - {one.name for one in every} - {"all"}):
        known = ", ".join(one.name for one in every)
        raise ConfError(f"there is no job {strange[0]!r}; there are: {known}, or all")
    return tuple(one for one in every if "all" in names or one.name in names)


def followed(table: str) -> tuple[str, ...]:
    """Name the columns of a table by whose values other jobs take what changed in it."""
    found = {job.table.increment.when.get(table) for job in jobs()}
    return tuple(sorted(name for name in found if name not in {None, contract.ALL, contract.NEW}))


def _modules(stage: str) -> list[str]:
    """Name the modules of a stage that should be jobs."""
    names = [path.stem for path in sorted((HERE / stage).glob("*.py"))]
    names = [name for name in names if not name.startswith("_") and name != "cli"]
    if stage != _FEATURES:
        return names
    return [name for name in names if (contract.TABLES / f"{name}.yaml").exists()]
