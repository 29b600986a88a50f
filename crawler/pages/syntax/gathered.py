"""What the steps of reading one page found: the first step that gives a field keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from crawler.items import Observation, SellerObservation, Variant

Step = Literal["api", "state", "jsonld", "microdata", "opengraph", "selector"]
Fields = Mapping[str, Any]  # column of the contract -> text, or tuple of texts or variants


class Gathered:
    """Fields of one listing or seller, and which step gave each."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.provenance: dict[str, str] = {}

    def put(self, step: Step, fields: Fields) -> None:
        """Take fields of one step; what is empty, or known from an earlier step, is passed over."""
        for name, value in fields.items():
            if value and name not in self.values:
                self.values[name] = value
                self.provenance[name] = step

    def observation(self, listing_id: str, url: str) -> Observation:
        """Give what was found as a listing."""
        return Observation(
            listing_id=listing_id, url=url, **self.values, provenance=dict(self.provenance)
        )

    def seller(self, seller_id: str, url: str | None) -> SellerObservation:
        """Give what was found as a seller."""
        return SellerObservation(
            seller_id=seller_id, url=url, **self.values, provenance=dict(self.provenance)
        )


def variants(*found: Variant | None) -> tuple[Variant, ...]:
    """Give the choices that have a name, each once."""
    return tuple(dict.fromkeys(one for one in found if one is not None and one.name))
