"""countermark cluster: up, status, down."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Annotated

import cyclopts

if TYPE_CHECKING:
    from jobs.cluster import Cluster

app = cyclopts.App(
    name="countermark cluster", help="Run a Spark master and workers on this machine."
)

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Foreground = Annotated[bool, cyclopts.Parameter(negative="")]


@app.command
def up(
    *,
    workers: int = 2,
    cores: int | None = None,
    memory: str = "2g",
    port: int = 7077,
    foreground: Foreground = False,
    as_json: Json = False,
) -> None:
    """Start a standalone master and workers on loopback, and wait until all are registered.

    `COUNTERMARK_SITE=cluster countermark job run all` runs on it; with another port than the
    site's, COUNTERMARK_SPARK_MASTER must say the address that is printed.

    Args:
        workers: How many workers.
        cores: Cores of each worker, by default this machine's shared out among them.
        memory: Memory that each worker may give to executors' heaps.
        port: Port of the master; 0 takes any that is free.
        foreground: Stay, and end the cluster at Ctrl-C or when one of its processes ends.
        as_json: Print how it stands as JSON.

    """
    from conf.site import site
    from jobs import cluster

    here = site()
    started = cluster.up(here, cluster.Wanted(workers, cores, memory, port))
    _tell(started, as_json=as_json)
    if not foreground:
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stderr.write("Ctrl-C ends it\n")
    try:
        cluster.watch(here)
    except KeyboardInterrupt:
        sys.stderr.write("ended\n")
    finally:
        cluster.down(here)


@app.command
def status(*, as_json: Json = False) -> None:
    """Say which processes the cluster has and whether they live; status 1 unless all do.

    Args:
        as_json: Print it as JSON; null if no cluster is up.

    """
    from conf.site import site
    from jobs import cluster

    found = cluster.status(site())
    if found is None:
        sys.stdout.write("null\n" if as_json else "no cluster is up; `countermark cluster up`\n")
    else:
        _tell(found, as_json=as_json)
    raise SystemExit(0 if found and found.is_whole else 1)


@app.command
def down() -> None:
    """End the processes that `up` started here, though only some of them live, and no other."""
    from conf.site import site
    from jobs import cluster

    ended = cluster.down(site())
    told = f"ended process {', '.join(map(str, ended))}" if ended else "no cluster is up"
    sys.stdout.write(told + "\n")


def _tell(found: Cluster, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        said = {"is_whole": found.is_whole, **msgspec.structs.asdict(found)}
        sys.stdout.write(msgspec.json.encode(said, enc_hook=str).decode() + "\n")
        return
    rows = [
        f"  {one.name:<10} {f'process {one.pid}' if one.pid else 'ended':<16} {one.log}"
        for one in found.processes
    ]
    count = len(found.processes) - 1
    head = f"{found.address or 'no address yet'}  {found.registered} of {count} workers registered"
    sys.stdout.write("\n".join([head, *rows, f"  page       {found.page or 'none yet'}"]) + "\n")
