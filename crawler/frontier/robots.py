"""What a host's robots.txt allows, as RFC 9309 has it."""

from __future__ import annotations

from typing import Protocol

from protego import Protego

AGENT = "countermark"
FRESH_S = 86_400.0  # rules are asked for anew after a day
LARGEST = 512_000  # bytes that are read; RFC 9309 asks for 500 KiB at least


class Rules(Protocol):
    """What may be asked of one host."""

    def allows(self, url: str) -> bool:
        """Say whether an address may be asked for."""
        ...

    @property
    def text(self) -> str | None:
        """The file itself; None if there is none."""
        ...

    @property
    def delay_s(self) -> float:
        """Seconds between two requests that the host asks for; 0 if it asks for none."""
        ...


class Open:
    """A host without rules: whatever has no robots.txt (RFC 9309, 2.3.1.3)."""

    text: str | None = None
    delay_s = 0.0

    def allows(self, url: str) -> bool:  # noqa: ARG002 - the rule is the same for all
        """Allow everything."""
        return True


class Written:
    """A host's own rules."""

    def __init__(self, text: str) -> None:
        """Parse a robots.txt; lines that make no sense are skipped, as the RFC wants."""
        self.text: str | None = text
        self._parsed = Protego.parse(text)
        self.delay_s = float(self._parsed.crawl_delay(AGENT) or 0.0)

    def allows(self, url: str) -> bool:
        """Say whether an address may be asked for."""
        return bool(self._parsed.can_fetch(url, AGENT))


def rules(status: int, body: bytes) -> Rules | None:
    """Give the rules that an answer to robots.txt means; None means that the host is closed to us.

    4xx: no rules. 5xx, or anything that is not a file of rules: as if all were disallowed.
    """
    if status == 200:  # noqa: PLR2004
        return Written(body[:LARGEST].decode("utf-8", errors="replace"))
    return Open() if 400 <= status < 500 else None  # noqa: PLR2004


def kept(kind: str | None, text: str | None) -> Rules:
    """Give the rules that were kept as text; `open` stands for a host without any."""
    return Written(text or "") if kind == "written" else Open()
