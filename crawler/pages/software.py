"""Which shop software or marketplace made a page, whatever its host is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from conf.software import Signs, Software, every
from crawler.pages.page import Page

_GENERATOR = re.compile(
    r"<meta\b(?=[^>]{0,300}\bname\s*=\s*[\"']?generator\b)"
    r"[^>]{0,300}?\bcontent\s*=\s*(?:\"([^\">]{0,300})\"|'([^'>]{0,300})')",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"(?:^|[,\n])\s*([^=;,\s]{1,100})=")


def recognise(page: Page) -> str | None:
    """Give the name of the software that made a page; None if its signs are not there.

    Of several that fit, the one with the most signs over what it needs.
    """
    ranked = [(score(one.signs, page), one.name) for one in known()]
    best, name = max(ranked, default=(0.0, ""))
    return name if best >= 1 else None


def score(signs: Signs, page: Page) -> float:
    """Give how many of a software's signs a page has, 1 being what it needs."""
    return sum(points for points, _ in _found(signs, page)) / signs.needed


def evidence(signs: Signs, page: Page) -> tuple[str, ...]:
    """Give the signs that a page has, in words."""
    return tuple(said for _, said in _found(signs, page))


def _found(signs: Signs, page: Page) -> Iterator[tuple[int, str]]:
    """Give the signs of a page with what each counts, in words."""
    yield from ((1, f"{text!r} in its source") for text in signs.texts if text in page.text)
    set_ = _COOKIE.findall(page.headers.get("set-cookie", "")) if signs.cookies else []
    for name in signs.cookies:
        if any(one.startswith(name) for one in set_):
            yield 1, f"a cookie {name}…"
    for wanted in signs.headers:
        if _has_header(page, wanted):
            yield signs.needed, f"the header {wanted.partition(':')[0]}"
    if signs.generator:
        for one in _GENERATOR.findall(page.text):
            if re.search(signs.generator, one[0] or one[1], re.IGNORECASE):
                yield signs.needed, f"it names {one[0] or one[1]} as its generator"
                return


@cache
def known() -> tuple[Software, ...]:
    """Give every software that there is a file of."""
    return every()


def _has_header(page: Page, wanted: str) -> bool:
    name, _, expression = wanted.partition(": ")
    value = page.headers.get(name.lower())
    return value is not None and re.search(expression, value, re.IGNORECASE) is not None
