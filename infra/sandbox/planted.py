"""The planted truth, shown to people who judge: who sells what, honestly or not.

Neither crawler nor jobs may read it: they see the marketplaces alone.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from rich.table import Table

from conf.errors import ConfError
from infra.sandbox.served import Served
from infra.sandbox.world import World, date_of
from infra.sandbox.world.markets import MARKETS, PARTNERS
from infra.sandbox.world.truth import ListingTruth, truths

FAKE, HONEST = "counterfeit", "honest"
WARNING = (
    "The truth is for people who judge; neither crawler nor jobs may read it, and no model may "
    "learn from it."
)


def planted(world: Served, platform: str | None, kind: str | None) -> Iterator[ListingTruth]:
    """Give the truth of each listing that is there on the last of the days.

    `kind` is counterfeit, honest or the name of a tactic or honest kind.

    Raises:
        ConfError: there is no such platform, or nothing of that kind.

    """
    if platform is not None and platform not in {*MARKETS, *PARTNERS}:
        known = ", ".join((*MARKETS, *PARTNERS))
        raise ConfError(f"there is no platform {platform!r} in the sandbox; there are: {known}")
    of = PARTNERS if platform in PARTNERS else MARKETS
    made = World(world.seed, world.listings, of)
    kinds = {FAKE, HONEST}
    for name in of if platform is None else (platform,):
        for truth in truths(made, name, world.days[-1]):
            kinds.add(truth.tactic)
            if _is_of(truth, kind):
                yield truth
    if kind is not None and kind not in kinds:
        raise ConfError(f"nothing there is of kind {kind!r}; there are: {', '.join(sorted(kinds))}")


def lines(found: Iterable[ListingTruth]) -> Iterator[bytes]:
    """Give the truth as JSON lines."""
    return (msgspec.json.encode(truth) + b"\n" for truth in found)


def write(found: Iterable[ListingTruth], path: Path) -> int:
    """Write the truth as JSON lines, all or nothing; how many."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            for line in lines(found):
                out.write(line)
                count += 1
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise ConfError(
            f"{path} cannot be written: {error.strerror}; choose another --out"
        ) from None
    return count


def table(found: Iterable[ListingTruth], world: Served) -> Table:
    """Count the listings by tactic and platform."""
    counts: Counter[tuple[bool, str, str]] = Counter()
    counts.update((one.is_counterfeit, one.tactic, one.platform) for one in found)
    platforms = [name for name in (*MARKETS, *PARTNERS) if any(key[2] == name for key in counts)]
    title = (
        f"Truth of seed {world.seed}, {world.listings} listings, day {world.days[-1]}: "
        f"{date_of(world.days[-1])}"
    )
    made = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    made.pad_edge = False
    for at, name in enumerate(("kind", *platforms, "all")):
        made.add_column(name, justify="right" if at else "left", no_wrap=True)
    for is_fake, says in ((True, FAKE), (False, HONEST)):
        kinds = sorted({key[1] for key in counts if key[0] is is_fake})
        rows = {kind: [counts[is_fake, kind, name] for name in platforms] for kind in kinds}
        for kind, row in rows.items():
            made.add_row(kind, *_cells(row))
        if rows:
            total = [sum(column) for column in zip(*rows.values(), strict=True)]
            made.add_row(f"all {says}", *_cells(total), style="bold", end_section=True)
    return made


def _cells(row: list[int]) -> list[str]:
    return [str(one or "·") for one in (*row, sum(row))]


def _is_of(truth: ListingTruth, kind: str | None) -> bool:
    if kind in {None, truth.tactic}:
        return True
    return kind == (FAKE if truth.is_counterfeit else HONEST)
