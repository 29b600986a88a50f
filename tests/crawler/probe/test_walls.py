"""Sites of which no draft can be made: each is told with its reason and what to do about it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from typing import Any

import pytest

from crawler.probe import probing
from crawler.probe.findings import Findings
from crawler.probe.probing import probe
from crawler.probe.site import Wish
from tests.crawler.probe.shops import odd, walls
from tests.crawler.probe.shops.served import Answers, served


def looked_at(answers: Answers) -> tuple[Findings, list[str]]:
    """What a probe finds of a site, and what it asked for."""
    with served(answers) as site:
        wish = Wish(url=site.base + "/", name="site", is_loopback_allowed=True, longest_s=20)
        return probe(wish), list(site.asked)


@pytest.mark.parametrize(
    ("answers", "reason", "said"),
    [
        (walls.blog, "no_shop", r"it is no shop: \d of \d pages read are articles"),
        (walls.login, "login", "never logs in"),
        (walls.captcha, "captcha", "proof of a person"),
        (walls.closed, "robots", r"robots\.txt keeps programs out"),
        (walls.refusing(403), "blocked", "answered 403.* turns programs away"),
        (walls.refusing(404), "no_page", "answered 404.* check it"),
    ],
    ids=["blog", "login", "captcha", "robots", "403", "404"],
)
def test_what_is_no_open_shop_is_told_as_what_it_is(
    answers: Answers, reason: str, said: str
) -> None:
    found, asked = looked_at(answers)
    assert found.draft is None
    assert found.failure is not None
    assert found.failure.reason == reason
    assert re.search(said, found.failure.text), found.failure.text
    assert len(asked) <= 20


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_patience_is_left_within_the_time(status: int) -> None:
    with served(walls.refusing(status)) as site:
        wish = Wish(url=site.base + "/", name="site", is_loopback_allowed=True, longest_s=3)
        found = probe(wish)
    assert found.failure is not None
    assert found.failure.reason == "blocked"
    assert "again later" in found.failure.text
    assert len(site.asked) <= 6


def test_a_shop_drawn_by_scripts_needs_a_browser_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probing.browser, "chromium", lambda: None)
    found, _ = looked_at(odd.scripted().answers)
    assert found.failure is not None
    assert found.failure.reason == "needs_browser"
    assert "install the package chromium" in found.failure.text


def test_a_host_that_does_not_answer_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    found = probe(Wish(url=url, name="site", is_loopback_allowed=True, longest_s=20))
    assert found.failure is not None
    assert (found.failure.reason, found.draft) == ("unreachable", None)
    assert "check the address" in found.failure.text


def test_the_requests_of_a_probe_are_bounded_and_told() -> None:
    with served(odd.slow().answers) as site:
        wish = Wish(url=site.base + "/", name="site", is_loopback_allowed=True, most_requests=14)
        found = probe(wish)
        assert len([path for path in site.asked if path != "/robots.txt"]) <= 14
    assert found.requests == 14
    assert any("14 requests were used up" in line for line in found.missing)


def test_json_tells_of_a_site_without_a_draft_too(crawls: Any) -> None:
    with served(walls.blog) as site:
        done = subprocess.run(
            [crawls.command, "crawl", "probe", site.base + "/", "--loopback", "--json"],
            env=crawls.environment(),
            cwd=crawls.project,
            capture_output=True,
            text=True,
            check=False,
        )
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 1
    assert (told["failure"]["reason"], told["written"], told["draft"]) == ("no_shop", None, None)
    assert "it is no shop" in " ".join(done.stderr.split())
    assert not list(crawls.platforms.iterdir())
