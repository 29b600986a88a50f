"""One reader for all YAML files: whatever a file holds, it is read or refused in one line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf import reading
from conf.errors import ConfError


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of these tests may say."""

    name: str
    count: int = 0


def write(folder: Path, text: str) -> Path:
    path = folder / "one.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "is not YAML"),
        ("name: a\nname: b\n", "the field 'name' stands twice"),
        ("name: a\nother: 1\n", "unknown field `other`"),
        ("count: 1\n", "missing required field `name`"),
        ("name: a\ncount: many\n", r"Expected `int`, got `str` - at `\$.count`"),
        ("", "got `null`"),
        ("name: 2026-99-99\n", "holds a value that cannot be"),
        ("name: 0b_\n", "holds a value that cannot be"),
        ("name: !!python/object:os.x {}\n", "is not YAML"),
        ("[" * 2000, "is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_in_one_line(
    text: str, said: str, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfError, match=said) as caught:
        reading.read(path, Shape)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    write(tmp_path, "name: a\n")
    with pytest.raises(ConfError, match=r"two.yaml is missing; there are: one$"):
        reading.read(tmp_path / "two.yaml", Shape)
    with pytest.raises(ConfError, match="cannot be read: Is a directory"):
        reading.document(tmp_path)


@given(st.one_of(st.text(), st.text("ab0:-[]{}&*!?|>'\"#%@,. \n\t<=_xo")))
def test_any_text_is_read_or_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.yaml"
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        with suppress(ConfError):  # anything else is a fault of ours
            reading.read(path, Shape)
