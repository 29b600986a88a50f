"""CPU seconds of everything that was started, whether somebody waited for it or not."""

from __future__ import annotations

import subprocess
import sys

from jobs.cpu import tree_seconds

# A parent as Spark's daemon is: its children end and nobody is told.
CARELESS = """
import os, signal, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
told, tell = os.pipe()
child = os.fork()
if not child:
    while time.process_time() < 0.3:
        pass
    os.write(tell, b"x")
    sys.stdin.readline()
    os._exit(0)
os.read(told, 1)
print("burnt", flush=True)
try:
    while True:
        os.kill(child, 0)
        time.sleep(0.01)
except ProcessLookupError:
    print("ended", flush=True)
sys.stdin.readline()
"""


def test_the_cpu_of_children_counts() -> None:
    before = tree_seconds()
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    assert tree_seconds() - before > 0.05


def test_what_nobody_waited_for_counts_as_it_was_last_seen() -> None:
    before = tree_seconds()
    with subprocess.Popen(
        [sys.executable, "-c", CARELESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == "burnt\n"
        seen = tree_seconds()
        assert seen - before > 0.25
        parent.stdin.write("\n")
        parent.stdin.flush()
        assert parent.stdout.readline() == "ended\n"
        assert tree_seconds() >= seen
        parent.stdin.write("\n")
        parent.stdin.close()
        parent.wait()
    assert tree_seconds() >= seen
