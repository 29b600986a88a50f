"""Single files of frames beside and inside tables, in a folder or in a bucket."""

from __future__ import annotations

from io import BytesIO

import polars as pl

from conf.place import Place, S3Path, options


def scan(where: Place) -> pl.LazyFrame:
    """Open a Parquet file, of which only what is asked for is fetched."""
    # Who asks is said by the environment, not by a library that may be installed.
    return pl.scan_parquet(str(where), storage_options=options(where), credential_provider=None)


def read(where: Place) -> pl.DataFrame:
    """Read a Parquet file."""
    return scan(where).collect()


def write(rows: pl.DataFrame, where: Place, row_group: int | None = None) -> int:
    """Write a Parquet file; gives its bytes. In a bucket it is there whole or not at all."""
    if not isinstance(where, S3Path):
        rows.write_parquet(where, compression="zstd", row_group_size=row_group)
        return where.stat().st_size
    content = BytesIO()
    rows.write_parquet(content, compression="zstd", row_group_size=row_group)
    return where.write_bytes(content.getvalue())


def read_arrow(where: Place) -> pl.DataFrame:
    """Read an Arrow file."""
    return pl.read_ipc(where.read_bytes() if isinstance(where, S3Path) else where)
