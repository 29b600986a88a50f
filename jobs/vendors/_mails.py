"""Mail addresses, also those written so that no program finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobs.vendors._found import MAIL, Found
from jobs.vendors._links import is_host
from jobs.vendors._reading import Reading

_LOCAL = r"(?<![a-z0-9._%+\-])(?P<local>[a-z0-9_%+][a-z0-9._%+\-]{0,62})"
_AT = r"\s?(?:@|\(\s?at\s?\)|\[\s?at\s?\]|\{at\}|<at>|\(a\)|\[a\]|艾特|#at#)\s?"
_DOT = r"(?:\.|\u3002|\s?[(\[]\s?(?:dot|punkt|punto)\s?[)\]]\s?|\s?点\s?|\s(?:dot|punkt|punto)\s)"
_HOST = rf"(?P<host>[a-z0-9\-]{{1,63}}(?:{_DOT}[a-z0-9\-]{{1,63}}){{1,4}})"
_PLAIN = re.compile(rf"{_LOCAL}{_AT}{_HOST}(?![a-z0-9\-])")
# "name at gmail dot com": both words, or a host where everybody has his mail.
_HOSTS = (
    "gmail|googlemail|hotmail|outlook|yahoo|qq|163|126|foxmail|sina|aol|icloud|protonmail|proton|"
    "gmx|"
    "web|live|yandex|mail|tutanota|libero"
)
_SPOKEN = re.compile(
    rf"{_LOCAL}\s(?:at|arroba|chiocciola)\s(?P<host>[a-z0-9\-]{{1,63}}(?:\s(?:dot|punkt|"
    rf"punto)\s[a-z]{{2,10}}){{1,2}}"
    rf"|(?:{_HOSTS})\.[a-z]{{2,4}})(?![a-z0-9\-])"
)
_IS_DOT = re.compile(_DOT)
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = (
    r"@|[(\[{]\s?(?:at|a)\s?[)\]}]|<at>|#at#|艾特"
    rf"|\s(?:at|arroba|chiocciola)\s(?:[a-z0-9\-]{{1,63}}\s(?:dot|punkt|punto)\s|(?:{_HOSTS})\.)"
)
_HINT = re.compile(HINT)
_NO_LOCAL = frozenset(
    [
        "us",
        "me",
        "or",
        "and",
        "contact",
        "mail",
        "email",
        "look",
        "looks",
        "shop",
        "is",
        "are",
        "him",
        "her",
        "them",
        "here",
        "found",
        "it",
    ]
)


def mails(read: Reading) -> Iterator[Found]:
    """Give the mail addresses of a plain reading, in lower case."""
    if not _HINT.search(read.text):
        return
    for pattern in (_PLAIN, _SPOKEN):
        for found in pattern.finditer(read.text):
            local = found["local"].strip(".")
            host = _IS_DOT.sub(".", found["host"]).replace(" ", "").strip("-")
            if is_host(host) and local and not _is_loose(found, local, host):
                start = found.start("local") + len(found["local"]) - len(found["local"].lstrip("."))
                yield Found(MAIL, f"{local}@{host}", start, found.end("host"), read)


def _is_loose(found: re.Match[str], local: str, host: str) -> bool:
    """Tell whether a blank stands on either side of the sign, as in "buy online @ shop.com"."""
    is_apart = found.string[found.start() : found.end()].count(" @ ") > 0
    if found.re is _SPOKEN:
        return local in _NO_LOCAL
    return (
        is_apart
        and not re.search(r"\d", local)
        and host.split(".", maxsplit=1)[0] not in _HOSTS.split("|")
    )
