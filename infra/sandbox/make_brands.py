"""Makes conf/brands from the sheet of the alliance: YAML files, official photos, their hashes.

    python -m infra.sandbox.make_brands

Run again, it writes the same bytes.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from conf.brand import BRANDS
from crawler.pdq import pdq
from infra.sandbox import draw
from infra.sandbox.alliance.sheet import LOOKS, Item, Member, Sheet, sheet, shop_id

_SANDBOX = ("harbor", "bazaar", "kiosk", "plaza", "jishi", "aurora", "agora", "ruins")
PLATFORMS = (*_SANDBOX, "northmall", "silkway", "vendora", "rialto")
# What a dollar of the American price becomes in each market, taxes and price levels included.
_MARKETS = {
    "US": ("USD", 1.0),
    "DE": ("EUR", 0.96),
    "GB": ("GBP", 0.83),
    "CN": ("CNY", 7.5),
    "IN": ("INR", 87.0),
    "MX": ("MXN", 20.0),
}
_LEAST_BITS, _LEAST_QUALITY = 82, 90
_QUALITY = 80


class Photos:
    """Official photos, each unlike all others."""

    def __init__(self) -> None:
        self._hashes: list[int] = []

    def take(self, key: str, look: str, wordmark: str) -> tuple[bytes, str]:
        """Draw a photo that is far from all before it; its bytes and its PDQ hash."""
        for attempt in range(200):
            body = draw.jpeg(draw.official(f"{key}:{attempt}", look, wordmark), _QUALITY)
            found, quality = pdq(np.asarray(Image.open(io.BytesIO(body))))
            bits = int(found, 16)
            is_far = all((bits ^ one).bit_count() > _LEAST_BITS for one in self._hashes)
            if quality >= _LEAST_QUALITY and is_far:
                self._hashes.append(bits)
                return body, found
        raise AssertionError(f"no photo of {key} differs enough from the others")


def gtin(brand: int, product: int) -> str:
    """Give an EAN of the range for internal use (20 to 29) with a right check digit."""
    body = f"2{brand:03}{product:03}{(brand * 7919 + product * 104729) % 100_000:05}"
    total = sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def prices(usd: float) -> dict[str, dict[str, Any]]:
    """Give the reference prices of all markets, rounded as price lists are."""
    found = {}
    for market, (currency, rate) in _MARKETS.items():
        amount = usd * rate
        step = 1 if amount < 200 else 5 if amount < 2000 else 50
        found[market] = {
            "amount": float(max(step, round(amount / step) * step)),
            "currency": currency,
        }
    return found


def _authorised(brand: str, known: Sheet) -> Iterator[str]:
    for shop in known.resellers:
        if brand in shop.brands:
            yield from (f"{platform}:{shop.key}" for platform in shop.platforms)


def _product(number: int, at: int, item: Item, files: list[dict[str, str]]) -> Any:
    return {
        "key": item.key,
        "name": item.name,
        "category": item.category,
        "gtin": gtin(number, at),
        "mpn": item.mpn,
        "names": [item.chinese, item.other],
        "reference_prices": prices(item.usd),
        "photos": files,
    }


def _shoot(
    where: Path, member: Member, item: Item, count: int, photos: Photos
) -> list[dict[str, str]]:
    """Draw, hash and store the official photos of one product."""
    files = []
    for at in range(count):
        name = f"photos/{member.key}/{item.key}{f'-{at + 1}' if at else ''}.jpg"
        body, pdq = photos.take(
            f"{member.key}/{item.key}/{at}", LOOKS[member.industry], member.latin
        )
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(body)
        files.append({"file": name, "pdq": pdq})
    return files


def _brand(number: int, member: Member, where: Path, photos: Photos) -> dict[str, Any]:
    items = list(enumerate(member.products))
    shot = [_shoot(where, member, item, 1 if at else 2, photos) for at, item in items]
    return {
        "key": member.key,
        "name": member.name,
        "industry": member.industry,
        "country": member.country,
        "marks": list(member.marks),
        "aliases": list(member.aliases),
        "nicknames": list(member.nicknames),
        "common_words": member.common_words,
        "ships_from": list(member.ships_from),
        "own_shops": [f"{one}:{shop_id(member.key, one)}" for one in PLATFORMS],
        "authorised_sellers": sorted(_authorised(member.key, sheet())),
        "products": [
            _product(number, at, item, files) for (at, item), files in zip(items, shot, strict=True)
        ],
    }


def make(where: Path = BRANDS) -> int:
    """Write every brand's YAML file and photos; the number of brands."""
    photos = Photos()
    for number, member in enumerate(sheet().brands, start=1):
        content = _brand(number, member, where, photos)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
        head = "# Invented. Made by `python -m infra.sandbox.make_brands` from its sheet.\n"
        (where / f"{member.key}.yaml").write_text(head + text, encoding="utf-8")
    return len(sheet().brands)


if __name__ == "__main__":
    sys.stdout.write(f"{make()} brands\n")
