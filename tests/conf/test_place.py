"""A place in a bucket does as a folder does, and asks nobody whom the environment does not name."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from conf import place, site
from conf.errors import ConfError, LakeError
from conf.place import S3Path


def test_an_address_is_a_path() -> None:
    lake = S3Path("s3://bucket/lake")
    file = lake / "sellers" / "a=1/x.parquet"
    assert str(file) == f"{file}" == "s3://bucket/lake/sellers/a=1/x.parquet"
    assert (file.bucket, file.key) == ("bucket", "lake/sellers/a=1/x.parquet")
    assert (file.name, file.stem, file.suffix) == ("x.parquet", "x", ".parquet")
    assert str(file.with_name("y")) == "s3://bucket/lake/sellers/a=1/y"
    assert str(file.relative_to(lake)) == "sellers/a=1/x.parquet"
    assert str(file.parent.parent) == "s3://bucket/lake/sellers"
    assert pickle.loads(pickle.dumps(file)) == file == place.place(str(file))  # noqa: S301 - our own
    assert sorted([lake / "b", lake / "a"]) == [lake / "a", lake / "b"]


def test_a_folder_stays_a_plain_path() -> None:
    assert type(place.place("var/lake")) is type(Path("var/lake"))
    assert place.options(Path("var/lake")) is None
    assert place.spark_url(Path("var/lake")) == "var/lake"
    assert place.spark_url(S3Path("s3://b/lake/x")) == "s3a://b/lake/x"


def test_a_lake_in_a_folder_loads_nothing_for_buckets() -> None:
    code = "import sys, jobs.tables, crawler.commit; print({'obstore', 'boto3'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=site.PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_objects_are_written_read_listed_and_removed(bucket: S3Path) -> None:
    here = bucket / "lake" / "t"
    assert not here.exists()
    assert here.write_bytes(b"") == 0  # an object of the same name is no part of what is under it
    (here / "2.json").write_bytes(b"two")
    (here / "deep" / "3.json").write_bytes(b"three")
    (bucket / "lake" / "t2" / "4.json").write_bytes(b"four")
    assert (here / "deep").exists()
    assert not (here / "dee").exists()
    assert list(here.glob("*.json")) == [here / "2.json"]
    assert list(here.rglob("*.json")) == [here / "2.json", here / "deep" / "3.json"]
    assert place.sizes(here, ["2.json"]) == {"2.json": 3, "deep/3.json": 5}
    assert place.size(here) == 8
    assert (here / "2.json").read_text() == "two"
    (here / "2.json").unlink()
    (here / "2.json").unlink(missing_ok=True)
    with pytest.raises(FileNotFoundError):
        (here / "2.json").read_bytes()
    here.clear()
    assert place.size(bucket) == 4


def test_an_object_is_created_once(bucket: S3Path) -> None:
    assert (bucket / "1").create(b"first")
    assert not (bucket / "1").create(b"second")
    assert (bucket / "1").read_bytes() == b"first"


def test_a_folder_s_files_are_told_like_a_bucket_s(tmp_path: Path) -> None:
    (tmp_path / "a=1").mkdir()
    (tmp_path / "a=1" / "x").write_bytes(b"123")
    assert place.sizes(tmp_path, ["a=1/x", "gone"]) == {"a=1/x": 3}
    assert place.size(tmp_path) == 3


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_told_in_one_line() -> None:
    with pytest.raises(LakeError, match=r"s3://not-there/x cannot be .*NoSuchBucket") as told:
        S3Path("s3://not-there/x").write_bytes(b"")
    with pytest.raises(LakeError, match="NoSuchBucket"):
        S3Path("s3://not-there/x").exists()
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("endpoint", "is_plain"),
    [
        (None, "false"),
        ("https://objects.example", "false"),
        ("http://127.0.0.1:9000", "true"),
        ("http://localhost:9000", "true"),
        ("http://[::1]:9000", "true"),
    ],
)
def test_plain_http_is_for_this_machine_alone(
    endpoint: str | None, is_plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    told = place.options(S3Path("s3://b/lake"))
    assert told == {"aws_conditional_put": "etag", "aws_allow_http": is_plain}


def test_plain_http_to_another_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://objects.example")
    with pytest.raises(ConfError, match=r"objects\.example without TLS"):
        place.options(S3Path("s3://b/lake"))


def test_a_site_s_tables_may_lie_in_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.site("local").lake == site.PROJECT / "var" / "lake"
    monkeypatch.setenv("COUNTERMARK_LAKE", "s3://bucket/a/lake/")
    here = site.site("local")
    assert str(here.lake) == "s3://bucket/a/lake"
    assert here.packs == site.PROJECT / "var" / "packs"


@pytest.mark.parametrize(
    "where",
    [
        "s3://key:pass@bucket/lake",
        "s3://bucket/lake?x=pass",
        "s3://Bucket/lake",
        "s3://b",
        "s3://bucket//lake",
        "s3://bucket/a lake",
        "gs://bucket/lake",
        "/srv/lake",
    ],
)
def test_an_address_of_another_kind_is_refused_and_not_repeated(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERMARK_LAKE", where)
    with pytest.raises(ConfError, match="lake is no s3://bucket/prefix") as told:
        site.site("local")
    assert "pass" not in str(told.value)
