"""A model is added by its page: trained, judged, promoted, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Labelled listings of three marketplaces, as the tests of ml have them, but that each seller's are
# seen within some days: sellers of a later time are then others than those learned from.
LAKE = """
from datetime import timedelta
from conf.site import site
from deltalake import write_deltalake
from tests.conftest import make_rows
from tests.ml.conftest import FIRST, offers, tables

found = offers()
for one in found:
    day = 3 * int(one["seller"].rpartition(":")[2])
    one["seen"] = FIRST + timedelta(days=day, hours=len(one["title"]))
for name, rows in tables(found).items():
    write_deltalake(str(site().lake / name), make_rows(name, *rows))
"""


def test_the_page_works_and_names_every_file_that_changes(
    copy: Any, changed: Callable[..., set[str]]
) -> None:
    before = copy.state()
    copy.python(LAKE)
    page = copy.follow("model")
    assert changed(before, copy.state()) == page.changes
    assert "few_signs" in copy.python(
        "from conf.site import site; from jobs import models; from msgspec.structs import replace;"
        "print(models.scorer(replace(site(), model='few_signs')).name)"
    )
