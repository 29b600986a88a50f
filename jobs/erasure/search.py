"""Searches everything under a site's home for identifiers: the proof that nothing is left.

Each kind of file is read as what it is: Parquet and Arrow cell by cell, packs frame by frame,
compressed files unpacked, SQLite by its tables, all others as bytes.
"""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from conf.site import Site
from jobs.erasure import cells, octets
from jobs.erasure.identifier import Identifier
from jobs.erasure.packed import frames

_PIECE = 16 * 2**20  # bytes that are read at once of a file without form
_OVERLAP = 4096  # bytes; an identifier is shorter
_SQLITE = b"SQLite format 3\0"
_MOST_UNPACKED = 2 * 2**30  # bytes of one member of an archive
# By where a file lies under home: what to do about it.
_ADVICE = (
    ("reports", "make the report anew (`countermark report --help`), or delete the file"),
    ("state/spool", "finish the crawl that wrote it (`countermark crawl run`), then erase again"),
    ("state/crawls", "finish that crawl, then delete its file"),
    ("state", "nothing needs it between runs: stop what is running, and delete the file"),
    ("lake", "erase again; if it stays, the table is made of something outside of the lake"),
    ("packs", "erase again"),
    ("mlflow.db", "delete the run that says it (`mlflow gc` takes it out of the file)"),
    ("models", "delete that artefact, and train again if the model is needed"),
)
_ELSEWHERE = "no part of the lake: a partner's file or a copy; delete it by hand"

Wanted = Sequence[Identifier]


class Readable(Protocol):
    """Whatever gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Give the next bytes, none at the end."""


class Place(msgspec.Struct, frozen=True):
    """One file that still holds an identifier."""

    path: str
    times: int
    advice: str


def search(site: Site, wanted: Wanted) -> Iterator[Place]:
    """Give every file under home that holds an identifier, in its name too."""
    for path in sorted(site.home.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        name = str(path.relative_to(site.home))
        times = _times(path, wanted) + octets.count(name.encode(), wanted)
        if times:
            yield Place(str(path), times, _advice(name))


def _advice(name: str) -> str:
    found = (say for start, say in _ADVICE if name == start or name.startswith(f"{start}/"))
    return next(found, _ELSEWHERE)


def _times(path: Path, wanted: Wanted) -> int:
    """Count how often a file holds an identifier; one that goes meanwhile holds none."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
        try:
            return _reader(path, head)(path, wanted)
        except (pa.ArrowException, sqlite3.Error, zstandard.ZstdError, ValueError, EOFError):
            return _in_bytes(path, wanted)  # it is not what it looks like, or is torn
        except (zipfile.BadZipFile, gzip.BadGzipFile):
            return _in_bytes(path, wanted)
    except FileNotFoundError:
        return 0


def _reader(path: Path, head: bytes) -> Callable[[Path, Wanted], int]:
    if path.suffix == ".pack":
        return _in_pack
    forms = (
        (b"PAR1", _in_parquet),
        (b"ARROW1", _in_arrow),
        (_SQLITE, _in_sqlite),
        (b"\x1f\x8b", _in_gzip),
        (zstandard.FRAME_HEADER, _in_zstd),
        (b"PK\3\4", _in_zip),
    )
    return next((reader for start, reader in forms if head.startswith(start)), _in_bytes)


def _in_parquet(path: Path, wanted: Wanted) -> int:
    file = pq.ParquetFile(path)
    told = [item for pair in (file.metadata.metadata or {}).items() for item in pair]
    times = sum(octets.count(one, wanted) for one in told if not one.startswith(b"/////"))
    for batch in file.iter_batches():
        times += _in_batch(batch, wanted)
    return times


def _in_arrow(path: Path, wanted: Wanted) -> int:
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        found = (file.get_batch(at) for at in range(file.num_record_batches))
        return sum(_in_batch(batch, wanted) for batch in found)


def _in_batch(batch: pa.RecordBatch, wanted: Wanted) -> int:
    return sum(cells.count(pa.chunked_array([column]), wanted) for column in batch.columns)


def _in_pack(path: Path, wanted: Wanted) -> int:
    return sum(octets.count(body, wanted) for _, _, body in frames(path, ()))


def _in_sqlite(path: Path, wanted: Wanted) -> int:
    """Count in the cells, and where these hold none, in what was deleted and still lies there."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master")]
        tables = [
            name
            for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        times = octets.count("\n".join(names).encode(), wanted)
        for name in tables:
            quoted = name.replace('"', '""')
            for row in opened.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - quoted above
                times += sum(octets.count(_octets(value), wanted) for value in row)
    return times or _in_bytes(path, wanted)


def _octets(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode("utf-8", "replace")


def _in_gzip(path: Path, wanted: Wanted) -> int:
    with gzip.open(path) as file:
        return _in_stream(file, wanted)


def _in_zstd(path: Path, wanted: Wanted) -> int:
    with (
        path.open("rb") as source,
        zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True) as file,
    ):
        return _in_stream(file, wanted)


def _in_zip(path: Path, wanted: Wanted) -> int:
    """Count in every member: workbooks and models are such files."""
    with zipfile.ZipFile(path) as file:
        whole = [one for one in file.infolist() if one.file_size <= _MOST_UNPACKED]
        names = sum(octets.count(one.filename.encode(), wanted) for one in whole)
        return names + sum(_in_stream(io.BytesIO(file.read(one)), wanted) for one in whole)


def _in_bytes(path: Path, wanted: Wanted) -> int:
    with path.open("rb") as file:
        return _in_stream(file, wanted)


def _in_stream(file: Readable, wanted: Wanted) -> int:
    """Count in a stream, piece by piece; what lies across two pieces is found in the second."""
    times, kept = 0, b""
    while piece := file.read(_PIECE):
        times += octets.count(kept + piece, wanted)
        kept = piece[-_OVERLAP:]
        times -= octets.count(kept, wanted) if len(piece) == _PIECE else 0
    return times
