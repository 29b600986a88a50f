"""A draft on the disk: a platform's YAML with what it rests on; no file is ever overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from conf.errors import ConfError
from conf.platform import Platform, platform
from crawler.probe.findings import Findings


def text(found: Findings, one: Platform, at: str) -> str:
    """Give a draft as YAML; what is as usual is left out."""
    read = max((each.pages for each in found.coverage), default=0)
    head = (
        f"# Draft by `countermark crawl probe {found.url}` of {at}, {found.requests} requests.\n"
        f"# {read} of {len(found.sample)} listings of its sample were read with it. Its own pages "
        "were all that it was\n# verified by. A person has yet to fill in `legal`, `country` and "
        "`notice`.\n"
    )
    return head + yaml.safe_dump(_plain(one), sort_keys=False, allow_unicode=True, width=10_000)


def check_name(path: Path) -> None:
    """Refuse what no draft can be written to.

    Raises:
        ConfError: the file's name is no platform's, or there is no such folder.

    """
    if path.suffix != ".yaml" or not path.stem.isidentifier():
        raise ConfError(f"{path} is no name for a platform; write it as folder/name.yaml")
    if not path.parent.is_dir():
        raise ConfError(f"{path.parent} is no folder; make it, or choose another with --write")


def write(found: Findings, one: Platform, path: Path, at: str) -> None:
    """Write a draft to a new file, and read it as a crawl would.

    Raises:
        ConfError: there is such a file, it cannot be written, or its name is not the platform's.

    """
    check_name(path)
    one = msgspec.structs.replace(one, name=path.stem)
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(text(found, one, at))
    except FileExistsError:
        raise ConfError(
            f"{path} is there already and is left as it is; give another name with --write"
        ) from None
    except OSError as error:
        raise ConfError(f"{path} cannot be written: {error.strerror}; choose another") from None
    platform(path.stem, path.parent)


def _plain(one: Platform) -> dict[str, Any]:
    """Give what differs from the usual, in the order of the contract."""
    return _differing(one) | {"legal": one.legal}


def _differing(one: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(one):
        value = getattr(one, field.name)
        if isinstance(value, msgspec.Struct):
            inner = _differing(value)
            if inner:
                found[field.name] = inner
        elif field.required or value != field.default:
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found
