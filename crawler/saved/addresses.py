"""Where a saved page came from: what a list beside it says, else what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from conf.errors import CrawlError
from crawler.pages.page import Page
from crawler.pages.syntax.metas import first

LISTS = ("manifest.json", "truth.json", "urls.json")
_LARGEST_LIST = 200_000_000  # bytes
# What browsers and SingleFile write above a page they save.
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>]+)|Page saved with SingleFile\s+url:\s*(https?://\S+)"
)
_HEAD = 4_000  # characters


class Listed:
    """The addresses that a folder's lists give, by file name, stem or relative path."""

    def __init__(self, folder: Path) -> None:
        """Read the lists of a folder.

        Raises:
            CrawlError: one is there and cannot be read.

        """
        self._known: dict[str, str] = {}
        for name in LISTS:
            path = folder / name
            if path.is_file():
                self._known |= _read(path)

    def of(self, place: str) -> str | None:
        """Give the address of a file by its path in the folder."""
        name = place.rpartition("/")[2]
        stem = name.partition(".")[0]
        return next((self._known[one] for one in (place, name, stem) if one in self._known), None)


def said_by(page: Page) -> str | None:
    """Give the address that a page states as its own, however it does."""
    match = _SAVED_FROM.search(page.text[:_HEAD])
    stated = (match[1] or match[2]) if match else None
    every = (stated, page.canonical, page.absolute(first(page.metas, "og:url")))
    return next((url for url in every if _is_web(url)), None)


def file_address(folder: Path, place: str) -> str:
    """Give an address for a page that tells none; the same wherever the folder lies."""
    return "file:///" + quote(f"{folder.name}/{place}")


def _is_web(url: str | None) -> bool:
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _read(path: Path) -> dict[str, str]:
    """Give what one list says: an object of names to an address, or to an object with a `url`."""
    try:
        if path.stat().st_size > _LARGEST_LIST:
            raise CrawlError(f"{path}: is larger than any list of addresses; move it elsewhere")
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise CrawlError(f"{path}: cannot be read: {error.strerror}; mend that") from None
    except ValueError as error:
        raise CrawlError(f"{path}: is not JSON: {error}; mend it or remove it") from None
    if not isinstance(content, Mapping):
        return {}
    named = ((name, _url(one)) for name, one in content.items())
    return {name: url for name, url in named if url}


def _url(value: Any) -> str | None:
    said = value.get("url") if isinstance(value, Mapping) else value
    return said if isinstance(said, str) and _is_web(said) else None
