"""An S3 server in memory, on loopback.

`python -m tests.s3_server` prints its port and serves until its input ends, so that it
never outlives who started it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def one_writer(app: App) -> App:
    """Let changes in one by one: a real store asks and writes at once, this one in two steps."""
    changing = threading.Lock()

    def asked(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return app(environ, start)
        with changing:
            return app(environ, start)

    return asked


class Quiet(MotoRequestHandler):  # type: ignore[misc] # has no types
    """Says nothing of requests."""

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve."""
    app = one_writer(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
