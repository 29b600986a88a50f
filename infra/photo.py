"""Say what a brand file needs to know of official photos: where each lies, and its hash.

    python -m infra.photo conf/brands/photos/NAME/*.jpg

Prints YAML to put under the product that the photos show.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conf.brand import BRANDS
from conf.errors import ConfError, CountermarkError
from crawler.items import PageError
from crawler.pictures import picture


def entry(path: Path) -> str:
    """Give the YAML of one photo.

    Raises:
        ConfError: it is not under conf/brands, no picture, or too plain to be known again.

    """
    if not path.resolve().is_relative_to(BRANDS):
        raise ConfError(f"{path}: official photos lie under {BRANDS}/photos; copy it there")
    try:
        found = picture(str(path), path.read_bytes())
    except OSError as error:
        raise ConfError(f"{path}: cannot be read: {error.strerror}") from None
    except PageError as error:
        raise ConfError(f"{path}: {error}; take another") from None
    if found.pdq_hex is None:
        raise ConfError(f"{path}: too plain to be known again; take one that shows more")
    return f"  - file: {path.resolve().relative_to(BRANDS)}\n    pdq: {found.pdq_hex}\n"


def main() -> int:
    """Print the entries of the photos named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.photo", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="photos under conf/brands/photos")
    try:
        sys.stdout.write("  photos:\n" + "".join(entry(path) for path in parser.parse_args().files))
    except CountermarkError as error:
        sys.stderr.write(f"photo: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
