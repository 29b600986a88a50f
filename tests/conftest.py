"""Fixtures for all tests: a site in a scratch folder, one Spark session, rows by contract."""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
from hypothesis import settings

from conf import contract
from conf.place import S3Path, options
from conf.site import PROJECT, Site
from conf.site import site as read_site
from jobs import buckets
from jobs.buckets import Bucket
from jobs.stored import Stored

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

# Whatever a test starts finds its modules compiled: half of the time until a command begins.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Two tests at once make each slow now and then; how long an example takes is no test of ours.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")
SLOW = ("spark", "cluster", "browser", "walk")
MAY_BE = {
    "string": "x",
    "boolean": False,
    "date": date(2026, 11, 1),
    "timestamp": datetime(2026, 11, 1, 6, tzinfo=UTC),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order tests, fast ones first."""
    items.sort(key=lambda item: [item.get_closest_marker(name) is not None for name in SLOW[::-1]])


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site of its own for each test, with an empty home."""
    return site_at(tmp_path / "home")


def site_at(home: Path) -> Site:
    """Give a site with its home there."""
    uri = f"sqlite:///{home}/mlflow.db"
    return msgspec.structs.replace(read_site("local"), home=home, tracking_uri=uri)


_BUCKETS = itertools.count()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The endpoint of an S3 server of our own."""
    command = [sys.executable, "-m", "tests.s3_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.stdin.close()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> S3Path:
    """An empty bucket, and an environment that leads to it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    found = S3Path(f"s3://bucket-{next(_BUCKETS)}")
    server = http.client.HTTPConnection(s3.removeprefix("http://"))
    server.request("PUT", f"/{found.bucket}")
    assert server.getresponse().status == 200
    server.close()
    return found


@pytest.fixture
def bucket_site(tmp_path: Path, bucket: S3Path) -> Site:
    """A site whose tables lie in a bucket."""
    return msgspec.structs.replace(site_at(tmp_path / "home"), lake_url=str(bucket / "lake"))


@pytest.fixture(params=["folder", "bucket"])
def either_site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A site whose tables lie in a folder, and one whose tables lie in a bucket."""
    if request.param == "folder":
        return site_at(tmp_path / "home")
    found: Site = request.getfixturevalue("bucket_site")
    return found


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One session for all tests, quick to start; starting the JVM is most of a test's time."""
    from jobs.session import start

    local = read_site("local")
    quick = msgspec.structs.replace(
        local.spark,
        master="local[2]",
        driver_memory="1g",
        shuffle_partitions=2,
        is_small=True,
    )
    home = tmp_path_factory.mktemp("spark")
    session = start(msgspec.structs.replace(local, home=home, spark=quick), "tests")
    yield session
    session.stop()


@pytest.fixture
def rows() -> Callable[..., pa.Table]:
    """`rows(table, {...}, {...})`: rows of a contract, required columns filled where not given."""
    return make_rows


@pytest.fixture
def add_bronze(site: Site) -> Callable[..., int]:
    """`add_bronze(table, {...}, …)`: append rows to a bronze table as one commit; its version."""
    return partial(append, site)


def append(site: Site, table: str, *given: dict[str, Any]) -> int:
    """Append rows to a bronze table of a site as one commit; gives its version."""
    from deltalake import DeltaTable, write_deltalake

    path, told = str(site.lake / table), options(site.lake)
    part = contract.table(table).partition
    write_deltalake(
        path,
        make_rows(table, *given),
        mode="append",
        partition_by=[part] if part else None,
        storage_options=told,
    )
    return DeltaTable(path, storage_options=told).version()


@pytest.fixture
def frame(spark: SparkSession) -> Callable[..., DataFrame]:
    """`frame(table, {...}, {...})`: a Spark frame of such rows."""

    def make(table: str, *given: dict[str, Any]) -> DataFrame:
        listed = make_rows(table, *given).to_pylist()
        return spark.createDataFrame(listed, contract.table(table).spark())

    return make


@pytest.fixture
def stored(spark: SparkSession, tmp_path: Path) -> Callable[..., Stored]:  # noqa: ARG001 - tasks run in it
    """`stored(table, {...}, {...}, count=1)`: such rows in the files of so many buckets."""
    return partial(make_stored, tmp_path)


def make_stored(folder: Path, table: str, *given: dict[str, Any], count: int = 1) -> Stored:
    """Write rows of a contract into the files of so many buckets, in a folder of its name."""
    rows, promised = pl.DataFrame(make_rows(table, *given)), contract.table(table)
    at = buckets.of_numbers(buckets.key_numbers(rows, promised.key), count)
    parts = buckets.parted(rows, at)
    paths = {buckets.file_name(Bucket(bucket, count)): part for bucket, part in parts.items()}
    root = folder / table
    root.mkdir(exist_ok=True)
    for name, part in paths.items():
        part.write_parquet(root / name)
    return Stored(promised, str(root), tuple(paths))


def make_rows(table: str, *given: dict[str, Any]) -> pa.Table:
    """Give rows of a contract; a column that is required and not given gets a plain value."""
    import pyarrow as pa

    found = contract.table(table)
    for row in given:
        if strange := set(row) - set(found.names):
            raise KeyError(f"{table} has no {', '.join(sorted(strange))}")
    filled = [{c.name: row.get(c.name, _plain(c)) for c in found.columns} for row in given]
    if table == "listings":
        filled = _with_signs(filled)
    return pa.Table.from_pylist(filled, schema=found.arrow())


def _with_signs(listings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give listings with what their folded texts show, where it is not given."""
    import polars as pl

    from jobs.clean._signs import lexicons, signs

    title, description = (
        pl.Series([row[name] for row in listings], dtype=pl.String)
        for name in ("title_folded", "description_folded")
    )
    made = pl.DataFrame(signs(title, description, lexicons())).to_dicts()
    given = [{k: v for k, v in row.items() if v is not None} for row in listings]
    return [row | shown | own for row, shown, own in zip(listings, made, given, strict=True)]


def _plain(column: contract.Column) -> Any:
    if not column.required:
        return None
    if column.allowed:
        return column.allowed[0]
    if column.pattern and "64" in column.pattern:
        return "0" * 64
    if column.type.startswith("array"):
        return []
    return MAY_BE.get(column.type, max(1, int(column.lowest or 0)))


@pytest.fixture
def sorted_rows() -> Callable[[pl.DataFrame], list[dict[str, Any]]]:
    """Rows of a frame as dicts, in an order of their own, to compare two frames."""

    def listed(frame: pl.DataFrame) -> list[dict[str, Any]]:
        return sorted(frame.to_dicts(), key=repr)

    return listed
