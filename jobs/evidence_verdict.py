"""What a check of files and packs came to, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from conf.site import Site
from jobs.evidence_packs import CheckedPacks, check_packs
from jobs.evidence_verify import Checked, Fault, check


class Verdict(msgspec.Struct, frozen=True):
    """All that was checked, and all that is wrong."""

    files: tuple[Checked, ...]
    packs: CheckedPacks | None
    faults: tuple[Fault, ...]

    def lines(self) -> Iterator[str]:
        """Give what was checked, and each fault."""
        for one in self.files:
            yield (
                f"{one.file}: {one.records} records, {one.captures} captures, {one.sealed} of them "
                "sealed"
            )
            yield from (f"  root of batch {batch}: {root}" for batch, root in one.roots.items())
        if self.packs is not None:
            told = self.packs
            yield (
                f"{told.packs} packs, {told.captures:,} captures of {told.body_bytes:,} bytes, "
                f"{told.batches} batches; {told.unsealed} captures older than seals, "
                f"{told.unnamed_bytes:,} bytes that no capture names, {len(told.erased):,} erased"
            )
            yield from (f"capture {one}: {says}" for one, says in told.erased.items())
        yield from map(str, self.faults)
        yield f"{len(self.faults)} faults" if self.faults else "Everything holds."


def verdict(files: Sequence[Path], site: Site | None) -> Verdict:
    """Check files, and the packs of a site if one is given.

    Raises:
        ConfError: a file cannot be read.
        LakeError: the site's tables cannot be read.

    """
    checked = tuple(check(path) for path in files)
    packs = None if site is None else check_packs(site)
    faults = [fault for one in checked for fault in one.faults]
    if packs is not None:
        faults += packs.faults
        faults += [fault for one in checked for fault in _strange_roots(one, packs)]
    return Verdict(checked, packs, tuple(faults))


def _strange_roots(one: Checked, packs: CheckedPacks) -> Iterator[Fault]:
    for batch, root in one.roots.items():
        ours = packs.roots.get(batch)
        if ours != root:
            why = f"the file leads to the root {root}, and this lake has {ours or 'no such batch'}"
            yield Fault(one.file, None, f"batch {batch}", why)
