"""Keeps a lake as it should be: compact, without what nobody needs, and no older than promised.

Nothing here changes a row that is kept, so jobs find nothing to take afterwards. One table after
the other is held, looked after and let go; what cannot be done does not stop the rest, and whatever
was killed is done by the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime

import msgspec

from conf import contract
from conf.contract import Table
from conf.errors import CountermarkError
from conf.place import size
from conf.site import Site
from jobs import compaction, retention, vacuum
from jobs.holding import holding, kept
from jobs.reader import Lake


class Maintained(msgspec.Struct):
    """What was done for one table."""

    table: str
    files: int = 0  # of the newest version, afterwards
    bytes_before: int = 0  # in its folder
    bytes_after: int = 0
    compacted: int = 0  # files that were laid into others
    removed: int = 0  # files that nobody needs
    days_dropped: int = 0
    rows_dropped: int = 0
    body_bytes_dropped: int = 0
    why: str | None = None  # it could not be done


def maintain(
    site: Site,
    names: Sequence[str] = (),
    *,
    kept_days: int = vacuum.KEPT_DAYS,
    today: date | None = None,
    dry_run: bool = False,
) -> Iterator[Maintained]:
    """Look after every table, or those named."""
    lake, day = Lake(site.lake), today or datetime.now(UTC).date()
    for table in contract.tables():
        if (names and table.name not in names) or not lake.exists(table.name):
            continue
        one = Maintained(table.name)
        try:
            with ExitStack() as stack:
                if not dry_run:
                    stack.enter_context(holding(site, kept(table)))
                _maintain(site, lake, table, one, kept_days, day, dry_run=dry_run)
        except CountermarkError as error:
            one.why = str(error)
        yield one


def _maintain(  # noqa: PLR0913 - what, where, and how long things are kept
    site: Site,
    lake: Lake,
    table: Table,
    one: Maintained,
    kept_days: int,
    today: date,
    *,
    dry_run: bool,
) -> None:
    path = lake.path(table.name)
    one.bytes_before = size(path)
    gone = retention.drop_days(lake, table, today, dry_run=dry_run)
    one.days_dropped, one.rows_dropped = gone.days, gone.rows
    if table.name == retention.CAPTURES:
        swept = retention.sweep_packs(lake, site.packs, table, today, dry_run=dry_run)
        one.body_bytes_dropped = swept
    if table.layer == "bronze":  # what jobs write is one file a bucket
        one.compacted = compaction.compact(lake, table, today, dry_run=dry_run)
    one.removed = vacuum.vacuum(lake, table.name, kept_days, dry_run=dry_run)
    one.files, one.bytes_after = len(lake.files(table.name)), size(path)
