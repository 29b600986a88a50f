"""Sizes as Kubernetes and as Java write them."""

from __future__ import annotations

import re

from conf.errors import ConfError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]*)")
_UNITS = {
    "": 1,
    "k": 1000,
    "M": 1000**2,
    "G": 1000**3,
    "T": 1000**4,
    "Ki": 1024,
    "Mi": 1024**2,
    "Gi": 1024**3,
    "Ti": 1024**4,
}
_JAVA = {"k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_MIB = 1024**2
_MILLI = "m"


def mib(size: str) -> int:
    """Give whole MiB of a size as Kubernetes writes it: 10Gi."""
    number, unit = _parts(size)
    if unit not in _UNITS:
        raise ConfError(f"{size!r} is no size; write it as 512Mi or 10Gi")
    return int(number * _UNITS[unit]) // _MIB


def java_mib(size: str) -> int:
    """Give whole MiB of a size as Spark and Java write it: 8g."""
    number, unit = _parts(size)
    if unit.lower() not in _JAVA:
        raise ConfError(f"{size!r} is no size of Java's; write it as 512m or 8g")
    return int(number * _JAVA[unit.lower()]) // _MIB


def cores(cpu: str) -> float:
    """Give cores of an amount of CPU as Kubernetes writes it: 500m is half of one."""
    number, unit = _parts(cpu)
    if unit not in {"", _MILLI}:
        raise ConfError(f"{cpu!r} is no amount of CPU; write it as 2 or 500m")
    return number / 1000 if unit == _MILLI else number


def _parts(text: str) -> tuple[float, str]:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ConfError(f"{text!r} is no quantity; write it as 2, 500m, 512Mi or 10Gi")
    return float(found[1]), found[2]
