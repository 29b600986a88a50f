"""What is asked of a marketplace and what it answers, free of any web framework."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from urllib.parse import parse_qsl

import msgspec

HTML = "text/html; charset=utf-8"
JSON = "application/json"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

Headers = tuple[tuple[str, str], ...]


class Ask(msgspec.Struct, frozen=True):
    """One request: path and query as sent, header names in lower case."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path with its query: what repeats of one request have in common."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def fields(self) -> dict[str, str]:
        """Give the query's fields, read as UTF-8 or, if they are not, as GBK.

        Of a name that is there twice the last counts.
        """
        try:
            return dict(parse_qsl(self.query, keep_blank_values=True, errors="strict"))
        except UnicodeDecodeError:
            return dict(parse_qsl(self.query, keep_blank_values=True, encoding="gb18030"))

    def number(self, name: str) -> int:
        """Give the page number that a query field holds; 1 for anything else."""
        text = self.fields().get(name, "1")
        return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


class Answer(msgspec.Struct, frozen=True):
    """One response. `stream`, where there is one, is sent in place of `body`.

    A stream that is `is_cut_off` ends without the end that HTTP wants, as a broken server's does.
    """

    body: bytes = b""
    status: int = 200
    kind: str = HTML
    headers: Headers = ()
    stream: Callable[[], AsyncIterator[bytes]] | None = None
    is_cut_off: bool = False
    is_trap: bool = False


def json(content: object, status: int = 200, headers: Headers = ()) -> Answer:
    """Answer with JSON."""
    return Answer(msgspec.json.encode(content), status, JSON, headers)


def redirect(target: str, status: int = 302) -> Answer:
    """Answer with an address to go to."""
    return Answer(b"", status, HTML, (("location", target),))


def packed(answer: Answer, ask: Ask) -> Answer:
    """Compress a body if the asker takes gzip; the same bytes each time."""
    if "gzip" not in ask.headers.get("accept-encoding", "") or len(answer.body) < 1000:
        return answer
    headers = (*answer.headers, ("content-encoding", "gzip"), ("vary", "accept-encoding"))
    return msgspec.structs.replace(answer, body=gzipped(answer.body), headers=headers)


def gzipped(body: bytes, level: int = 1) -> bytes:
    """Give gzip bytes without a time in them."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
