"""Write a site's manifests into a folder, and say what must be made by hand before them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conf import site
from conf.errors import CountermarkError
from infra.kubernetes import rendering
from infra.kubernetes.parts import cluster


def main() -> int:
    """Write them; 1 if the site's file is wrong."""
    parser = argparse.ArgumentParser(prog="make manifests", description=__doc__)
    parser.add_argument("--site", default="production", help="a file in conf/sites")
    parser.add_argument("--out", type=Path, help="folder, default var/manifests/<site>")
    given = parser.parse_args()
    out = given.out or site.PROJECT / "var" / "manifests" / given.site
    try:
        here = site.site(given.site)
        written = rendering.write(here, out)
    except CountermarkError as error:
        sys.stderr.write(f"manifests: {error}\n")
        return 1
    sys.stdout.writelines(f"{path}\n" for path in written)
    namespace = cluster(here).namespace
    sys.stdout.write(f"\nBefore them, in the namespace {namespace}, by hand:\n")
    for name, keys in rendering.by_hand(here).items():
        sys.stdout.write(f"  Secret {name}: {', '.join(keys)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
