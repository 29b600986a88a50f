"""Checks an exported WARC file offline: every byte of it, every hash in it, every seal.

Nothing but the file is needed. The manifest beside it, where it is there, also finds what gzip and
the digests do not cover, and names the records behind one that cannot be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from conf import merkle
from conf.errors import ConfError
from jobs.evidence_exhibits import FORMAT, Told
from jobs.evidence_members import Member, Record, Torn, members, record
from jobs.evidence_warc import Place, digest, manifest_path

_HOLDS_BODY = frozenset({"response", "revisit", "resource"})


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    file: str
    byte: int | None  # the first that cannot be right; None where something is missing
    what: str  # record, capture or batch
    finding: str

    def __str__(self) -> str:
        """Give it as one line."""
        where = self.file if self.byte is None else f"{self.file}, byte {self.byte}"
        return f"{where}: {self.what}: {self.finding}"


class Checked(msgspec.Struct, frozen=True):
    """What was checked, and all that is wrong."""

    file: str
    records: int
    captures: int
    sealed: int  # captures whose seal leads to a batch's root
    roots: dict[str, str]  # batch -> root that they lead to
    faults: tuple[Fault, ...]


class _Manifest(msgspec.Struct, frozen=True):
    format: str
    captures: tuple[Told, ...]
    left_out: dict[str, str]


class _Beside(msgspec.Struct, frozen=True):
    file: dict[str, Any]
    records: tuple[Place, ...]


def check(path: Path) -> Checked:
    """Check one exported file.

    Raises:
        ConfError: the file is not there or cannot be read.

    """
    name = str(path)
    try:
        found = [_read(one) for one in members(path)]
        faults = [*_beside(path)]
    except OSError as error:
        raise ConfError(
            f"{path}: cannot be read: {error.strerror or error}; give a file that "
            "`countermark evidence export` wrote"
        ) from None
    records = [one for one in found if isinstance(one, Record)]
    known = {one.byte for one in faults}
    for one in found:
        if isinstance(one, Torn):
            what = f"the record that begins at byte {one.offset}"
            faults.append(Fault(name, one.byte, what, one.why))
        elif one.problems and one.offset not in known:
            faults.append(Fault(name, one.offset, _named(one), "; ".join(one.problems)))
    whole = _manifest(name, records)
    faults += whole if isinstance(whole, list) else _captures(name, records, whole)
    told = () if isinstance(whole, list) else whole.captures
    roots = {one.seal.batch_id: one.seal.proof.root for one in told if one.seal}
    sealed = sum(one.seal is not None for one in told)
    return Checked(name, len(records), len(told), sealed, roots, tuple(faults))


def _read(member: Member | Torn) -> Record | Torn:
    return member if isinstance(member, Torn) else record(member)


def _named(one: Record) -> str:
    return f"{one.type} {one.record_id} of {one.uri or 'the file'}"


def _beside(path: Path) -> Iterator[Fault]:
    """Hold the file against the manifest beside it, record by record."""
    beside = manifest_path(path)
    if not beside.exists():
        return
    try:
        said = msgspec.json.decode(beside.read_bytes(), type=_Beside)
    except msgspec.DecodeError as error:
        yield Fault(str(beside), None, "the manifest beside", f"it is none ({error})")
        return
    with path.open("rb") as file:
        for one in said.records:
            file.seek(one.offset)
            if hashlib.sha256(file.read(one.length)).hexdigest() != one.sha256:
                last = one.offset + one.length - 1
                why = f"its bytes, up to byte {last}, are not those that were written"
                yield Fault(str(path), one.offset, f"{one.type} {one.record_id}", why)
        size = file.seek(0, 2)
    if size != said.file.get("bytes"):
        end = min(size, said.file.get("bytes", 0))
        why = f"it has {size} bytes, and {said.file.get('bytes')} were written"
        yield Fault(str(path), end, "the end of the file", why)


def _manifest(name: str, records: list[Record]) -> _Manifest | list[Fault]:
    inside = [one for one in records if one.uri.startswith("urn:countermark:manifest:")]
    if len(inside) != 1:
        why = f"there are {len(inside)} in the file; what it should hold is not known"
        return [Fault(name, None, "the manifest", why)]
    try:
        found = msgspec.json.decode(inside[0].payload, type=_Manifest)
    except msgspec.DecodeError as error:
        return [Fault(name, inside[0].offset, _named(inside[0]), f"it is none ({error})")]
    if found.format != FORMAT:
        why = f"its format is {found.format!r}; this version reads {FORMAT!r}"
        return [Fault(name, inside[0].offset, _named(inside[0]), why)]
    return found


def _captures(name: str, records: list[Record], whole: _Manifest) -> Iterator[Fault]:
    """Hold each capture that the manifest names against its record, and its seal against both."""
    bodies = {one.record_id: one for one in records if one.type in _HOLDS_BODY}
    for told in whole.captures:
        body = bodies.get(told.record_id)
        what = f"capture {told.capture.get('capture_id')}"
        if body is None:
            yield Fault(name, None, what, f"its record {told.record_id} is not in the file")
        elif (why := body_fault(told, body, bodies)) is not None:
            yield Fault(name, body.offset, what, why)
        if (why := seal_fault(told)) is not None:
            yield Fault(name, None, what, why)


def body_fault(told: Told, body: Record, bodies: dict[str, Record]) -> str | None:
    """Say in what a record is not the body of its capture; None if it is."""
    wanted = str(told.capture.get("body_sha256"))
    holder = body
    if body.type == "revisit":
        if body.payload_digest != digest(wanted):
            return "the record says another sha256 than the capture"
        if body.refers_to not in bodies:
            return f"the record {body.refers_to} that holds its body is not in the file"
        holder = bodies[body.refers_to]
    found = hashlib.sha256(holder.payload).hexdigest()
    return None if found == wanted else f"its body has sha256 {found}, and {wanted} was captured"


def seal_fault(told: Told) -> str | None:
    """Say in what a capture is not what its batch was sealed with; None if nothing is wrong."""
    if merkle.leaf_text(told.capture, told.leaf_fields) != told.leaf:
        return "its fields are not those that its leaf was made of"
    if merkle.leaf(told.leaf) != told.leaf_sha256:
        return "its leaf has another hash than the manifest says"
    if told.seal is not None and not merkle.holds(told.leaf_sha256, told.seal.proof):
        return f"its proof does not lead to the root of batch {told.seal.batch_id}"
    return None
