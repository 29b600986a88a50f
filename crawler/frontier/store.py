"""The frontier's file: what was found, what is done; SQLite, one file a crawl.

A target is done only when what it gave is in the lake. Whatever else a killed crawl was about is
asked again. Links are forced to the disk before the batch of the pages that showed them is sealed,
acknowledgements when it is in the lake: between the two, a lost link is found again; after them
nobody would look, and a lost acknowledgement would give the same row twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from conf.errors import CrawlError
from crawler.frontier.address import Place
from crawler.items import Kind

KINDS: tuple[Kind, ...] = ("index", "listing", "seller", "image")
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS target (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    hint TEXT NOT NULL,
    depth INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,  -- 0 waits, 1 is out, 2 is done
    UNIQUE (platform, key)
) STRICT;
CREATE INDEX IF NOT EXISTS queue ON target (platform, host, kind, hint, id) WHERE state = 0;
CREATE TABLE IF NOT EXISTS want (
    target INTEGER NOT NULL,
    listing_key TEXT NOT NULL,
    PRIMARY KEY (target, listing_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
_WAITS, _OUT, _DONE = 0, 1, 2


class Target(msgspec.Struct, frozen=True):
    """One page to ask for, by its row in the file."""

    id: int
    platform: str
    host: str
    kind: Kind
    key: str
    url: str
    depth: int
    token: int = 0  # of this lease; a later lease of the same target has another

    @property
    def own_id(self) -> str:
        """The platform's own id of a listing or seller."""
        return self.key.partition(":")[2]


class Found(msgspec.Struct, frozen=True):
    """A page that a seed or a link leads to."""

    platform: str
    place: Place
    hint: str = ""
    depth: int = 0


class Done(msgspec.Struct, frozen=True):
    """A target whose rows are in the lake, and the pictures that its listing wants."""

    target: int
    platform: str
    host: str
    kind: Kind
    listing_key: str | None = None
    pictures: tuple[Place, ...] = ()
    token: int = 0  # of the lease under which it was fetched


def done(target: Target, listing_key: str | None = None, pictures: tuple[Place, ...] = ()) -> Done:
    """Give what ends a target's lease."""
    return Done(
        target.id,
        target.platform,
        target.host,
        target.kind,
        listing_key,
        pictures,
        target.token,
    )


class Acks(msgspec.Struct, frozen=True):
    """What a batch ends, once its rows are in the lake: leases, and whole hosts."""

    done: tuple[Done, ...] = ()
    closed: tuple[str, ...] = ()  # hosts that are asked for nothing more in this crawl


class Ended(msgspec.Struct, frozen=True):
    """What an acknowledgement changed."""

    done: tuple[Done, ...]  # those that were not done before
    pictures: tuple[Found, ...]  # those that are new


