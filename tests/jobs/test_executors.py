"""What goes to executors is all that they need of ours, and says so when they cannot be had."""

from __future__ import annotations

import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

from conf.errors import ConfError
from conf.site import Site, Spark
from conf.site import site as read_site
from jobs import executors, session
from jobs.tables import LakeTables


def free_address() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def test_the_same_code_is_packed_once(tmp_path: Path) -> None:
    first = executors.packed(tmp_path)
    written = first.stat().st_mtime_ns
    assert executors.packed(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert list(tmp_path.iterdir()) == [first]


def test_packed_code_runs_where_there_is_no_source_tree(tmp_path: Path) -> None:
    folder = tmp_path / executors.UNPACKED
    with zipfile.ZipFile(executors.packed(tmp_path)) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"conf", "jobs"}
        assert {Path(name).suffix for name in packed.namelist()} == {".py", ".yaml"}
        packed.extractall(folder)
    code = (
        "import conf, jobs.match.listing_matches as job; from conf import contract, lexicon;"
        "print(contract.table('listing_matches').arrow().names[0], job.__file__, conf.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": executors.UNPACKED},
        capture_output=True,
        text=True,
        check=True,
    )
    name, *files = done.stdout.split()
    assert name == "listing_key"
    assert all(Path(file).is_relative_to(folder) for file in files)


def test_settings_of_a_cluster(site: Site) -> None:
    spark = Spark(master="spark://10.0.0.1:7077", driver_host="10.0.0.9", executor_memory="3g")
    found = session.settings(msgspec.structs.replace(site, spark=spark))
    assert found["spark.master"] == "spark://10.0.0.1:7077"
    assert found["spark.driver.host"] == "10.0.0.9"
    assert found["spark.executor.memory"] == "3g"
    assert found["spark.archives"].endswith(".zip#countermark")
    assert found["spark.executorEnv.PYTHONPATH"] == "countermark"
    assert found["spark.jars"].count(".jar") == 2
    assert "spark.driver.extraClassPath" not in found


def test_one_process_ships_nothing(site: Site) -> None:
    found = session.settings(site)
    assert {"spark.archives", "spark.jars", "spark.executorEnv.PYTHONPATH"}.isdisjoint(found)


def test_a_master_that_does_not_answer_is_told(site: Site) -> None:
    address = free_address()
    spark = msgspec.structs.replace(read_site("cluster").spark, master=f"spark://{address}")
    tables = LakeTables(msgspec.structs.replace(site, spark=spark))
    for _ in range(2):
        with pytest.raises(ConfError, match=f"no Spark master answers at spark://{address}; start"):
            _ = tables.spark
    tables.close()


def test_any_of_several_masters_is_enough() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        there = f"127.0.0.1:{one.getsockname()[1]}"
        executors.check_master(Spark(master=f"spark://{free_address()},{there}"))
