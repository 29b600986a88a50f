"""A driver to kill: runs jobs on a cluster, each write slow enough for a kill to land amid it.

python -m tests.jobs.clustered HOME MASTER BRANDS SECONDS_A_BUCKET JOB …

The last line that it prints is where an executor has our code from.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from conf.site import Site
from conf.site import site as read_site

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from jobs.bucket_write import Done, Task

TODAY = date(2026, 11, 3)


def clustered(home: Path, master: str, brands: Path) -> Site:
    """Give the cluster's site with another home, and quick to start."""
    site = read_site("cluster")
    spark = msgspec.structs.replace(
        site.spark,
        master=master,
        driver_memory="1g",
        executor_memory="700m",
        shuffle_partitions=2,
        is_small=True,
    )
    uri = f"sqlite:///{home}/mlflow.db"
    return msgspec.structs.replace(site, home=home, tracking_uri=uri, brands=brands, spark=spark)


def slow(seconds: float) -> None:
    """Make executors write all buckets, some a table, and sleep when a bucket's file is there."""
    from jobs import buckets, writes

    write = writes.bucket_write.write
    buckets.MOST_ROWS = 15

    def slowed(task: Task) -> Done:
        done = write(task)
        time.sleep(seconds)
        return done

    writes.bucket_write.write, writes._AT_ONCE = slowed, 0


def where_code_is(spark: SparkSession) -> str:
    """Give the file that an executor's Python has the package of jobs from."""

    def kernel(_: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        import jobs

        yield pa.record_batch([[jobs.__file__]], names=["path"])

    found: Any = spark.range(1, numPartitions=1).mapInArrow(kernel, "path string").first()
    return str(found["path"])


def main() -> int:
    """Run the jobs; 1 if one failed."""
    from jobs import graph
    from jobs.givens import Givens
    from jobs.run import run_all
    from jobs.running import line
    from jobs.tables import LakeTables

    home, master, brands, seconds, *names = sys.argv[1:]
    site = clustered(Path(home), master, Path(brands))
    if float(seconds):
        slow(float(seconds))
    tables, has_failed = LakeTables(site), False
    for outcome in run_all(tables, graph.chosen(names), Givens(site, TODAY)):
        sys.stdout.write(line(outcome) + "\n")
        sys.stdout.flush()
        has_failed |= outcome.status in {"failed", "waits"}
    sys.stdout.write(where_code_is(tables.spark) + "\n")
    tables.close()
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
