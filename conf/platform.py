"""Platforms: one YAML file a marketplace or shop that is crawled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from conf import reading
from conf.errors import ConfError

PLATFORMS = reading.HERE / "platforms"

WordKind = Literal["marks", "aliases", "nicknames", "disguises", "replicas"]


ALWAYS = (0, 0)  # opening hours that never close
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Politeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How hard a host may be asked; a property of the host, not of the worker."""

    requests_per_second: float = 1.0
    concurrency: int = 2
    timeout_s: float = 20.0
    retries: int = 3
    largest_body_bytes: int = 8_000_000
    daily_requests: int | None = None  # of one UTC day
    opening_hours: str | None = None  # "HH:MM-HH:MM" UTC; outside of them the host is left alone
    slow_factor: float = 1.0  # at most one request per so many times a slow answer's seconds

    @property
    def hours(self) -> tuple[int, int]:
        """Opening hours as minutes of the UTC day; the end may lie before the beginning."""
        match = _HOURS.fullmatch(self.opening_hours or "")
        if match is None:
            return ALWAYS
        first, second, third, fourth = map(int, match.groups())
        return (60 * first + second, 60 * third + fourth)


class Discovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where listings are found. Templates know {word} and {page} (from 1).

    `words` are searched for if there are any, else what `word_kinds` name of the brands; words that
    were adopted (`crawl words --adopt`) come on top of either.
    """

    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()  # RSS or Atom
    categories: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    word_kinds: tuple[WordKind, ...] = ("marks", "aliases")
    deepest_page: int = 200


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an address is taken for: regular expressions on the canonical address.

    `listing` and `seller` must hold a group named `id`. The address templates know {id}; where a
    listing can be reached in many ways, its template says which one is asked, always the same.
    """

    listing: str
    seller: str | None = None
    index: str | None = None
    listing_address: str | None = None  # None: as found, cleaned
    seller_address: str | None = None
    is_id_lower: bool = False  # ids mean the same in upper and lower case


class Shows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a listing's page shows what, as CSS selectors: read first by `pages: market`.

    A label before a seller's name may be part of the text.
    """

    title_text: str | None = None
    price_text: str | None = None
    seller_name_text: str | None = None


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a takedown is asked for."""

    channel: Literal["api", "form", "email", "none"] = "none"
    address: str | None = None
    answer_due_days: int | None = None


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One marketplace or shop."""

    name: str
    title: str
    pages: str  # module in crawler/pages that reads it
    home: str  # address of its front page
    hosts: tuple[str, ...]  # host or host:port; nothing else is ever fetched
    kinds: Kinds
    verified: Literal["recorded", "documented", "sandbox"]
    country: str | None = None  # ISO 3166 of the market
    currency: str | None = None  # ISO 4217, for a price that names none
    language: str | None = None
    shows: Shows = Shows()
    discovery: Discovery = Discovery()
    politeness: Politeness = Politeness()
    is_loopback_allowed: bool = False
    needs_browser: bool = False
    ready_selector: str | None = None  # CSS of what a browser waits for before it reads the page
    token_url: str | None = None  # GET gives {"access_token": …} for every other request's bearer
    notice: Notice = Notice()
    legal: str = ""  # what was checked of its terms and law, and when

    def __hash__(self) -> int:
        """Give what finds it in a cache: its name, as looking at all of it would cost more."""
        return hash(self.name)


def platform(name: str, where: Path = PLATFORMS) -> Platform:
    """Read one platform.

    Raises:
        ConfError: the file is missing or wrong, or an expression does not compile.

    """
    path = where / f"{name}.yaml"
    found = reading.read(path, Platform)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    _check_politeness(path, found.politeness)
    for field in ("listing", "seller", "index"):
        _check_expression(path, field, getattr(found.kinds, field), needs_id=field != "index")
    for field in ("listing_address", "seller_address"):
        template = getattr(found.kinds, field)
        if template is not None and "{id}" not in template:
            raise ConfError(f"{path}: kinds.{field} needs {{id}} where the id goes")
    return found


def platforms(where: Path = PLATFORMS) -> tuple[Platform, ...]:
    """Read every platform, by name."""
    return tuple(platform(name, where) for name in reading.names(where))


def _check_politeness(path: Path, given: Politeness) -> None:
    if given.opening_hours is not None and not _HOURS.fullmatch(given.opening_hours):
        raise ConfError(
            f"{path}: politeness.opening_hours is {given.opening_hours!r}; write it as HH:MM-HH:MM "
            "in UTC, such as 22:00-06:00"
        )
    if given.opening_hours is not None and given.hours[0] == given.hours[1]:
        raise ConfError(
            f"{path}: politeness.opening_hours begins when it ends; leave it out for the whole day"
        )
    if given.slow_factor < 0:
        raise ConfError(
            f"{path}: politeness.slow_factor is {given.slow_factor}; it must be 0 or more"
        )


def _check_expression(path: Path, field: str, text: str | None, *, needs_id: bool) -> None:
    if text is None:
        return
    try:
        compiled = re.compile(text)
    except re.error as error:
        raise ConfError(f"{path}: kinds.{field} is no regular expression: {error}") from None
    if needs_id and "id" not in compiled.groupindex:
        raise ConfError(f"{path}: kinds.{field} needs a group (?P<id>…) that holds the id")
