"""The daily run on a real cluster: the same rows as in one process, also when its parts are killed.

A kill lands amid a write: the driver makes each written bucket wait, and the test looks for data
files that no version names yet before it kills, and that there is still no new version after.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest
from deltalake import DeltaTable

from conf.brand import Catalogue
from conf.site import Site
from jobs import cluster, graph
from jobs.digest import STORAGE
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import run_all
from jobs.tables import LakeTables
from tests.conftest import site_at
from tests.jobs.clustered import TODAY, clustered
from tests.jobs.days import BRONZE, bring
from tests.jobs.test_increments import ORRIS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.cluster, pytest.mark.spark, pytest.mark.timeout(900)]

PROJECT = Path(__file__).parents[2]


class Home:
    """A cluster's site, and a site of one process that is given the same rows."""

    def __init__(self, folder: Path, up: cluster.Cluster, control: Site) -> None:
        brands = folder / "brands.yaml"
        brands.write_bytes(msgspec.yaml.encode(Catalogue(brands=(ORRIS,))))
        self.up, self.control = up, control
        self.site = clustered(folder / "cluster", up.address, brands)
        self.alone = msgspec.structs.replace(site_at(folder / "alone"), brands=brands)

    def bring(self, day: int) -> None:
        """Give both sites what a day shows."""
        bring(self.alone, day)
        for table in BRONZE:  # the same files, so that both read the same rows in the same order
            source = self.alone.lake / table
            shutil.copytree(source, self.site.lake / table, dirs_exist_ok=True)

    def run_alone(self) -> None:
        """Run every job in one process."""
        tables, givens = LakeTables(self.alone), Givens(self.alone, TODAY)
        outcomes = list(run_all(tables, graph.chosen(["all"]), givens))
        assert [o.why for o in outcomes if o.status in {"failed", "waits"}] == []

    def driver(self, *jobs: str, seconds_a_bucket: float = 0.0) -> subprocess.Popen[str]:
        """Start a driver in a process group of its own."""
        given = [self.site.home, self.up.address, self.site.brands, seconds_a_bucket, *jobs]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.clustered", *map(str, given)],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def pid(self, name: str) -> int:
        """Give the id of one of the cluster's processes."""
        (found,) = [one.pid for one in self.up.processes if one.name == name]
        assert found is not None
        return found

    def executor(self, worker: str) -> psutil.Process:
        """Give the executor that a worker has started."""
        found = [p for p in psutil.Process(self.pid(worker)).children() if is_executor(p)]
        return found[0]


def is_executor(process: psutil.Process) -> bool:
    """Tell whether a worker's child runs tasks; those that ended stay as zombies for a moment."""
    with suppress(psutil.Error):
        return any("CoarseGrainedExecutorBackend" in word for word in process.cmdline())
    return False


# There is no challenger here, which one job is for.
MADE = [job.name for job in graph.jobs() if "challenger" not in job.givens]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("runs")
    control = site_at(folder / "control")
    up = cluster.up(control, cluster.Wanted(workers=2, cores=1, memory="800m", port=0))
    try:
        yield Home(folder, up, control)
    finally:
        cluster.down(control)


def rows(site: Site, table: str) -> str:
    """Give the rows of a table's newest version as text, in the order of its key."""
    stored = DeltaTable(str(site.lake / table)).to_pyarrow_table().to_pylist()
    told = [{k: v for k, v in row.items() if k not in STORAGE} for row in stored]
    return json.dumps(sorted(told, key=repr), default=str, indent=0)


def same(one: Site, other: Site) -> list[str]:
    """Name the tables in which two sites differ."""
    return [name for name in MADE if rows(one, name) != rows(other, name)]


def commits(site: Site) -> list[str]:
    return sorted(str(path) for path in site.lake.glob("*/_delta_log/*"))