class Store:
    """The frontier's file; one process and one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; what was out when the last process died waits again."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.executescript(_SCHEMA)
            self._db.execute("UPDATE target SET state = ? WHERE state = ?", (_WAITS, _OUT))
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from None
        self._path = path

    def close(self) -> None:
        """Write what is still open and close the file."""
        self.flush()
        self._db.close()

    def flush(self) -> None:
        """Make what was noted so far outlive this process."""
        if self._db.in_transaction:
            self._execute("COMMIT")

    def make_durable(self) -> None:
        """Force what was noted so far to the disk."""
        self.flush()
        self._execute("PRAGMA synchronous = FULL")
        self.note("durable", "")  # forces what was written before it, too
        self._execute("PRAGMA synchronous = NORMAL")

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        row = self._execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._begin()
        self._execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
        self.flush()

    def add(self, found: Iterable[Found]) -> list[Found]:
        """Add pages that are not known yet; gives those that were new."""
        self._begin()
        return [one for one in found if self._insert(one)]

    def take(self, platform: str, host: str, kind: Kind, count: int) -> list[Target]:
        """Give the next waiting targets of one kind and note that they are out."""
        self._begin()
        rows = self._execute(
            "UPDATE target SET state = 1 WHERE id IN (SELECT id FROM target WHERE state = 0 AND "
            "platform = ? AND host = ? AND kind = ? ORDER BY hint, id LIMIT ?) "
            "RETURNING id, platform, host, kind, key, url, depth, hint",
            (platform, host, kind, count),
        ).fetchall()
        return [Target(*row[:7]) for row in sorted(rows, key=lambda row: (row[7], row[0]))]

    def drop(self, platform: str, kind: Kind) -> None:
        """Note what is not done of a platform's kind as done."""
        self._begin()
        self._execute(
            "UPDATE target SET state = 2 WHERE state < 2 AND platform = ? AND kind = ?",
            (platform, kind),
        )

    def acknowledge(self, acks: Acks) -> Ended:
        """Note what a batch ends and the pictures its listings want.

        It is on the disk when this returns. Doing it twice does no harm.
        """
        self.flush()
        self._execute("PRAGMA synchronous = FULL")
        self._begin()
        done = tuple(one for one in acks.done if self._finish(one))
        new = tuple(picture for one in acks.done for picture in self._want(one))
        for host in acks.closed:
            self._close(host)
        self.flush()
        self._execute("PRAGMA synchronous = NORMAL")
        return Ended(done, new)

    def closed(self) -> list[str]:
        """Give the hosts that are asked for nothing more in this crawl."""
        sql = "SELECT substr(name, 8) FROM fact WHERE name LIKE 'closed:%'"
        return [host for (host,) in self._execute(sql)]

    def wanted_by(self, picture: Target) -> list[str]:
        """Give the listing_key of every listing that shows a picture, sorted."""
        rows = self._execute(
            "SELECT listing_key FROM want WHERE target = ? ORDER BY listing_key", (picture.id,)
        )
        return [key for (key,) in rows]

    def open_counts(self) -> Iterator[tuple[str, str, Kind, int, int]]:
        """Give platform, host, kind, how many targets are not done, and how many of them wait."""
        yield from self._execute(
            "SELECT platform, host, kind, count(*), sum(state = 0) FROM target WHERE state < 2 "
            "GROUP BY 1, 2, 3"
        ).fetchall()

    def knows(self, found: Found) -> bool:
        """Say whether a page is in the file already."""
        sql = "SELECT 1 FROM target WHERE platform = ? AND key = ?"
        return self._execute(sql, (found.platform, found.place.key)).fetchone() is not None

    def count(self, platform: str, kind: Kind) -> int:
        """Count a platform's targets of one kind, done or not."""
        sql = "SELECT count(*) FROM target WHERE platform = ? AND kind = ?"
        return int(self._execute(sql, (platform, kind)).fetchone()[0])

    def forget(self, platform: str) -> None:
        """Drop a finished platform's targets: nobody asks for them again in this crawl."""
        self._begin()
        self._execute(
            "DELETE FROM want WHERE target IN (SELECT id FROM target WHERE platform = ?)",
            (platform,),
        )
        self._execute("DELETE FROM target WHERE platform = ?", (platform,))
        self.flush()

    def _finish(self, done: Done) -> bool:
        sql = "UPDATE target SET state = 2 WHERE id = ? AND state < 2"
        return self._execute(sql, (done.target,)).rowcount == 1

    def _want(self, done: Done) -> list[Found]:
        wanted = [Found(done.platform, picture) for picture in done.pictures]
        new = [one for one in wanted if self._insert(one)]
        for one in wanted:
            self._execute(
                "INSERT OR IGNORE INTO want "
                "SELECT id, ? FROM target WHERE platform = ? AND key = ?",
                (done.listing_key, one.platform, one.place.key),
            )
        return new

    def _close(self, host: str) -> None:
        self._execute("INSERT OR REPLACE INTO fact VALUES (?, '')", (f"closed:{host}",))
        self._execute("UPDATE target SET state = 2 WHERE state < 2 AND host = ?", (host,))

    def _insert(self, found: Found) -> bool:
        place = found.place
        cursor = self._execute(
            "INSERT OR IGNORE INTO target (platform, host, kind, key, url, hint, depth) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                found.platform,
                place.host,
                place.kind,
                place.key,
                place.url,
                found.hint,
                found.depth,
            ),
        )
        return cursor.rowcount == 1

    def _execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql, values)
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from None

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._execute("BEGIN")


def _unusable(path: Path, error: Exception) -> CrawlError:
    return CrawlError(
        f"{path}: the frontier's file cannot be used: {error}; see that the disk has room, the "
        "folder is writable and no other crawl of this time runs, then run the same command again; "
        "if the file is damaged, remove the file to crawl anew"
    )
