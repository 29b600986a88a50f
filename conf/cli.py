"""The front door: `countermark GROUP VERB …`.

Each group's verbs live in the package that does the work. A group's module is imported only when
the group is named, so that `countermark --help` answers at once and `crawl` never starts a JVM.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from contextlib import suppress
from importlib.metadata import version

from conf.errors import CountermarkError

_M_ARENA_MAX = -8  # of malloc.h

# group -> module that holds its `app`, and what it is for
GROUPS = {
    "crawl": ("crawler.cli", "fetch listings, read saved pages, look at what a page gave"),
    "feed": ("crawler.feeds.cli", "import files that partners and platforms send"),
    "job": ("jobs.cli", "turn what was seen into scores and reports"),
    "lake": ("jobs.lake_cli", "look at the tables"),
    "model": ("ml.cli", "train, judge and promote models"),
    "vendor": ("jobs.vendors.cli", "find who is behind seller accounts"),
    "report": ("jobs.report.cli", "write the reports that people read"),
    "evidence": ("jobs.evidence_cli", "follow a number back to the page it rests on"),
    "sandbox": ("infra.sandbox.cli", "marketplaces on this machine, with a known truth"),
    "cluster": ("jobs.cluster_cli", "a Spark master and workers on this machine"),
    "conf": ("conf.check_cli", "check every YAML file, write the generated docs"),
}


def usage() -> str:
    """Say what groups there are."""
    rows = "\n".join(f"  {name:<9} {meaning}" for name, (_, meaning) in GROUPS.items())
    return (
        "Usage: countermark GROUP VERB [OPTIONS]\n\n"
        "Find counterfeit listings, prove each one, trace who sells them.\n\n"
        f"Groups:\n{rows}\n\n"
        "`countermark GROUP --help` lists a group's verbs; `make demo` shows them all at work."
    )


def main() -> None:
    """Run one command; what a user can mend is told in one line, with status 1."""
    group, rest = (sys.argv[1:2] or ["--help"])[0], sys.argv[2:]
    prepare(group)
    if group in {"-h", "--help", "help"}:
        sys.stdout.write(usage() + "\n")
    elif group == "--version":
        sys.stdout.write(version("countermark") + "\n")
    elif group not in GROUPS:
        sys.stderr.write(f"countermark: there is no group {group!r}\n\n{usage()}\n")
        raise SystemExit(2)
    else:
        _run(group, rest)


def prepare(group: str) -> None:
    """Set what libraries look at once only, before any is imported."""
    # Pictures and rows are small matrices: threads that wait for each other cost ten times more
    # CPU than they save. XGBoost and Spark have threads of their own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if group == "crawl":
        # Pages are read and packed by several threads. Each would have a heap of its own, and what
        # one takes the other gives back: the heaps grow with every page, if slowly.
        with suppress(AttributeError, OSError):  # glibc alone has this
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _run(group: str, rest: list[str]) -> None:
    app = importlib.import_module(GROUPS[group][0]).app
    try:
        try:
            app(rest)
        finally:
            sys.stdout.flush()
    except CountermarkError as error:
        sys.stderr.write(f"countermark: {error}\n")
        raise SystemExit(error.status) from None
    except KeyboardInterrupt:
        sys.stderr.write("countermark: stopped; run it again to go on from here\n")
        raise SystemExit(130) from None
    except BrokenPipeError:
        # Whoever read (head, less) has seen enough; what is left must not fail at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
