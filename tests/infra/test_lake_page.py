"""docs/lake.md shows what its commands and snippets print, all of them, on the small lake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conf.errors import CountermarkError
from infra import lake_page, small_lake
from tests.conftest import site_at

TEXT = lake_page.PAGE.read_text()


def test_whatever_the_page_asks_is_answered() -> None:
    asked = re.findall(r"^```(?:sh|python)$", TEXT, re.MULTILINE)
    found = lake_page.blocks(TEXT)
    assert len(found) == len(asked) >= 12
    assert all(block.printed for block in found)
    assert {block.language for block in found} == {"sh", "python"}


def test_a_page_is_renewed_block_by_block() -> None:
    page = "a\n```sh\nx\n```\n\n```text\nold\n```\nb\n```python\ny\n```\n\n```text\n```\n"
    wanted = page.replace("old\n", "1\n").replace("text\n```\n", "text\n2\n```\n")
    assert lake_page.renewed(page, iter(["1\n", "2\n"])) == wanted


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    page = '```sh\ncountermark lake sql "SELEC 1"\n```\n\n```text\n```\n'
    with pytest.raises(CountermarkError, match="syntax error"):
        list(lake_page.answers(page, tmp_path))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a small lake, made as `python -m infra.small_lake` does."""
    home = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.session.end", lambda _: None)  # the session is all tests'
        small_lake.make(site_at(home))
        yield home


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_every_answer_is_what_is_printed(home: Path) -> None:
    for block, printed in zip(lake_page.blocks(TEXT), lake_page.answers(TEXT, home), strict=True):
        assert printed == block.printed, (
            f"{block.code}\nis answered otherwise now; run `python -m infra.lake_page` and look"
        )
