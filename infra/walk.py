"""Write docs/walk.md: one red flag followed through every room, with the rows of a demo.

    make demo && .venv/bin/python -m infra.walk

The same lake gives the same page. What a column means is in docs/tables.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import polars as pl

from conf import contract, site
from conf.brand import Brand, brand
from conf.errors import CountermarkError, LakeError
from infra.demo import HOME, PROJECT
from jobs.bodies import stored_body
from jobs.evidence import Evidence, evidence
from jobs.reader import Lake

PAGE = PROJECT / "docs" / "walk.md"
TEMPLATE = Path(__file__).parent / "walk.md.jinja"
_LONGEST = 300  # characters of one value
_MOST_FEATURES = 8
_CAPTURE = (
    *("capture_id", "platform", "page_kind", "requested_url", "status", "fetched_at"),
    *("body_sha256", "body_bytes", "pack", "pack_offset", "pack_length"),
)
_HIDDEN = frozenset({"provenance_json", "variants_json", "receipt_json", "content_sha256"})

Row = Mapping[str, Any]


class Walk(msgspec.Struct, frozen=True):
    """Everything that the page shows."""

    found: Evidence
    body: str  # of the stored page
    report: Row  # of brand_report: the listing's day and platform
    brand: Brand


def chosen(lake: Lake) -> str:
    """Give the red flag with the most to see: a page, a product, a picture, a seller's history.

    Raises:
        LakeError: the lake has no red flag that was crawled.

    """
    flags = lake.frame("listing_scores", where=pl.col("is_red_flag"))
    pages = lake.frame("observations", columns=["observation_id", "capture_id"])
    matches = lake.frame("listing_matches").drop("seller_key", "brand", "product_key")
    photos = lake.frame("listing_photos").group_by("listing_key").agg(pl.len().alias("photos"))
    crawled = (
        flags.join(pages, on="observation_id")  # observations: one row an observation
        .filter(pl.col("capture_id").is_not_null())
        .join(matches, on="listing_key")  # listing_matches: one row a listing
        .join(photos, on="listing_key", how="left")
    )
    if crawled.is_empty():
        raise LakeError(f"{lake.root} has no red flag that was crawled; run `make demo` first")
    signs = ("is_mention_disguised", "price_to_reference", "product_key", "photos")
    told = [
        pl.col(name).fill_null(value=False)
        if name.startswith("is_")
        else pl.col(name).is_not_null()
        for name in signs
    ]
    ranked = crawled.with_columns(signs=pl.sum_horizontal(told)).sort(
        ["signs", "suspicion", "listing_key"], descending=[True, True, False]
    )
    return str(ranked["listing_key"][0])


def gathered(where: site.Site, key: str) -> Walk:
    """Give what the page shows of one listing.

    Raises:
        LakeError: a row of the chain is missing.

    """
    lake, found = Lake(where.lake), evidence(where, key)
    if found.capture is None or found.score is None or found.match is None:
        raise LakeError(f"{key}: its page, match or score is missing; run `make demo` again")
    day, platform = found.score["observed_at"].date(), found.score["platform"]
    here = (pl.col("report_on") == day) & (pl.col("platform") == platform)
    reports = lake.frame("brand_report", where=here & (pl.col("brand") == found.score["brand"]))
    if reports.is_empty():
        raise LakeError(f"{key}: brand_report has no row of {day}; run `make demo` again")
    return Walk(
        found=found,
        body=(stored_body(where.packs, found.capture).content or b"").decode(errors="replace"),
        report=reports.to_dicts()[0],
        brand=brand(found.score["brand"], where.brands),
    )


def page(walk: Walk) -> str:
    """Give the page."""
    found = walk.found
    told = found.repeated.features[:_MOST_FEATURES] if found.repeated else []
    shown = found.observation or {}
    # Markdown, not HTML: what comes from a page is made harmless by `plain`.
    rooms = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    text = rooms.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        found=found,
        brand=walk.brand,
        report=walk.report,
        table=table,
        captures=_CAPTURE,
        excerpt=excerpt(walk.body, str(shown.get("title_text") or "")),
        parser=str(shown.get("parser", "")).partition("/")[0],
        steps=sorted(set(found.provenance.values())),
        features=markdown(
            ("feature", "value", "adds", "meaning"),
            [
                (f"`{one.feature}`", plain(one.value), f"{one.weight:+.2f}", one.meaning)
                for one in told
            ],
        ),
        verdict=" ".join(found.faults) or "Here everything holds.",
    )
    return text.strip() + "\n"


def table(name: str, row: Row, columns: Iterable[str] | None = None) -> str:
    """Give a row of a table as columns and values, in the contract's order."""
    names = columns or [one for one in contract.table(name).names if one not in _HIDDEN]
    known = [(f"`{one}`", plain(row[one])) for one in names if row.get(one) not in (None, [], "")]
    return markdown((f"`{name}`", "value"), known)


def markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Give a table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def excerpt(body: str, title: str, most: int = 5) -> str:
    """Give the first lines of a page that hold its title, cut where they are long."""
    lines = [line.strip() for line in body.splitlines()]
    at = next((n for n, line in enumerate(lines) if title and title in line), 0)
    return "\n".join(_cut(line) for line in lines[at : at + most]).replace("```", "'''")


def plain(value: Any) -> str:
    """Give a value as text that markdown shows as it is, on one line, not too long."""
    if isinstance(value, float):
        text = f"{value:.4g}"
    elif isinstance(value, list):
        text = "; ".join(map(str, value))
    else:
        text = str(value)
    # Words of a page must not become markup of ours.
    safe = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("`", "'")
    return _cut(safe).replace("<", "&lt;").replace("[", "\\[")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def main() -> int:
    """Write the page from a demo's home."""
    parser = argparse.ArgumentParser(prog="python -m infra.walk", description=__doc__)
    parser.add_argument("--home", type=Path, default=HOME, help="home of a demo that has run")
    parser.add_argument("--listing", help="listing to follow; the red flag with the most to see")
    given = parser.parse_args()
    try:
        where = msgspec.structs.replace(site.site(), home=given.home.resolve())
        where = msgspec.structs.replace(where, tracking_uri=f"sqlite:///{where.home}/mlflow.db")
        key = given.listing or chosen(Lake(where.lake))
        PAGE.write_text(page(gathered(where, key)), encoding="utf-8")
    except CountermarkError as error:
        sys.stderr.write(f"walk: {error}\n")
        return 1
    sys.stdout.write(f"walk: {key} followed in {PAGE.relative_to(PROJECT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
