"""Shops that nobody described: what a crawl by a probe's draft finds beside one by the real YAML.

    python infra/bench/probe.py [LISTINGS]

The eight marketplaces of the sandbox are opened on ports of their own. Each is probed by its
address alone, as `countermark crawl probe` does for anyone; neither its YAML nor its page module is
in sight. Then it is crawled by the draft as written, and by its own YAML. A listing is found if
both crawls have its id; of those, a title is right if the texts are the same, a price if the
amounts are, a seller if the id or the name is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from price_parser import Price

from conf.errors import CountermarkError
from conf.platform import PLATFORMS
from crawler.probe import written
from crawler.probe.probing import probe
from crawler.probe.site import Wish
from infra.sandbox import process

LISTINGS = 1_200  # of the whole world: about 150 a marketplace
FIRST_PORT = 8471  # in the YAMLs of the sandbox
CONTROL_PORT = 18_570
NOW = "2026-11-01T06:00:00+00:00"
FIGURES = ("listings", "titles", "prices", "sellers")
TARGETS = {f"mean_{name}": ">= 0.95" for name in FIGURES} | {
    f"lowest_{name}": ">= 0.95" for name in FIGURES
}
COUNTERMARK = Path(sys.executable).parent / "countermark"
Rows = Mapping[str, Mapping[str, Any]]


def compared(own: Rows, drafted: Rows) -> dict[str, float]:
    """Give the share of listings found, and of those found the shares of fields that are right."""
    both = [(own[key], drafted[key]) for key in own if key in drafted]
    rights = {
        "titles": [_text(a["title_text"]) == _text(b["title_text"]) for a, b in both],
        "prices": [_amount(a["price_text"]) == _amount(b["price_text"]) for a, b in both],
        "sellers": [_same_seller(a, b) for a, b in both],
    }
    shares = {name: sum(right) / max(1, len(both)) for name, right in rights.items()}
    return {"listings": len(both) / max(1, len(own)), **shares}


def _same_seller(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(
        one[name] == other[name] and (one[name] is not None or name == "seller_id")
        for name in ("seller_id", "seller_name_text")
    )


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


def _amount(text: str | None) -> object:
    amount = Price.fromstring(text or "").amount
    return _text(text) if amount is None else amount


def _rows(home: Path) -> dict[str, Mapping[str, Any]]:
    """Give what was seen of each listing that was there, by its id."""
    table = home / "lake" / "observations"
    if not table.exists():
        return {}
    rows = pl.read_delta(str(table)).filter(pl.col("title_text").is_not_null()).to_dicts()
    return {row["listing_id"].casefold(): row for row in rows}


def _crawl(name: str, folder: Path, home: Path) -> dict[str, Mapping[str, Any]]:
    environment = os.environ | {
        "COUNTERMARK_HOME": str(home),
        "COUNTERMARK_PLATFORMS": str(folder),
    }
    done = subprocess.run(  # noqa: S603 - our own command
        [COUNTERMARK, "crawl", "run", name, "--now", NOW, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip()[-300:]}")
    return _rows(home)


def _measured(name: str, address: str, folder: Path) -> dict[str, float]:
    """Probe and crawl one marketplace; all figures are 0 if it cannot be probed."""
    drafts, own = folder / "drafts" / name, folder / "own"
    drafts.mkdir(parents=True, exist_ok=True)
    path = drafts / "drafted.yaml"
    try:
        found = probe(Wish(url=address, name="drafted", is_loopback_allowed=True))
        if found.draft is not None:
            written.write(found, found.draft, path, NOW[:10])
    except CountermarkError as error:
        print(f"{name}: {error}")
        return dict.fromkeys(FIGURES, 0.0)
    drafted = _crawl("drafted", drafts, folder / f"home-draft-{name}")
    known = _crawl(name, own, folder / f"home-own-{name}")
    row = compared(known, drafted)
    shares = "".join(f"{row[one]:>10.3f}" for one in FIGURES)
    print(f"{name:<10}{shares}{found.requests:>10}{len(known):>10}", flush=True)
    return row


def _own_yaml(folder: Path) -> None:
    """Write the sandbox's YAMLs with the ports of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(PLATFORMS.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for at in range(8):
            text = text.replace(
                f"127.0.0.1:{FIRST_PORT + at}", f"127.0.0.1:{CONTROL_PORT + 1 + at}"
            )
        (folder / path.name).write_text(text, encoding="utf-8")


def main() -> None:
    """Print the table, and last one line of JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdecimal() else LISTINGS
    only = set(sys.argv[2:])
    with tempfile.TemporaryDirectory(prefix="probe-") as name:
        folder = Path(name)
        _own_yaml(folder / "own")
        opened = process.start(
            folder, process.Wanted(listings=count, port=CONTROL_PORT, parent=os.getpid())
        )
        columns = (*FIGURES, "requests", "of")
        print(f"{'':<10}" + "".join(f"{name:>10}" for name in columns), flush=True)
        try:
            every = {
                place.name: _measured(place.name, place.address, folder)
                for place in opened.marketplaces
                if not only or place.name in only
            }
        finally:
            process.stop(folder)
    _print(every)


def _print(every: Mapping[str, Mapping[str, float]]) -> None:
    figures = {f"{name}_{one}": row[one] for name, row in every.items() for one in FIGURES}
    for one in FIGURES:
        column = [row[one] for row in every.values()]
        figures[f"mean_{one}"] = sum(column) / len(column)
        figures[f"lowest_{one}"] = min(column)
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"bench": "probe", "figures": rounded, "targets": TARGETS}))


if __name__ == "__main__":
    main()
