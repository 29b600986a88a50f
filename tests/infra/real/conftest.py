"""A made-up data folder of the layout that real data comes in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = "source listing_id title description price currency price_text brand_text category"
KEYS += " seller_id url image_urls language label label_basis"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder with a price list and Chinese names of three invented brands."""
    folder = tmp_path / "data"
    (folder / "listings").mkdir(parents=True)
    (folder / "text").mkdir()
    (folder / "listings" / "reference_prices.csv").write_text(
        "brand,currency,n,p25,median,p75\n"
        "Velmora,INR,9,8000,10000,12000\n"
        "VELMORA,GBP,3,90,100,110\n"
        "Orchard,USD,4,40,50,60\n"
        "Tessaly,XYZ,4,40,50,60\n"
        "--,USD,4,40,50,60\n"
    )
    (folder / "text" / "brands_en_zh.tsv").write_text(
        "english\tchinese\nvelmora\t维摩拉\nvelmora\tOrchard\nUnlisted\t无\nno tab\n"
    )
    return folder


@pytest.fixture
def add_source(data: Path) -> Callable[..., Path]:
    """`add_source(name, {...}, …)`: write a source of listings; keys not given are null."""

    def add(name: str, *rows: dict[str, Any]) -> Path:
        path = data / "listings" / f"{name}.jsonl.gz"
        full = [dict.fromkeys(KEYS.split()) | {"source": name, "image_urls": []} | r for r in rows]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in full)
        path.write_bytes(gzip.compress(lines.encode()))
        return path

    return add
