"""Spark over a lake in a bucket makes the same rows as over a folder; needs `make bucket-jars`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from conf.brand import Catalogue
from conf.place import S3Path, size
from conf.site import PROJECT, Site
from conf.site import site as read_site
from jobs import cluster, session
from jobs.digest import Digest, digests
from jobs.parts import FOLDER
from jobs.reader import Lake
from tests.conftest import site_at
from tests.jobs.days import BRONZE, bring
from tests.jobs.test_increments import ORRIS

JARS = read_site("local").jars
MISSING = [name for name in session.S3_JARS if not (JARS / name).exists()]

pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=f"no {', '.join(MISSING)}: `make bucket-jars`"),
]


@pytest.fixture(params=["local[2]", pytest.param("cluster", marks=pytest.mark.cluster)])
def master(request: pytest.FixtureRequest, bucket: S3Path, tmp_path: Path) -> Iterator[str]:
    """Where tasks run: in the driver, or in workers with the environment of who started them."""
    if request.param != "cluster":
        yield request.param
        return
    assert bucket.bucket
    control = site_at(tmp_path / "control")
    up = cluster.up(control, cluster.Wanted(workers=2, cores=1, memory="800m", port=0))
    try:
        yield up.address
    finally:
        cluster.down(control)


def run(site: Site, master: str) -> list[Digest]:
    """Run every job in a process of its own, all buckets in tasks; gives what all tables hold."""
    given = [str(site.home), master, str(site.brands), "0.01", "all"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.clustered", *given],
        cwd=PROJECT,
        env=os.environ | {"COUNTERMARK_LAKE": site.lake_url or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return digests(Lake(site.lake))


def test_every_job_makes_the_same_rows(tmp_path: Path, bucket: S3Path, master: str) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_bytes(msgspec.yaml.encode(Catalogue(brands=(ORRIS,))))
    alone = msgspec.structs.replace(site_at(tmp_path / "alone"), brands=brands)
    stored = msgspec.structs.replace(
        site_at(tmp_path / "bucket"), brands=brands, lake_url=str(bucket / "lake")
    )
    for day in (1, 2):  # the second day is made of what changed
        bring(alone, day)
        for table in BRONZE:  # the same files, so that both read the same rows in the same order
            for file in (path for path in (alone.lake / table).rglob("*") if path.is_file()):
                there = stored.lake / str(file.relative_to(alone.lake))
                there.write_bytes(file.read_bytes())
        found = run(stored, master)
    assert found == run(alone, "local[2]")
    assert size(stored.lake / FOLDER) == 0
    assert not (stored.home / "lake").exists()
    runs = Lake(stored.lake).frame("job_runs")
    assert {"touched keys", "new rows"} & {*runs["how"]}
