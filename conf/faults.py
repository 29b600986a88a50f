"""What a YAML file that reads well may still say wrongly, each fault in one line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from conf import reading
from conf.brand import Brand, Product
from conf.platform import Platform

PAGES = reading.HERE.parent / "crawler" / "pages"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
_COUNTRY = re.compile("[A-Z]{2}")
_PDQ = re.compile("[0-9a-f]{64}")
_GTIN_LENGTHS = {8, 12, 13, 14}
_PORTS = {"http": ":80", "https": ":443"}


def of_brand(found: Brand, folder: Path, rates: Collection[str] | None) -> Iterator[str]:
    """Say what is wrong with a brand; `rates` are known currencies, None when nobody knows."""
    if not _KEY.fullmatch(found.key):  # it becomes part of paths
        yield f"key {found.key!r} may hold small letters, digits and - only"
    yield from _countries("country", [found.country])
    yield from _countries("ships_from", found.ships_from)
    for name in ("own_shops", "authorised_sellers"):
        if wrong := [key for key in getattr(found, name) if not all(key.partition(":"))]:
            yield f"{name}: {', '.join(wrong)} must be platform:seller_id"
    gates = found.gates
    lines = (gates.review, gates.red_flag, gates.automatic)
    if not 0 < lines[0] <= lines[1] <= lines[2] <= 100:  # noqa: PLR2004 - the scale's end
        told = ", ".join(f"{line:g}" for line in lines)
        yield f"gates: 0 < review <= red_flag <= automatic <= 100, not {told}"
    keys = [product.key for product in found.products]
    if len(set(keys)) < len(keys):
        yield "two products have one key"
    for product in found.products:
        yield from (f"{product.key}: {fault}" for fault in _of_product(product, folder, rates))


def _of_product(found: Product, folder: Path, rates: Collection[str] | None) -> Iterator[str]:
    if not _KEY.fullmatch(found.key):
        yield "its key may hold small letters, digits and - only"
    if found.gtin is not None and not is_gtin(found.gtin):
        yield f"gtin {found.gtin} has a wrong length or check digit"
    yield from _countries("reference_prices", found.reference_prices)
    for market, price in found.reference_prices.items():
        if price.amount <= 0:
            yield f"the price in {market} must be over 0"
        yield from _currencies([price.currency], rates)
    for photo in found.photos:
        if not (folder / photo.file).is_file():
            yield f"photo {photo.file} is missing"
        if not _PDQ.fullmatch(photo.pdq):
            yield f"pdq of {photo.file} is no hash; `python -m infra.photo` gives it"


def of_platform(found: Platform, rates: Collection[str] | None) -> Iterator[str]:
    """Say what is wrong with a platform; `rates` are known currencies, None when nobody knows."""
    yield from of_pages(found.pages)
    if not found.hosts:
        yield "hosts is empty, so nothing could be fetched; name the platform's own"
    if wrong := sorted({url for url in _addresses(found) if _host(url) not in found.hosts}):
        yield f"{', '.join(wrong)} is not on its hosts; mend the address or add the host"
    yield from _countries("country", [found.country] if found.country else [])
    yield from _currencies([found.currency] if found.currency else [], rates)
    polite = found.politeness
    if polite.requests_per_second <= 0 or polite.concurrency < 1 or polite.timeout_s <= 0:
        yield "politeness: requests_per_second, concurrency and timeout_s must be over 0"
    if found.needs_browser and not found.ready_selector:
        yield "needs_browser wants ready_selector: what a browser waits for before it reads"


def of_pages(name: str) -> Iterator[str]:
    """Say what is wrong with the name of a page module."""
    if not name.isidentifier() or not (PAGES / f"{name}.py").exists():
        yield f"pages: there is no crawler/pages/{name}.py"


def is_gtin(text: str) -> bool:
    """Say whether a text is a GTIN: 8, 12, 13 or 14 digits, the last of them right."""
    if not (text.isascii() and text.isdigit() and len(text) in _GTIN_LENGTHS):
        return False
    total = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(reversed(text[:-1])))
    return (total + int(text[-1])) % 10 == 0


def _countries(field: str, codes: Collection[str]) -> Iterator[str]:
    if wrong := sorted(code for code in codes if not _COUNTRY.fullmatch(code)):
        yield f"{field}: {', '.join(wrong)} is no code of a country; it must be two capitals"


def _currencies(codes: Collection[str], rates: Collection[str] | None) -> Iterator[str]:
    for code in codes:
        if rates is not None and code not in rates:
            yield f"currency {code} has no rate; add it to conf/currencies.yaml"


def _addresses(found: Platform) -> Iterator[str]:
    discovery = found.discovery
    yield found.home
    yield from (*discovery.sitemaps, *discovery.categories, *discovery.searches)
    if found.token_url is not None:
        yield found.token_url


def _host(url: str) -> str:
    """Give an address's host as `hosts` writes it; empty for what is no address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in _PORTS:
        return ""
    return parts.netloc.lower().removesuffix(_PORTS[parts.scheme])
