"""countermark evidence: show, page, export, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import cyclopts

app = cyclopts.App(
    name="countermark evidence", help="Follow a number back to the page that it rests on."
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command
def show(key: str, /, *, as_json: Json = False) -> None:
    """Print the whole chain of a listing: page, fields, match, features, score, decisions.

    The stored bytes are hashed anew and the score is computed anew from the table versions that it
    names; the status is 1 when anything is missing, was altered, or comes out otherwise.

    Args:
        key: listing_key, or the id of one of its observations.
        as_json: Print it as JSON.

    """
    from conf.site import site
    from jobs.evidence import evidence
    from jobs.evidence_text import lines

    found = evidence(site(), key)
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(found))
    raise SystemExit(bool(found.faults))


@app.command
def page(key: str, /, *, out: Path) -> None:
    """Save the page that a listing rests on: the very bytes, as a text file that runs nothing.

    Args:
        key: listing_key, or the id of one of its observations.
        out: File to write; it gets the ending .txt if it has another.

    """
    from conf.site import site
    from jobs.evidence_page import save

    saved = save(site(), key, out)
    sys.stdout.write(f"{saved.path}: {saved.size:,} bytes, sha256 {saved.sha256}\n")


@app.command
def export(key: str, /, *, to: Path, as_json: Json = False) -> None:
    """Write all that a listing's score rests on as a WARC file, with a manifest beside it.

    Page, pictures, seller and what a browser showed, each with headers, time, address, certificates
    and the proof that it was committed with its batch. `warcio` and what reads WARC/1.1 open it.

    Args:
        key: listing_key, or the id of one of its observations.
        to: File to write; it gets the ending .warc.gz if it has another.
        as_json: Print what was written as JSON.

    """
    from conf.site import site
    from jobs.evidence_warc import export as write

    written = write(site(), key, to)
    if as_json:
        _print_json(written)
        return
    sys.stdout.write(
        f"{written.path}: {written.captures} captures, {written.size:,} bytes, sha256 "
        f"{written.sha256}\n{written.manifest}: its manifest\n"
    )
    for capture_id, why in written.left_out.items():
        sys.stdout.write(f"left out, no evidence any more: capture {capture_id}: {why}\n")


@app.command
def verify(*files: Path, packs: bool = False, as_json: Json = False) -> None:
    """Check exported files, offline, and say which byte is wrong; the status is 1 if one is.

    Args:
        files: WARC files that `export` wrote; the manifest beside each is used if it is there.
        packs: Check every pack of the site against the captures, these against the roots of their
            batches, and the files' roots against those.
        as_json: Print what was checked as JSON.

    """
    from conf.errors import ConfError
    from conf.site import site
    from jobs.evidence_verdict import verdict

    if not files and not packs:
        raise ConfError("there is nothing to verify; give exported files, or --packs")
    found = verdict(files, site() if packs else None)
    if as_json:
        _print_json(found)
    else:
        sys.stdout.writelines(f"{line}\n" for line in found.lines())
    raise SystemExit(bool(found.faults))


def _print_json(content: object) -> None:
    import msgspec

    sys.stdout.write(msgspec.json.encode(content, enc_hook=str).decode() + "\n")
