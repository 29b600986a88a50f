"""One way to read a YAML file of ours into a frozen class, and to say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from conf.errors import ConfError

Shape = TypeVar("Shape")
HERE = Path(__file__).parent


def read(path: Path, shape: type[Shape]) -> Shape:
    """Read one YAML file into `shape`.

    Raises:
        ConfError: the file is missing, is not YAML, or has a wrong, missing or unknown field.

    """
    return convert(path, document(path), shape)


def convert(path: Path, content: Any, shape: type[Shape]) -> Shape:
    """Turn what a YAML file says into `shape`, naming the file and the field that does not fit."""
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        raise ConfError(f"{path}: {error}; mend that field") from None


def document(path: Path) -> Any:
    """Parse one YAML file, with our error if there is none or it is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(names(path.parent)) or "none"
        raise ConfError(f"{path} is missing; there are: {known}") from None
    except OSError as error:
        raise ConfError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader, see below
    except yaml.YAMLError as error:
        raise ConfError(f"{path}: is not YAML: {_one_line(error)}") from None
    except ValueError as error:  # a date or number that is written like one and is none
        raise ConfError(f"{path}: holds a value that cannot be: {_one_line(error)}") from None


def names(folder: Path) -> Iterator[str]:
    """Give the names of the YAML files in a folder, sorted."""
    return (path.stem for path in sorted(folder.glob("*.yaml")))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


# libyaml's loader is ten times faster than the Python one; both are "safe": plain types only.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc] # whichever of the two is there
    """Refuses a field that stands twice, where YAML's own loaders keep the last without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - its signature
        found: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in found:
                    problem = f"the field {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                found.add(key.value)
        return super().construct_mapping(node, deep)
