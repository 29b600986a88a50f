"""Where tables lie: in a folder, or under a prefix of an S3 bucket.

A folder is a plain `pathlib.Path`. An `S3Path` has those of its methods that the lake needs. Who
may read and write there, and where the store is, is said by the environment alone (`AWS_*`); this
module, delta-rs and Polars read the same names, and a local run imports nothing for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from conf.errors import ConfError, LakeError

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME = "s3://"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_AT_ONCE = 1000  # objects, the most that one answer of a store lists
# Beyond this a store that stays away is told of; the default would be three minutes.
_RETRY = timedelta(seconds=20)


class S3Path(PurePosixPath):
    """A place in a bucket. There are no folders: what lies under a place makes it be there."""

    __slots__ = ()

    def __str__(self) -> str:
        """Give it as an address; a part of one (what `relative_to` gives) is itself."""
        return super().__str__().replace("s3:/", SCHEME, 1)

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.parts[1]

    @property
    def key(self) -> str:
        """The object's name in the bucket."""
        return "/".join(self.parts[2:])

    def exists(self) -> bool:
        """Tell whether there is an object, or anything under the place."""
        import obstore

        with _told(self):
            try:
                obstore.head(_store(self.bucket, _endpoint()), self.key)
            except FileNotFoundError:
                return any(self.listed(1))
        return True

    def listed(self, chunk: int = _AT_ONCE) -> Iterator[tuple[str, int]]:
        """Give what lies under the place, at any depth: its name from here on, and its bytes."""
        import obstore

        start = len(self.key) + 1 if self.key else 0
        with _told(self):
            for some in obstore.list(
                _store(self.bucket, _endpoint()), self.key or None, chunk_size=chunk
            ):
                for one in some:
                    yield one["path"][start:], one["size"]

    def glob(self, pattern: str) -> Iterator[S3Path]:
        """Give the objects right under the place whose names are of a pattern."""
        for name, _ in self.listed():
            if "/" not in name and fnmatchcase(name, pattern):
                yield self / name

    def rglob(self, pattern: str) -> Iterator[S3Path]:
        """Give the objects at any depth whose last names are of a pattern."""
        for name, _ in self.listed():
            if fnmatchcase(name.rpartition("/")[2], pattern):
                yield self / name

    def read_bytes(self) -> bytes:
        """Give what an object holds.

        Raises:
            FileNotFoundError: there is none.
            LakeError: the store cannot be asked.

        """
        import obstore

        with _told(self):
            return bytes(obstore.get(_store(self.bucket, _endpoint()), self.key).bytes())

    def read_text(self) -> str:
        """Give what an object holds, as text; as `read_bytes`."""
        return self.read_bytes().decode()

    def write_bytes(self, content: bytes) -> int:
        """Write an object, whole, over what was there; gives the number of bytes."""
        import obstore

        with _told(self):
            obstore.put(_store(self.bucket, _endpoint()), self.key, content)
        return len(content)

    def create(self, content: bytes) -> bool:
        """Write an object, whole, if there is none; False if there is (If-None-Match)."""
        import obstore
        from obstore.exceptions import AlreadyExistsError

        with _told(self):
            try:
                obstore.put(_store(self.bucket, _endpoint()), self.key, content, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def upload(self, file: Path) -> None:
        """Write an object of what a local file holds."""
        import obstore

        with _told(self):
            obstore.put(_store(self.bucket, _endpoint()), self.key, file)

    def unlink(self, missing_ok: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - Path's signature; a store does not tell
        """Remove an object, if there is one."""
        import obstore

        with _told(self):
            obstore.delete(_store(self.bucket, _endpoint()), self.key)

    def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:
        """Do nothing: there are no folders."""

    def clear(self) -> None:
        """Remove everything under the place."""
        import obstore

        keys = [f"{self.key}/{name}" for name, _ in self.listed()]
        if keys:
            with _told(self):
                obstore.delete(_store(self.bucket, _endpoint()), keys)


Place: TypeAlias = Path | S3Path


def place(text: str) -> Place:
    """Give the place that an address or a path names."""
    return S3Path(text) if text.startswith(SCHEME) else Path(text)


def options(where: Place) -> dict[str, str] | None:
    """Give what delta-rs and Polars are to be told of a place; None for a folder.

    A commit is the conditional PUT of its file in the log: of two that make the same version, the
    store takes one.
    """
    if not isinstance(where, S3Path):
        return None
    return {"aws_conditional_put": "etag", "aws_allow_http": str(may_be_plain()).lower()}


def may_be_plain() -> bool:
    """Tell whether the store is asked by plain HTTP, which it may be on this machine alone.

    Raises:
        ConfError: the environment names another machine and no TLS.

    """
    endpoint = urlsplit(_endpoint())
    if endpoint.scheme != "http":
        return False
    if endpoint.hostname not in _LOOPBACK:
        raise ConfError(
            f"AWS_ENDPOINT_URL names {endpoint.hostname} without TLS: rows and who asks could be "
            "read on the way; write https://"
        )
    return True


def sizes(folder: Place, names: Iterable[str]) -> Mapping[str, int]:
    """Give the bytes of those of a folder's files that are there; a bucket is listed once."""
    if isinstance(folder, S3Path):
        return dict(folder.listed())
    found = {}
    for name in names:
        try:
            found[name] = (folder / name).stat().st_size
        except FileNotFoundError:
            continue
    return found


def size(folder: Place) -> int:
    """Give the bytes of all that lies under a place."""
    if isinstance(folder, S3Path):
        return sum(bytes_ for _, bytes_ in folder.listed())
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def spark_url(where: Place) -> str:
    """Give a place as Spark names it."""
    text = str(where)
    return f"s3a://{text.removeprefix(SCHEME)}" if isinstance(where, S3Path) else text


def _endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL", "")


def s3a() -> dict[str, str]:
    """Give what Spark is to be told of the store; who asks it takes from the environment itself."""
    told = {"spark.hadoop.fs.s3a.connection.ssl.enabled": str(not may_be_plain()).lower()}
    if _endpoint():
        told["spark.hadoop.fs.s3a.endpoint"] = _endpoint()
        told["spark.hadoop.fs.s3a.path.style.access"] = "true"
    if region := os.environ.get("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION")):
        told["spark.hadoop.fs.s3a.endpoint.region"] = region
    return told


@contextmanager
def _told(path: S3Path) -> Iterator[None]:
    """Tell what a store says as our error, but for an object that is not there.

    Raises:
        LakeError: instead of theirs.

    """
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        told = str(error).partition("Debug source")[0]
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in told:
            raise
        why = " ".join(told.split())[:300]
        raise LakeError(
            f"{path} cannot be reached: {why}; see AWS_ENDPOINT_URL, AWS_REGION and who the "
            "environment says is asking (docs/object-store.md)"
        ) from None


@lru_cache(maxsize=4)
def _store(bucket: str, _asked: str) -> S3Store:
    """Give the connection to a bucket; once a process and endpoint."""
    from obstore.store import S3Store

    return S3Store(
        bucket,
        client_options={"allow_http": may_be_plain()},
        retry_config={"retry_timeout": _RETRY},
    )
