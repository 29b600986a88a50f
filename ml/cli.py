"""countermark model: train, judge, promote, list, ui."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import cyclopts

app = cyclopts.App(name="countermark model", help="Train, judge and promote models.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command
def train(name: str, /, *, as_json: Json = False) -> None:
    """Learn from people's decisions, calibrate and register; the same examples make nothing new.

    Args:
        name: Model, a file in conf/models.
        as_json: Print the version as JSON.

    """
    from conf.site import site
    from ml import telling
    from ml.train import train as make

    found = make(site(), name)
    _print(found, telling.trained(found), as_json=as_json)


@app.command
def judge(name: str, /, *, version: str | None = None, as_json: Json = False) -> None:
    """Judge a version on platforms, times and sellers that it did not learn from.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the newest.
        as_json: Print the judgement as JSON.

    """
    from conf.site import site
    from ml import telling
    from ml.judge import judge as make

    found = make(site(), name, version, datetime.now(UTC))
    _print(found, telling.judged(found), as_json=as_json)


@app.command
def promote(name: str, /, *, version: str | None = None, as_json: Json = False) -> None:
    """Let a version score from now on, if its judgement passes the gate in conf/models.

    The status is 3 when it does not pass: what scored before goes on.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the newest.
        as_json: Print each number beside its gate as JSON.

    """
    from conf.site import site
    from ml import shelf, telling

    found = shelf.promote(site(), name, version)
    _print(found, telling.promoted(found), as_json=as_json)


@app.command(name="list")
def list_(*, as_json: Json = False) -> None:
    """List the versions of the site's model with their judged figures.

    Args:
        as_json: Print the list as JSON.

    """
    from conf.site import site
    from ml import shelf, telling

    found = shelf.listed(site())
    _print(found, telling.listed(found), as_json=as_json)


@app.command
def ui(*, port: int = 5000) -> None:
    """Open MLflow's pages on this machine alone, until stopped with Ctrl-C.

    Args:
        port: Port on 127.0.0.1.

    """
    from conf.site import site
    from ml import pages

    raise SystemExit(pages.serve(site(), port))


def _print(found: Any, text: str, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        text = msgspec.json.encode(found).decode()
    sys.stdout.write(text + "\n")
