"""Writes the reports of brands into a folder: a page and a spreadsheet each."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import msgspec

from conf.brand import Brand, brands
from conf.errors import ConfError, CountermarkError
from conf.platform import platforms
from conf.site import Site
from jobs.judged import Judged
from jobs.models import judged
from jobs.reader import Lake
from jobs.report._cards import folder
from jobs.report._days import newest_day
from jobs.report._page import brand_page
from jobs.report._pictures import Photos
from jobs.report._sheet import write_sheets
from jobs.report._stored import stored_pages, write_stored
from jobs.report._told import told
from jobs.report._view import view
from jobs.report._wall import Wall
from jobs.whole import whole


class Written(msgspec.Struct, frozen=True):
    """What became of one brand's report."""

    brand: str
    day: str
    page: str | None = None
    sheet: str | None = None
    listings: int = 0
    red_flags: int = 0
    new_red_flags: int = 0
    review: int = 0
    failure: str | None = None  # why there is no report


class Desk(msgspec.Struct, frozen=True):
    """What all reports of one run share."""

    site: Site
    lake: Lake
    brands: tuple[Brand, ...]  # every member: the wall needs the others' names
    titles: dict[str, str]  # of platforms
    judged: Judged | None
    day: date


def open_desk(site: Site, day: date | None) -> Desk:
    """Read what every report needs; the day is the newest that reports were made for, if not given.

    Raises:
        CountermarkError: a brand's or platform's file is wrong, or a table cannot be read.

    """
    lake = Lake(site.lake)
    return Desk(
        site=site,
        lake=lake,
        brands=brands(site.brands),
        titles={one.name: one.title for one in platforms(site.platforms)},
        judged=judged(site),
        day=day or newest_day(lake),
    )


def chosen(desk: Desk, name: str) -> Sequence[Brand]:
    """Give the named brand, or all of them.

    Raises:
        ConfError: there is no such brand.

    """
    if name == "all":
        return desk.brands
    found = [one for one in desk.brands if name in {one.key, one.name}]
    if not found:
        near = get_close_matches(name, [one.key for one in desk.brands]) or ["all"]
        raise ConfError(
            f"there is no brand {name!r} in {desk.site.brands}; did you mean {' or '.join(near)}?"
        )
    return found


def write_all(desk: Desk, wanted: Sequence[Brand], out: Path) -> Iterator[Written]:
    """Write a report for each brand; one that fails does not stop the others.

    A fault that is ours and not the user's keeps its traceback, on standard error.
    """
    for brand in wanted:
        day = desk.day.isoformat()
        try:
            yield write(desk, brand, out)
        except CountermarkError as error:
            yield Written(brand.key, day, failure=str(error))
        except Exception as error:  # noqa: BLE001 - told, and the command ends with status 1
            traceback.print_exc()
            yield Written(brand.key, day, failure=f"{type(error).__name__}: {error}"[:300])


def write(desk: Desk, brand: Brand, out: Path) -> Written:
    """Write one brand's page and spreadsheet.

    Raises:
        CountermarkError: a table cannot be read, or a file cannot be written.

    """
    page, sheet = out / f"{brand.key}.html", out / f"{brand.key}.xlsx"
    seen = view(desk.lake, brand, Wall(brand, desk.brands), desk.day)
    found = told(seen, desk.judged, desk.titles)
    rows = found.worst.to_dicts()
    pictures = Photos(desk.lake, desk.site.packs, brand, desk.site.brands).pairs(rows)
    stored = stored_pages(desk.lake, desk.site.packs, rows)
    write_stored(out / folder(brand), stored.values())
    with whole(sheet) as part:
        write_sheets(part, found)
    with whole(page) as part:
        text = brand_page(found, pictures, stored, sheet.name)
        part.write_text(text, encoding="utf-8")
    return Written(
        brand.key,
        desk.day.isoformat(),
        str(page),
        str(sheet),
        found.summary.listings,
        found.summary.flags,
        found.summary.new_flags,
        found.summary.review,
    )
