"""Who holds what: a table for a job, what is kept of bronze, and a table of bronze itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from conf.contract import Table
from conf.lease import FOLDER, leased
from conf.place import S3Path
from conf.site import Site
from jobs.lock import writer


@contextmanager
def holding(site: Site, name: str) -> Iterator[None]:
    """Hold a name for writing: on this machine by a lock, among machines by a lease.

    Raises:
        LakeError: another process holds it.

    """
    with writer(site.state / "locks", name), leased(site.lake / FOLDER, name):
        yield


def kept(table: Table) -> str:
    """Name what maintenance holds: of bronze not the table, as a crawl holds that for days.

    A crawl only appends, and Delta lets rows be appended while older days are laid together.
    """
    return f"{table.name}.keeping" if table.layer == "bronze" else table.name


def committing(site: Site, table: str) -> AbstractContextManager[None]:
    """Keep out whoever commits to a table of bronze, as one committer does another.

    Raises:
        LakeError: somebody does.

    """
    if isinstance(site.lake, S3Path):
        return leased(site.lake / FOLDER, table)
    return writer(site.lake / ".locks", table)
