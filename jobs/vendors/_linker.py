"""What links weigh at a site: by its own decisions once it learned from them, else without any."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf import reading
from conf.site import Site
from jobs.vendors._linking import Model

FILE = "links.yaml"


class Linker(msgspec.Struct, frozen=True):
    """The model of a site; none where nothing was learned yet."""

    model: Model | None = None

    @property
    def m(self) -> dict[str, float] | None:
        """How often accounts of one vendor share a value of a kind; estimated where not learned."""
        return self.model.m if self.model else None


def of_site(site: Site) -> Linker:
    """Give what a site learned.

    Raises:
        ConfError: its file is wrong.

    """
    path = own(site)
    return Linker(reading.read(path, Model)) if path.exists() else Linker()


def own(site: Site) -> Path:
    """Give the file of what a site learned."""
    return site.home / FILE
