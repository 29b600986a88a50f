"""Generated pages tell of what is there, and stale ones are found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra import docs

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["tables.md", "features.md", "commands.md", "scale.md"])
def test_a_page_is_what_its_source_says(name: str) -> None:
    assert (PROJECT / "docs" / name).read_text() == docs.pages()[name], "run `make docs`"


def test_a_stale_page_is_named_and_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    monkeypatch.setattr(docs, "pages", lambda: {"a.md": "a", "b.md": "b"})
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "b.md").write_text("old")
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])
    assert docs.main() == 1
    assert capsys.readouterr().err == "docs: b.md stale; run `make docs` and commit\n"
    monkeypatch.setattr(sys, "argv", ["docs"])
    assert docs.main() == 0
    assert (tmp_path / "b.md").read_text() == "b"
    monkeypatch.setattr(sys, "argv", ["docs", "--check"])
    assert docs.main() == 0


def test_a_column_s_rules_are_told() -> None:
    told = docs.tables_page()
    row = next(line for line in told.splitlines() if line.startswith("| `suspicion` |"))
    assert "required, points, 0…100" in row
