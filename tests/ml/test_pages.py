"""MLflow's pages: where they may be served, and that nothing stays behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from conf.errors import ModelError
from conf.site import Site
from ml import pages

SERVED = """
import sys
from ml.pages import _with_children
child = "import subprocess as s, sys; s.run([sys.executable, '-c', 'import time; time.sleep(99)'])"
_with_children([sys.executable, "-c", child])
"""


def test_without_a_registry_there_is_nothing_to_show(site: Site) -> None:
    with pytest.raises(ModelError, match=r"mlflow\.db is not there yet: `countermark model train"):
        pages.serve(site, 5000)


def test_a_busy_port_is_said(site: Site) -> None:
    site.home.mkdir()
    (site.home / "mlflow.db").touch()
    with socket.socket() as other:
        other.bind((pages.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ModelError, match=rf"127.0.0.1:{port} cannot be used .* --port$"):
            pages.serve(site, port)


def test_pages_are_of_this_machine_alone(site: Site) -> None:
    made = pages.command(site, 5001)
    assert made[made.index("--host") + 1] == "127.0.0.1"
    assert site.tracking_uri in made


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whatever_ends_it_ends_what_it_started(how: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, "-c", SERVED], env=environment) as us:
        children: list[psutil.Process] = []
        end = time.monotonic() + 60
        while len(children) < 2 and time.monotonic() < end:
            time.sleep(0.05)
            children = psutil.Process(us.pid).children(recursive=True)
        us.send_signal(how)
        us.wait(60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert (len(children), alive) == (2, [])
