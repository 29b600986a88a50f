"""Chaos on purpose: what a crawl of many workers survives, and how many rows it costs.

    python -m infra.chaos            # LISTINGS=400 RATE=40

Each trial crawls the same shop on loopback and disturbs it once or more. A row that is lost or
there twice ends it with status 1.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from infra.chaos.trials import TRIALS, Trial
from infra.chaos.world import world

LISTINGS = int(os.environ.get("LISTINGS", "400"))
RATE = float(os.environ.get("RATE", "40"))
_LONGEST_S = 600.0


def attempt(folder: Path, trial: Trial) -> dict[str, float]:
    """Crawl once under one trial; gives its figures."""
    begun = time.monotonic()
    with world(folder, LISTINGS, RATE) as made:
        trial(made)
        made.end(_LONGEST_S)
        return made.figures() | {"seconds": round(time.monotonic() - begun, 1)}


def main() -> int:
    """Make every trial; print a table, then JSON."""
    root = Path(tempfile.mkdtemp(prefix="chaos-"))
    wanted = sys.argv[1:] or list(TRIALS)
    sys.stdout.write(f"{LISTINGS} listings, {RATE:.0f} requests a second\n")
    sys.stdout.write(f"{'trial':24}{'lost':>6}{'double':>8}{'refetched':>11}{'seconds':>9}\n")
    found = {}
    for name in wanted:
        found[name] = one = attempt(root / name.replace(" ", "-"), TRIALS[name])
        sys.stdout.write(
            f"{name:24}{one['lost']:6.0f}{one['double']:8.0f}{one['refetched_share']:11.1%}"
            f"{one['seconds']:9.1f}\n"
        )
        sys.stdout.flush()
    figures = {
        "lost": sum(one["lost"] for one in found.values()),
        "double": sum(one["double"] for one in found.values()),
    }
    line = {"bench": "chaos", "figures": figures, "trials": found}
    sys.stdout.write(json.dumps(line | {"targets": {"lost": "0", "double": "0"}}) + "\n")
    return int(any(figures.values()))


if __name__ == "__main__":
    raise SystemExit(main())
