"""Why a shop cannot be probed: it does not answer, turns programs away, or is no shop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.probe.findings import Failure
from crawler.probe.looking import THROTTLED, Answer
from crawler.probe.sight import Sight

_CHALLENGE = re.compile(
    r"captcha|cf-challenge|challenge-platform|are you (?:a )?human|verify you are|access denied|"
    r"unusual traffic|enable javascript and cookies|验证码|滑动验证|安全验证",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"log-?in|sign-?in|anmeld|connexion|inicia|accedi|account|passport|denglu", re.IGNORECASE
)
_LONGEST_CHALLENGE = 50_000
_FEW_LINKS = 5  # of a page that does nothing but ask for a password
_TURNED_AWAY = frozenset({401, 403, 429, 503})
_HALF = 0.5


def of_front(asked: str, home: Answer) -> Failure | None:
    """Say why the front page tells nothing; None if it can be read."""
    if home.page is None or not home.is_page:
        return _unread(home)
    text = home.page.text
    sight = Sight(home.page)
    if len(text) < _LONGEST_CHALLENGE and _CHALLENGE.search(text) and not sight.cards:
        return Failure(
            "captcha",
            "it wants proof of a person (CAPTCHA), which is not given; ask its owner for a feed",
        )
    was_led = urlsplit(sight.url).path != urlsplit(asked).path
    is_login = _LOGIN.search(urlsplit(sight.url).path) is not None
    if (
        sight.asks_password
        and not sight.cards
        and (len(sight.links) <= _FEW_LINKS or (was_led and is_login))
    ):
        return Failure(
            "login",
            "it shows nothing to who is not logged in, and the crawler never logs in; give the "
            "address of a page that anyone may see, or ask its owner for a feed",
        )
    return None


def no_shop(pages: Sequence[Sight]) -> Failure:
    """Say what a site is on which nothing reads as a thing on sale."""
    articles = sum(one.is_article for one in pages)
    if articles and articles >= _HALF * (len(pages) - 1):
        return Failure(
            "no_shop",
            f"it is no shop: {articles} of {len(pages)} pages read are articles, and none shows a "
            "thing with a price; if it has a shop, give that one's address",
        )
    return Failure(
        "no_shop",
        f"no page of it reads as a listing with a title and a price ({len(pages)} read): it is no "
        "shop, or nothing leads to its goods; give the address of a page that lists goods, or "
        "write the YAML as docs/add/platform.md says",
    )


def _unread(home: Answer) -> Failure:
    status = home.page.status if home.page else _status(home.reason)
    detail = home.detail or (f"the server answered {status}" if status else "nothing came")
    if "robots" in home.reason or "robots" in detail or home.reason == "disallowed":
        return Failure(
            "robots",
            "its robots.txt keeps programs out, and that is kept to; ask its owner for leave or "
            f"for a feed ({detail})",
        )
    if status in _TURNED_AWAY or THROTTLED in detail:
        return Failure(
            "blocked",
            f"{detail}: it turns programs away; ask its owner for leave or for a feed, or try "
            "again later",
        )
    if status:
        return Failure("no_page", f"{detail}: there is no page at that address; check it")
    return Failure("unreachable", f"its host does not answer: {detail}; check the address")


def _status(reason: str) -> int | None:
    match = re.fullmatch(r"http_(\d{3})", reason)
    return int(match[1]) if match else None
