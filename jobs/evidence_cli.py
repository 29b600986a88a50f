"""countermark evidence: show, page."""

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
