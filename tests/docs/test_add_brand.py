"""A brand is added by its page: checked, matched by name, number and photo, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.sandbox.draw import Edit, edited, jpeg, official
from infra.sandbox.things import THINGS

PHOTO = "conf/brands/photos/tarnwick/fellview.jpg"
SHOT = official("tarnwick/fellview-8x42/0", min(THINGS), "Tarnwick")
# A seller's copy of the official photo, cropped, smaller and badly compressed.
NEAREST = """
from pathlib import Path
from conf.brand import brands
from conf.site import site
from crawler.pictures import picture
from jobs.match._photos import nearest

official = [
    (f"{b.key}/{p.key}", photo.pdq) for b in brands(site().brands) for p in b.products
    for photo in p.photos
]
seen = picture("copy", Path("var/copy.jpg").read_bytes())
(found,) = nearest([seen.pdq_hex], [pdq for _, pdq in official])
print(official[found.which][0])
"""


@pytest.fixture(scope="module")
def followed(copy: Any) -> tuple[Any, dict[str, str], Any]:
    """A copy in which the page was done, the files before, and the page."""
    before = copy.state()
    (copy.root / PHOTO).parent.mkdir(parents=True)
    (copy.root / PHOTO).write_bytes(jpeg(SHOT))
    return copy, before, copy.follow("brand")


def test_the_page_works_and_names_every_file_that_changes(
    followed: Any, changed: Callable[..., set[str]]
) -> None:
    copy, before, page = followed
    assert changed(before, copy.state()) == page.changes


def test_a_copy_of_its_photo_is_known(followed: Any) -> None:
    copy, _, _ = followed
    (copy.root / "var").mkdir(exist_ok=True)
    again = edited(SHOT, Edit(crop=0.01, quality=35, side=200))
    (copy.root / "var/copy.jpg").write_bytes(jpeg(again, 35))
    assert copy.python(NEAREST).strip() == "tarnwick/fellview-8x42"


def test_what_is_wrong_with_a_brand_is_told_in_one_line(followed: Any) -> None:
    copy, _, _ = followed
    path = copy.root / "conf/brands/tarnwick.yaml"
    path.write_text(path.read_text().replace("- Tarnwick\n", "- Velmorin\n", 1))
    said = copy.run(".venv/bin/countermark conf check", status=1)
    faults = [line for line in said.splitlines() if line.startswith("conf: ")]
    assert len(faults) == 1
    assert "tarnwick and velmorin both claim the mark 'velmorin'" in faults[0]
