"""What executors that are processes of their own need: our code, Delta's jars, a way to the driver.

They may run on machines that have no source tree. Those need Java, the Python environment that
`requirements.lock` names, and the lake under the same path; everything else comes with the run.
"""

from __future__ import annotations

import hashlib
import io
import socket
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conf.errors import ConfError
from conf.site import PROJECT, Site, Spark
from jobs.whole import whole

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PACKAGES = ("conf", "jobs")  # what runs on executors; the layers keep it from importing the others
ENDINGS = {".py", ".yaml"}
UNPACKED = "countermark"  # folder of an executor's own that our code is unpacked into
FOUND_S = 5.0  # a master that is there answers at once
# As long as a machine may take to start a JVM and to fetch the jars.
COMES_S = 120.0
_POLL_S = 0.2
_A_DAY = (1980, 1, 1, 0, 0, 0)  # the first that zip knows: the same code gives the same bytes


def settings(site: Site, jars: Sequence[Path]) -> dict[str, str]:
    """Give the settings by which executors come to have what they need; packs the code.

    The code goes as an archive and not by `spark.submit.pyFiles`: that would put the packed file
    itself on Python's path, and contracts, brands and lexicons are read as files beside the code.
    An installed wheel would do as well, but then each change of a contract would have to be
    brought to every machine before the day's run, and one that was forgotten would go unnoticed.
    """
    found = {
        "spark.jars": ",".join(map(str, jars)),
        "spark.archives": f"{packed(site.state / 'executors')}#{UNPACKED}",
        # Comes before whatever is installed there; executors start in the folder it is in.
        "spark.executorEnv.PYTHONPATH": UNPACKED,
        "spark.executor.memory": site.spark.executor_memory,
        "spark.driver.host": site.spark.driver_host,
    }
    if site.spark.is_small:
        found["spark.executor.extraJavaOptions"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return found


def packed(folder: Path) -> Path:
    """Put our code into a zip file, named by what is in it, so that none changes amid a run."""
    content = _zip()
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.zip"
    if not path.exists():
        with whole(path) as part:
            part.write_bytes(content)
    return path


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path in _sources():
            name = path.relative_to(PROJECT).as_posix()
            info = zipfile.ZipInfo(name, _A_DAY)
            info.external_attr = 0o644 << 16
            file.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        found = (PROJECT / package).rglob("*")
        yield from sorted(path for path in found if path.suffix in ENDINGS)


def check_master(spark: Spark) -> None:
    """Make sure that a standalone master answers; Spark itself would try for a minute.

    Raises:
        ConfError: none does.

    """
    if not spark.master.startswith("spark://"):
        return
    addresses = spark.master.removeprefix("spark://").split(",")
    if not any(_answers(address) for address in addresses):
        raise ConfError(
            f"no Spark master answers at {spark.master}; start one with `countermark cluster up`, "
            "or name another by COUNTERMARK_SPARK_MASTER"
        )


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), FOUND_S).close()
    except OSError:
        return False
    return True


def is_one_there(session: SparkSession, seconds: float = COMES_S) -> bool:
    """Wait until the first executor has come; False when none did.

    Without one Spark would wait for ever at the first task, and say so only in its log.
    """
    end = time.monotonic() + seconds
    while _count(session) == 0:
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True


def _count(session: SparkSession) -> int:
    # The driver is one of those that this lists.
    listed = session.sparkContext._jsc.sc().getExecutorMemoryStatus()  # noqa: SLF001 - has no public name
    return int(listed.size()) - 1
