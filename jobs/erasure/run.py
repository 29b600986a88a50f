"""Erases a person's data from every table and every version, and proves it.

What no job makes is rewritten, bodies are taken out of their packs, jobs make anew what they made,
and then all that is older goes: files of versions, and what logs tell of them. The journal says
first what is to be done, so whatever was killed is done by giving the command again, with the same
tokens. Last of all everything under home is searched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from conf import contract
from conf.errors import ConfError, LakeError
from conf.site import Site
from jobs import graph, journal, running, vacuum
from jobs.erasure import files, logs, notes, packed
from jobs.erasure.cells import Found
from jobs.erasure.identifier import Identifier, identifier
from jobs.erasure.notes import Erasure
from jobs.erasure.plan import Plan, capture_notes, plan, stored
from jobs.erasure.search import Place, search
from jobs.holding import committing, holding, kept
from jobs.parts import FOLDER as PARTS
from jobs.reader import Lake


class Erased(msgspec.Struct, frozen=True):
    """What an erasure came to, or would come to."""

    tables: dict[str, Found]
    bodies: int
    captures: int  # whose body or row held an identifier
    places: tuple[Place, ...]  # that still hold one
    erasure_id: str | None = None  # of a dry run there is none
    tokens: tuple[str, ...] = ()  # in the order in which the identifiers were given


def looked_for(site: Site, texts: Sequence[str]) -> Erased:
    """Say what an erasure would change, and every place that holds an identifier; change nothing.

    Raises:
        ConfError: an identifier is too short.
        LakeError: there is no lake, or it cannot be read.

    """
    wanted, lake = [identifier(text) for text in texts], _lake(site)
    found = plan(lake, site.packs, wanted)
    noted = capture_notes(lake, found, wanted)
    return _told(found, len(noted), search(site, wanted))


def erase(site: Site, texts: Sequence[str], reason: str, today: date | None = None) -> Erased:
    """Erase identifiers; give the same command again if it was stopped or could not be done.

    Raises:
        ConfError: an identifier is too short, or the reason holds one.
        LakeError: a crawl or a job holds a table, a job failed, or something cannot be written.

    """
    _see_reason(reason, [identifier(text) for text in texts])
    lake, at = _lake(site), datetime.now(UTC)
    with _held(site):
        _see_spool(site)
        erasure = notes.begun(lake, notes.key(site.state), texts)
        wanted = list(erasure.wanted.values())
        found = plan(lake, site.packs, wanted)
        noted = capture_notes(lake, found, wanted)
        _note(site, lake, _entries(erasure, found, noted, at, reason))
        packed.punch(site.packs, found.held.frames)
        for one in found.tables:
            table = contract.table(one.table)
            files.rewrite(lake, table, one.files, wanted, erasure.erasure_id)
    _remake(site, lake, today)
    with _held(site):
        for table in stored(lake):
            vacuum.sweep(lake, table.name)
            logs.clean(lake, table.name, wanted)
        shutil.rmtree(lake.path(PARTS), ignore_errors=True)
    _note(site, lake, [notes.entry(one, "done", at, reason) for one in erasure.ends])
    given = _told(found, len(noted), search(site, wanted))
    tokens = tuple(one.token for one in wanted)
    return msgspec.structs.replace(given, erasure_id=erasure.erasure_id, tokens=tokens)


def lines(one: Erased) -> Iterator[str]:
    """Say for a terminal what was done, or would be, and where there is something left."""
    for name, found in one.tables.items():
        yield f"{name}: {found.cells:,} cells of {found.rows:,} rows in {found.files:,} files"
    yield f"packs: {one.bodies:,} bodies; {one.captures:,} captures whose body or row held one"
    if one.erasure_id is not None:
        yield f"erasure {one.erasure_id}: {', '.join(one.tokens)}"
    yield from (f"{place.path}: {place.times:,} times: {place.advice}" for place in one.places)
    yield f"{len(one.places)} files hold an identifier" if one.places else "Nothing holds one."


def _lake(site: Site) -> Lake:
    if not isinstance(site.lake, Path):
        raise ConfError(
            f"{site.lake} lies in a bucket, and what a store keeps of replaced objects is the "
            "store's to say; erase in a lake that lies in a folder"
        )
    if not site.lake.is_dir():
        raise LakeError(f"{site.lake} is not there; COUNTERMARK_HOME says where the lake's home is")
    return Lake(site.lake)


def _see_reason(reason: str, wanted: Sequence[Identifier]) -> None:
    if not reason.strip():
        raise ConfError("--reason says nothing; say why it is erased, such as the request's number")
    if any(one.holds(reason) for one in wanted):
        raise ConfError(
            "--reason holds an identifier, and is kept; name the request by its number or date"
        )


def _see_spool(site: Site) -> None:
    """Refuse while batches wait: their captures would be brought after their bodies went."""
    waiting = sorted((site.state / "spool").rglob("acks.json"))
    if waiting:
        raise LakeError(
            f"{waiting[0].parent} holds what a crawl fetched and the lake does not have yet; "
            "finish it with `countermark crawl run`, then erase"
        )


@contextmanager
def _held(site: Site) -> Iterator[None]:
    """Hold every table, so that neither a crawl nor a job nor maintenance writes one.

    Raises:
        LakeError: another process holds one.

    """
    with ExitStack() as stack:
        for table in contract.tables():
            if table.layer == "bronze":
                stack.enter_context(committing(site, table.name))
            stack.enter_context(holding(site, kept(table)))
        yield


def _entries(
    erasure: Erasure, found: Plan, noted: list[dict[str, object]], at: datetime, reason: str
) -> list[dict[str, object]]:
    """Give all that the journal is to say before anything is changed."""
    own: list[tuple[str, dict[str, object]]] = [
        ("begun", {"identifier_hmac": name, "token": one.token})
        for name, one in erasure.wanted.items()
    ]
    own += [("table", {"table_name": t.table, "row_count": t.found.rows}) for t in found.tables]
    own += [("capture", row) for row in noted]
    return [notes.entry(erasure.erasure_id, step, at, reason, **row) for step, row in own]


def _note(site: Site, lake: Lake, rows: list[dict[str, object]]) -> None:
    if new := notes.unknown(lake, rows):
        journal.append(site, notes.TABLE, new)


def _remake(site: Site, lake: Lake, today: date | None) -> None:
    """Have the jobs make anew what they made of rows that have changed.

    Raises:
        LakeError: one of them failed.

    """
    names = [one.name for one in graph.jobs() if lake.exists(one.name)]
    done = running.run_told(site, names, today) if names else []
    failed = [f"{one.table}: {one.why}" for one in done if one.status in {"failed", "waits"}]
    if failed:
        raise LakeError(
            f"what jobs made still holds what is to be erased, for {'; '.join(failed)}; mend that "
            "and give the same command again"
        )


def _told(found: Plan, captures: int, places: Iterator[Place]) -> Erased:
    tables = {one.table: one.found for one in found.tables}
    return Erased(tables, len(found.held.frames), captures, tuple(places))
