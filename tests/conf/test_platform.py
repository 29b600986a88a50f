"""Platforms: what a crawl may ask for is said in full, or the file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conf import faults, platform
from conf.errors import ConfError

SHOP: dict[str, Any] = {
    "name": "shop",
    "title": "Shop",
    "pages": "bazaar",
    "home": "https://shop.example/",
    "hosts": ["shop.example"],
    "kinds": {"listing": r"/item/(?P<id>\w+)$"},
    "verified": "documented",
}


def read(folder: Path, **changes: Any) -> platform.Platform:
    (folder / "shop.yaml").write_text(yaml.safe_dump(SHOP | changes))
    return platform.platform("shop", folder)


def test_what_is_not_said_is_polite(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.politeness.requests_per_second == 1.0
    assert found.is_loopback_allowed is False
    assert platform.platforms(tmp_path) == (found,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "ship"}, "name is 'ship'; it must be the file's name, 'shop'"),
        ({"kinds": {"listing": "/item/("}}, "kinds.listing is no regular expression"),
        ({"kinds": {"listing": "/item/"}}, r"kinds.listing needs a group \(\?P<id>…\)"),
        ({"kinds": {**SHOP["kinds"], "seller": r"/s/\d+"}}, "kinds.seller needs a group"),
        ({"kinds": {**SHOP["kinds"], "index": "["}}, "kinds.index is no regular expression"),
        (
            {"kinds": {**SHOP["kinds"], "listing_address": "https://shop.example/item/"}},
            "kinds.listing_address needs {id}",
        ),
        ({"verified": "trust me"}, "Invalid enum value 'trust me'"),
        ({"politeness": {"requests_per_second": "fast"}}, "Expected `float`, got `str`"),
        ({"politeness": {"opening_hours": "9-17"}}, "write it as HH:MM-HH:MM in UTC"),
        ({"politeness": {"opening_hours": "09:00-24:00"}}, "write it as HH:MM-HH:MM in UTC"),
        ({"politeness": {"opening_hours": "09:00-09:00"}}, "begins when it ends"),
        ({"politeness": {"slow_factor": -1.0}}, "politeness.slow_factor is -1.0"),
    ],
)
def test_a_wrong_file_is_refused(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfError, match=said):
        read(tmp_path, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"pages": "../x"}, "there is no crawler/pages/../x.py"),
        ({"hosts": []}, "hosts is empty"),
        ({"hosts": ["other.example"]}, "https://shop.example/ is not on its hosts"),
        ({"discovery": {"sitemaps": ["ftp://shop.example/s.xml"]}}, "is not on its hosts"),
        ({"discovery": {"sitemaps": ["https://shop.example:443/s.xml"]}}, None),
        ({"token_url": "https://login.example/t"}, "https://login.example/t is not on its hosts"),
        ({"currency": "EUX"}, "currency EUX has no rate"),
        ({"country": "Germany"}, "country: Germany is no code of a country"),
        ({"politeness": {"requests_per_second": 0}}, "must be over 0"),
        ({"needs_browser": True}, "needs_browser wants ready_selector"),
    ],
)
def test_what_reads_well_may_be_nonsense(
    changes: dict[str, Any], said: str | None, tmp_path: Path
) -> None:
    told = list(faults.of_platform(read(tmp_path, **changes), {"EUR"}))
    assert bool(told) == (said is not None)
    assert said is None or said in told[0]


def test_opening_hours_may_go_past_midnight(tmp_path: Path) -> None:
    found = read(tmp_path, politeness={"opening_hours": "22:30-06:00"})
    assert found.politeness.hours == (22 * 60 + 30, 6 * 60)
    assert read(tmp_path).politeness.hours == platform.ALWAYS