def uncommitted(site: Site, table: str) -> set[str]:
    """Name the data files that lie in a table's folder and belong to no version."""
    named = set()
    for commit in (site.lake / table / "_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in commit.read_text().splitlines()]
        named |= {action["add"]["path"] for action in actions if "add" in action}
    return {path.name for path in (site.lake / table).glob("*.parquet")} - named


def kill_amid(
    site: Site, table: str, driver: subprocess.Popen[str], kill: Callable[[], None]
) -> None:
    """Kill once the write of a table's next version has begun, and make sure that it went on."""
    version = Lake(site.lake).version(table)
    end = time.monotonic() + 200
    while not uncommitted(site, table):
        assert driver.poll() is None, driver.communicate()[0]
        assert time.monotonic() < end, f"no file of {table} came"
        time.sleep(0.02)
    kill()
    assert Lake(site.lake).version(table) == version, "the write was over before the kill"


@contextmanager
def read_all_the_while(site: Site, *tables: str) -> Iterator[dict[str, set[str]]]:
    """Read tables over and over; gives what they held, each content once."""
    seen: dict[str, set[str]] = {table: set() for table in tables}
    ended, faults = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            for table in tables:
                try:
                    seen[table].add(rows(site, table))
                except Exception as error:  # noqa: BLE001 - told below
                    faults.append(error)
            time.sleep(0.4)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        ended.set()
        reader.join()
    assert faults == []


@pytest.fixture(scope="module")
def first_day(home: Home, spark: SparkSession) -> str:  # noqa: ARG001 - the session of the run alone
    """Run the first day on both sites; what the driver on the cluster printed."""
    home.bring(1)
    home.run_alone()
    driver = home.driver("all")
    printed = driver.communicate()[0]
    assert driver.returncode == 0, printed
    return printed


def test_the_cluster_makes_the_rows_of_one_process(home: Home, first_day: str) -> None:
    assert first_day.count(" made   ") == len(MADE)
    assert same(home.site, home.alone) == []


def test_executors_run_the_code_that_was_shipped(home: Home, first_day: str) -> None:
    code = Path(first_day.splitlines()[-1])
    assert code.is_relative_to(home.control.state / "cluster")
    assert code.parts[-3:] == ("countermark", "jobs", "__init__.py")


@pytest.mark.usefixtures("first_day")
def test_killed_amid_writes_and_run_again(home: Home) -> None:
    home.bring(2)
    home.run_alone()
    tables = ("listing_sightings", "listings", "sellers")
    before = {table: rows(home.site, table) for table in tables}
    with read_all_the_while(home.site, *tables) as seen:
        driver = home.driver(*tables, seconds_a_bucket=3.0)
        kill_amid(home.site, tables[0], driver, lambda: home.executor("worker-1").kill())
        kill_amid(
            home.site, tables[1], driver, lambda: os.kill(home.pid("worker-2"), signal.SIGKILL)
        )
        # The driver is Python and its JVM; a machine that dies takes both.
        kill_amid(home.site, tables[2], driver, lambda: os.killpg(driver.pid, signal.SIGKILL))
        printed = driver.communicate()[0]
        assert printed.count(" made   ") == 2, printed
        assert uncommitted(home.site, "sellers")
        assert rows(home.site, "sellers") == before["sellers"]

        again = home.driver("all")
        printed = again.communicate()[0]
        assert again.returncode == 0, printed
        assert "sellers            made" in printed
    for table in tables:
        assert seen[table] == {before[table], rows(home.alone, table)}, table
    assert same(home.site, home.alone) == []


@pytest.mark.usefixtures("first_day")
def test_an_unchanged_run_writes_nothing(home: Home) -> None:
    before = commits(home.site)
    command = ["job", "run", "all", "--json", "--today", TODAY.isoformat()]
    done = subprocess.run(
        [Path(sys.executable).parent / "countermark", *command],
        env=os.environ
        | {
            "PYTHONPATH": str(PROJECT),
            "COUNTERMARK_SITE": "cluster",
            "COUNTERMARK_HOME": str(home.site.home),
            "COUNTERMARK_BRANDS": str(home.site.brands),
            "COUNTERMARK_SPARK_MASTER": home.up.address,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = json.loads(done.stdout.splitlines()[-1])
    assert {one["status"] for one in outcomes} == {"unchanged"}
    assert commits(home.site) == before
