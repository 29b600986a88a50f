"""Which links need no second look: most pages show the same menus and neighbours."""

from __future__ import annotations

from crawler.items import Link

_MOST = 50_000  # links that are remembered, or half as many when they have just been sorted out


class Told:
    """The links of the last pages, as they are written; a crawl of any size takes no more."""

    def __init__(self) -> None:
        self._new: set[tuple[str, str, str]] = set()
        self._old: set[tuple[str, str, str]] = set()

    def is_known(self, platform: str, link: Link) -> bool:
        """Say whether a platform's page showed a link lately."""
        key = (link.url, link.kind, platform)
        return key in self._new or key in self._old

    def remember(self, platform: str, link: Link) -> None:
        """Remember a link, and forget those that no page showed for long."""
        if len(self._new) >= _MOST // 2:
            self._old, self._new = self._new, set()
        self._new.add((link.url, link.kind, platform))
