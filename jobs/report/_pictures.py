"""Small pictures for a page: what a listing shows beside the brand's own photo, as data URIs."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from PIL import Image

from conf.brand import Brand
from jobs.bodies import stored_body
from jobs.reader import Lake

LARGEST_BYTES = 12_000  # of one picture in a page
LARGEST_PIXELS = 40_000_000  # decoded; more is no product photo but an attack
_SIDES = (200, 160, 120, 80)  # pixels, tried in turn until the picture is small enough
_QUALITY = 68


class Pair(msgspec.Struct, frozen=True):
    """The pictures of one listing."""

    shown: str | None = None  # what the listing shows
    official: str | None = None  # the brand's photo of the product
    distance_bits: int | None = None  # of the listing's picture that repeats an official photo


class Photos:
    """Looks up pictures, each file and body once."""

    def __init__(self, lake: Lake, packs: Path, brand: Brand, brands: Path) -> None:
        """Take the folder of the packs and the one of the brands' YAML files and photos."""
        self._lake, self._packs = lake, packs
        files = {f"{brand.key}/{one.key}": one.photos for one in brand.products}
        folder = brands if brands.is_dir() else brands.parent
        self._official = {key: folder / photos[0].file for key, photos in files.items() if photos}
        self._made: dict[Path, str | None] = {}

    def pairs(self, listings: Sequence[dict[str, Any]]) -> dict[str, Pair]:
        """Give the pictures of some listings by listing_key."""
        shown = self._shown([row["listing_key"] for row in listings])
        return {
            row["listing_key"]: self._pair(shown.get(row["listing_key"]), row["product_key"])
            for row in listings
        }

    def _pair(self, shown: dict[str, Any] | None, product_key: str | None) -> Pair:
        if shown is None:
            return Pair(official=self._photo(product_key))
        repeated = shown["product_key"] if shown["product_key"] in self._official else None
        bits = shown["distance_bits"] if repeated else None
        return Pair(self._body(shown), self._photo(repeated or product_key), bits)

    def _shown(self, keys: list[str]) -> dict[str, dict[str, Any]]:
        """Give for each listing the picture nearest to an official photo, else its first."""
        if not (keys and self._lake.exists("listing_photos") and self._lake.exists("captures")):
            return {}
        photos = self._lake.frame("listing_photos", where=pl.col("listing_key").is_in(keys))
        photos = photos.filter(pl.col("capture_id").is_not_null())
        nearest = photos.sort("distance_bits", "image_url", nulls_last=True)
        nearest = nearest.unique("listing_key", keep="first", maintain_order=True)
        ids = nearest["capture_id"].to_list()
        captures = self._lake.frame("captures", where=pl.col("capture_id").is_in(ids))
        # captures: one row a capture
        joined = nearest.join(captures, "capture_id", how="inner")
        return {row["listing_key"]: row for row in joined.to_dicts()}

    def _body(self, capture: dict[str, Any]) -> str | None:
        body = stored_body(self._packs, capture).evidence
        return None if body is None else small(body)

    def _photo(self, product_key: str | None) -> str | None:
        path = self._official.get(product_key or "")
        if path is None:
            return None
        if path not in self._made:
            self._made[path] = small(path.read_bytes()) if path.exists() else None
        return self._made[path]


def small(content: bytes) -> str | None:
    """Give a picture as a data URI of at most `LARGEST_BYTES`; None if it is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF"))
            if opened.width * opened.height > LARGEST_PIXELS:
                return None
            opened.draft("RGB", (2 * _SIDES[0], 2 * _SIDES[0]))
            decoded = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    for side in _SIDES:
        decoded.thumbnail((side, side))
        made = io.BytesIO()
        decoded.save(made, "JPEG", quality=_QUALITY, optimize=True)
        if made.tell() <= LARGEST_BYTES:
            return "data:image/jpeg;base64," + base64.b64encode(made.getvalue()).decode()
    return None
