"""Files in every form: read back, and the same bytes each time."""

from __future__ import annotations

import gzip
import io
import json

import polars as pl
import pytest
import zstandard

from infra.sandbox.history.files import Form, written

COLUMNS = ["id", "price.amount", "pictures", "options", "note"]
ROWS = [
    {
        "id": "a1",
        "price.amount": "1.299,00",
        "pictures": ["https://x.example/1.jpg", "https://x.example/2.jpg"],
        "options": [{"name": "红色; rot"}],
        "note": 'says "yes";\nand more',
    },
    {"id": "a2", "price.amount": None, "pictures": [], "options": None, "note": None},
]


def test_csv_keeps_quotes_lines_and_delimiters() -> None:
    form = Form("csv", "", ";", "|", has_bom=True)
    content = written(ROWS, COLUMNS, form)
    assert content.startswith(b"\xef\xbb\xbfid;price.amount;")
    found = pl.read_csv(io.BytesIO(content), separator=";", encoding="utf8")
    assert found.rows() == [
        (
            "a1",
            "1.299,00",
            "https://x.example/1.jpg|https://x.example/2.jpg",
            '[{"name":"红色; rot"}]',
            'says "yes";\nand more',
        ),
        ("a2", None, None, None, None),
    ]


def test_json_lines_nest_and_leave_out_what_is_not_said() -> None:
    content = gzip.decompress(written(ROWS, COLUMNS, Form("jsonl", ".gz")))
    first, second = map(json.loads, content.splitlines())
    assert first == {
        "id": "a1",
        "price": {"amount": "1.299,00"},
        "pictures": ROWS[0]["pictures"],
        "options": [{"name": "红色; rot"}],
        "note": 'says "yes";\nand more',
    }
    assert second == {"id": "a2", "pictures": []}


def test_parquet_keeps_lists() -> None:
    found = pl.read_parquet(io.BytesIO(written(ROWS, COLUMNS, Form("parquet"))))
    assert found["pictures"].to_list() == [ROWS[0]["pictures"], []]
    assert found["options"].to_list() == [[{"name": "红色; rot"}], None]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_the_same_rows_give_the_same_bytes(kind: str, packing: str) -> None:
    form = Form(kind, packing)  # type: ignore[arg-type]
    assert form.ending == f".{kind}{packing}"
    assert written(ROWS, COLUMNS, form) == written(ROWS, COLUMNS, form)


def test_zstd_says_how_large_it_is() -> None:
    packed = written(ROWS, COLUMNS, Form("csv", ".zst"))
    plain = written(ROWS, COLUMNS, Form("csv"))
    assert zstandard.ZstdDecompressor().decompress(packed) == plain
