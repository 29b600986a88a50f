"""Pages that only a browser shows: one Chromium, for the platforms that need it and no others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from conf.platform import Platform
from crawler.frontier.address import host_of, is_sitemap
from crawler.frontier.host import Ask

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_HANDLER = "crawler.rendered.handler.BrowserHandler"
_NOT_LOADED = frozenset({"image", "media", "font", "websocket", "manifest"})
_PAGES_A_CONTEXT = 4


def chromium() -> str | None:
    """Give the path of the machine's Chromium; None if it has none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def settings(platforms: Sequence[Platform], path: str | None) -> dict[str, Any]:
    """Give Scrapy's settings for the platforms that need a browser; none if none does."""
    hosts = {host for one in platforms if one.needs_browser for host in one.hosts}
    if not hosts or path is None:
        return {}
    arguments = ["--disable-dev-shm-usage", "--disable-gpu"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own sandbox does not start as root
    return {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": path, "args": arguments},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": _PAGES_A_CONTEXT,
        "PLAYWRIGHT_ABORT_REQUEST": refuse_outside(frozenset(hosts)),
        "PLAYWRIGHT_CONTEXTS": {"default": {"service_workers": "block", "accept_downloads": False}},
    }


def refuse_outside(hosts: frozenset[str]) -> Callable[[Any], bool]:
    """Give what says of a page's own requests whether they are stopped.

    A page may load what its platform serves, nothing from elsewhere, and no pictures.
    """

    def is_refused(request: Any) -> bool:
        if urlsplit(request.url).scheme not in {"http", "https"}:
            return True
        return request.resource_type in _NOT_LOADED or host_of(request.url) not in hosts

    return is_refused


def meta(ask: Ask, platform: Platform) -> dict[str, Any]:
    """Give what a request needs beyond the usual to go through the browser; none if it does not."""
    target = ask.target
    if not platform.needs_browser or target is None or target.kind == "image":
        return {}
    if is_sitemap(target.url):
        return {}
    from scrapy_playwright.page import PageMethod

    timeout_ms = platform.politeness.timeout_s * 1000
    selector = platform.ready_selector
    waits = [PageMethod("wait_for_selector", selector, timeout=timeout_ms)] if selector else []
    return {
        "playwright": True,
        "playwright_page_methods": waits,
        "playwright_page_goto_kwargs": {"timeout": timeout_ms, "wait_until": "domcontentloaded"},
    }
