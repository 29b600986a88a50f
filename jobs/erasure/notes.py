"""What is known of erasures: their keys and tokens, and what the journal `erasures` says of them.

The journal never holds an identifier, only its keyed hash; the key is a file of this site. A run
that was killed is known by its rows that begin and do not end, and goes on with the same tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from conf.errors import LakeError
from jobs.erasure.identifier import TOKEN, Identifier, canonical, identifier
from jobs.reader import Lake

TABLE = "erasures"
KEY = "erasure.key"
_KEY_BYTES = 32


class Erasure(msgspec.Struct, frozen=True):
    """One erasure that was asked for: its id, and its identifiers by their keyed hashes."""

    erasure_id: str
    wanted: dict[str, Identifier]
    ends: tuple[str, ...]  # ids of killed runs that are over when this one is


class Note(msgspec.Struct, frozen=True):
    """What the journal says of one capture."""

    says: str
    is_body_erased: bool
    before: dict[str, str]  # hash of the leaf that its row has after an erasure -> before it

    def sealed(self, leaf: str) -> str:
        """Give the leaf that the batch was sealed with, of the one that the row has now."""
        seen = {leaf}
        while (older := self.before.get(leaf, leaf)) not in seen:
            seen.add(older)
            leaf = older
        return leaf


def key(state: Path) -> bytes:
    """Give this site's key, made if there is none.

    Raises:
        LakeError: it cannot be read or written.

    """
    path = state / KEY
    try:
        if not path.exists():
            _make_key(path)
        return path.read_bytes()
    except OSError as error:
        raise LakeError(f"{path}: {error.strerror or error}; mend that and run it again") from None


def begun(lake: Lake, secret: bytes, texts: Sequence[str]) -> Erasure:
    """Give a new erasure, or the one that was killed, with its tokens.

    Raises:
        ConfError: an identifier is too short.

    """
    by_hash = {_hmac(secret, canonical(identifier(text).text)): text for text in texts}
    open_ones = {
        erasure_id: tokens
        for erasure_id, tokens in _unfinished(lake).items()
        if tokens.keys() & by_hash.keys()
    }
    same = [one for one, tokens in open_ones.items() if tokens.keys() == by_hash.keys()]
    own = min(same, default=secrets.token_hex(_KEY_BYTES))
    known = {name: token for tokens in open_ones.values() for name, token in tokens.items()}
    wanted = {
        name: identifier(text, known.get(name) or _token(secret, own, name))
        for name, text in by_hash.items()
    }
    ends = {one for one, tokens in open_ones.items() if tokens.keys() <= by_hash.keys()}
    return Erasure(own, wanted, tuple(sorted({own} | ends)))


def captures(lake: Lake) -> dict[str, Note]:
    """Give what the journal says of each capture that was erased or changed.

    Raises:
        LakeError: the journal cannot be read.

    """
    if not lake.exists(TABLE):
        return {}
    rows = lake.frame(TABLE, where=pl.col("step") == "capture").sort("erased_at")
    return {
        str(capture_id): _note(some.to_dicts())
        for (capture_id,), some in rows.partition_by("capture_id", as_dict=True).items()
    }


def entry(erasure_id: str, step: str, at: datetime, reason: str, **own: Any) -> dict[str, Any]:
    """Give a row of the journal; the same thing of the same erasure has the same id."""
    of = own.get("capture_id") or own.get("table_name") or own.get("identifier_hmac") or ""
    name = f"{erasure_id}\x1f{step}\x1f{of}"
    return {
        "entry_id": hashlib.sha256(name.encode()).hexdigest(),
        "erasure_id": erasure_id,
        "step": step,
        "erased_at": at,
        "erased_on": at.date(),
        "reason": reason,
        **own,
    }


def unknown(lake: Lake, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows that the journal does not have yet."""
    if not lake.exists(TABLE):
        return rows
    known = set(lake.frame(TABLE, columns=["entry_id"])["entry_id"])
    return [row for row in rows if row["entry_id"] not in known]


def _unfinished(lake: Lake) -> dict[str, dict[str, str]]:
    """Give, of each erasure that has begun and not ended, the tokens by identifiers' hashes."""
    if not lake.exists(TABLE):
        return {}
    columns = ["erasure_id", "step", "identifier_hmac", "token"]
    rows = lake.frame(TABLE, columns=columns, where=pl.col("step").is_in(["begun", "done"]))
    ended = set(rows.filter(pl.col("step") == "done")["erasure_id"])
    found: dict[str, dict[str, str]] = {}
    for row in rows.filter(pl.col("step") == "begun").to_dicts():
        if row["erasure_id"] not in ended:
            found.setdefault(row["erasure_id"], {})[row["identifier_hmac"]] = row["token"]
    return found


def _note(rows: Sequence[dict[str, Any]]) -> Note:
    said = [f"erased on {row['erased_on']}: {row['reason']}" for row in rows]
    return Note(
        "; ".join(said),
        any(row["is_body_erased"] for row in rows),
        {row["leaf_after_sha256"]: row["leaf_sha256"] for row in rows},
    )


def _make_key(path: Path) -> None:
    """Make a key that only this user can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(handle)
    part.replace(path)


def _hmac(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _token(secret: bytes, erasure_id: str, name: str) -> str:
    return TOKEN + _hmac(secret, f"{erasure_id}:{name}")[:12]
