"""Saves the page that a listing rests on, as bytes that nothing runs."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf.errors import LakeError
from conf.site import Site
from jobs.bodies import stored_body
from jobs.evidence import evidence_capture
from jobs.whole import whole


class Saved(msgspec.Struct, frozen=True):
    """Where a page was written."""

    path: Path
    size: int
    sha256: str


def save(site: Site, key: str, out: Path) -> Saved:
    """Write the body of the capture behind a listing; its sha256 is that of the capture.

    A browser runs what ends in .html or .svg, so the file always ends in .txt.

    Raises:
        LakeError: there is no such listing, it rests on no page, or the bytes were altered.

    """
    capture = evidence_capture(site, key)
    if capture is None:
        raise LakeError(
            f"{key} rests on a partner's file and on no page; `countermark evidence show {key}` "
            "names the file and the line"
        )
    body = stored_body(site.packs, capture)
    if body.evidence is None:
        raise LakeError(f"the page of {key} is not evidence any more: {body.finding}")
    path = out if out.suffix == ".txt" else out.with_name(f"{out.name}.txt")
    with whole(path) as part:
        part.write_bytes(body.evidence)
    return Saved(path, len(body.evidence), str(body.sha256))
