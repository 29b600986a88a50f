"""Hosts: what a link to one tells of a seller (conf/hosts.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading

HOSTS = reading.HERE / "hosts.yaml"


class Hosts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hosts by what a link there tells."""

    shared: frozenset[str]
    shorteners: frozenset[str]
    nobodys: frozenset[str]
    apps: dict[str, tuple[str, ...]]
    path_words: frozenset[str]
    query_names: tuple[str, ...]

    def app(self, host: str) -> str | None:
        """Name the messenger or network that a host belongs to."""
        return next((app for app, hosts in self.apps.items() if host in hosts), None)


@cache
def hosts(path: Path = HOSTS) -> Hosts:
    """Give what is known of hosts.

    Raises:
        ConfError: the file is wrong.

    """
    return reading.convert(path, reading.document(path), Hosts)
