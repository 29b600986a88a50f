"""The lake is read without Spark, and what is wrong with it is said in one line."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from conf.errors import LakeError
from jobs.reader import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two versions of one table."""
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}).write_delta(str(tmp_path / "t"))
    pl.DataFrame({"a": [3], "b": ["z"]}).write_delta(str(tmp_path / "t"), mode="append")
    return Lake(tmp_path)


def test_a_table_that_is_not_there(lake: Lake) -> None:
    assert not lake.exists("other")
    assert lake.version("other") is None
    with pytest.raises(LakeError, match="there is no table other"):
        lake.frame("other")


def test_columns_rows_and_versions(lake: Lake) -> None:
    assert lake.version("t") == 1
    assert lake.frame("t", columns=["b"], where=pl.col("a") > 1)["b"].sort().to_list() == ["y", "z"]
    assert lake.frame("t", version=0)["a"].sort().to_list() == [1, 2]


@pytest.mark.parametrize(("columns", "version"), [(["q"], None), (None, 9)])
def test_what_is_not_there_is_said(lake: Lake, columns: list[str], version: int) -> None:
    with pytest.raises(LakeError, match=r"^[^\n]+$"):
        lake.frame("t", columns=columns, version=version)


def test_a_cut_file_is_named(lake: Lake) -> None:
    file = next(iter((lake.root / "t").glob("*.parquet")))
    file.write_bytes(file.read_bytes()[:10])
    with pytest.raises(LakeError, match=file.name):
        lake.frame("t")


def test_a_lost_file_is_named(lake: Lake) -> None:
    file = next(iter((lake.root / "t").glob("*.parquet")))
    file.unlink()
    with pytest.raises(LakeError, match="is gone"):
        lake.frame("t")
