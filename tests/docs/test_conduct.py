"""What the page on conduct says is what the code does."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import re
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from scrapy.utils.test import get_crawler

from conf import contract
from conf.platform import Politeness
from crawler import settings, tls
from crawler.handlers import BoundedHandler
from crawler.spiders import fetching

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs/conduct.md").read_text()
BOUNDS = re.findall(r"^\| .*? \| ([\d.]+)[^|]* \| `([\w.]+)` \|$", PAGE, re.MULTILINE)


def value(name: str) -> Any:
    """Give a constant by its whole name, or the default of a struct's field."""
    owner, _, last = name.rpartition(".")
    if owner == "conf.platform.Politeness":
        return getattr(Politeness(), last)
    return getattr(importlib.import_module(owner), last)


@pytest.mark.parametrize(("said", "name"), BOUNDS, ids=[name for _, name in BOUNDS])
def test_every_bound_is_the_code_s(said: str, name: str) -> None:
    assert float(said) == float(value(name))


def test_bounds_were_found_and_files_are_there() -> None:
    assert len(BOUNDS) == 15
    named = re.findall(r"`((?:conf|crawler|jobs)/[\w/]+(?:\.py|/)?)`", PAGE)
    assert named
    assert [path for path in named if not (PROJECT / path).exists()] == []


def test_no_cookie_proxy_or_unverified_connection() -> None:
    """Of what Scrapy brings only unpacking is on, and our own connections have none of it."""
    made = settings.settings([])
    brought = [name for kind, to in made.items() if kind.endswith("_BASE") for name in to]
    assert [name.rpartition(".")[2] for name in brought] == ["HttpCompressionMiddleware"]
    context = tls.verifying()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert asyncio.run(_session_of(made)) == (DummyCookieJar, False)


async def _session_of(made: dict[str, Any]) -> tuple[type, bool]:
    """Give the kind of a crawl's cookie jar, and whether the environment's proxy is used."""
    handler = BoundedHandler(get_crawler(settings_dict=made))
    session = handler._session
    await handler.close()
    return type(session.cookie_jar), session.trust_env


def test_the_agent_says_who_it_is_and_only_gets() -> None:
    assert re.fullmatch(r"countermark/[\d.]+ \(\+https://\S+\)", fetching.USER_AGENT)
    assert "method=" not in inspect.getsource(fetching.request)  # GET is Scrapy's default


def test_what_tells_of_a_seller_as_a_person_is_classed_so() -> None:
    personal = {"name_text", "about_text", "location_text", "contact_text"}
    table = contract.table("seller_observations")
    assert personal <= {c.name for c in table.columns if c.classification == "personal"}
