"""The main job on real pages and real listings, in a home of its own (`var/real`).

    python -m infra.demo_real DATA

`DATA` is a folder of the layout that docs/measured.md describes: `pages/` with saved product pages
and `listings/` with listings in one form. Nothing of it is copied into the project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from conf.errors import CountermarkError
from infra.real.data import listing_files
from infra.stages import Stage, Stages, end_with_parent

PROJECT = Path(__file__).parents[1]
HOME = PROJECT / "var" / "real"
TODAY = "2026-11-01"  # the files carry no time of their own: one fixed day keeps reruns equal
NOW = f"{TODAY}T00:00:00+00:00"


def main() -> int:
    """Run it; the status of the first command that failed, else 0."""
    parser = argparse.ArgumentParser(prog="make demo-real DATA=<folder>", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with pages/ and listings/")
    parser.add_argument("--home", type=Path, default=HOME, help="where lake and reports go")
    given = parser.parse_args()
    end_with_parent()
    home, data = given.home.resolve(), given.data.resolve()
    try:
        files = [str(path) for path in listing_files(data)]
        catalogue = home / "catalogue.yaml"
        home.mkdir(parents=True, exist_ok=True)
        stages = Stages({"COUNTERMARK_HOME": str(home), "COUNTERMARK_BRANDS": str(catalogue)})
        stages.module("infra.real.catalogue", str(data), str(catalogue))
        stages.run_all(real(data, files))
        stages.module("infra.real.summary", str(home))
        stages.module("infra.bench.listings", str(data / "listings"))
        stages.print_costs()
        sys.stdout.write(
            f"\nThe lake is in {home}/lake; the figures are told in docs/measured.md.\n"
        )
    except CountermarkError as error:
        sys.stderr.write(f"demo-real: {error}\n")
        return 1
    return 0


def real(data: Path, files: list[str]) -> Iterator[Stage]:
    """Give the stages in their order."""
    now = ["--now", NOW]
    pages = str(data / "pages" / "product-extraction-benchmark")
    yield Stage("pages", "Read saved product pages", [["crawl", "extract", pages, *now]])
    listings = ["feed", "import", *files, "--feed", "real_listings", *now]
    yield Stage("feed", "Import real listings", [listings])
    jobs = ["job", "run", "all", "--today", TODAY]
    yield Stage("jobs", "Clean, match, score, report", [jobs])


if __name__ == "__main__":
    sys.exit(main())
