"""MLflow's own pages over a site's registry, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

from conf.errors import ModelError
from conf.site import Site
from jobs import models

HOST = "127.0.0.1"


def command(site: Site, port: int) -> list[str]:
    """Give the command that serves the pages."""
    place = ["--backend-store-uri", site.tracking_uri, "--default-artifact-root"]
    return [
        *(sys.executable, "-m", "mlflow", "ui", "--host", HOST, "--port", str(port)),
        *("--workers", "1", *place, site.artefacts.absolute().as_uri()),
    ]


def serve(site: Site, port: int) -> int:
    """Serve the pages until stopped; the status that MLflow ends with.

    Raises:
        ModelError: there is no registry yet, or the port is taken.

    """
    path = models.database(site)
    if path is not None and not path.exists():
        raise ModelError(f"{path} is not there yet: `countermark model train NAME` makes it")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ModelError(
                f"{HOST}:{port} cannot be used ({error.strerror}): give another with --port"
            ) from None
    sys.stderr.write(f"MLflow on http://{HOST}:{port} (Ctrl-C ends it)\n")
    models.quiet()
    return _with_children(command(site, port))


def _with_children(arguments: list[str]) -> int:
    """Run a command to its end; whatever ends us ends it and the processes that it started."""
    for one in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs would ignore Ctrl-C
        signal.signal(one, lambda number, _: sys.exit(128 + number))
    with subprocess.Popen(arguments, start_new_session=True) as served:  # noqa: S603 - our own
        try:
            return served.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(served.pid, signal.SIGTERM)
