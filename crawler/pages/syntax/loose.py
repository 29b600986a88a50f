"""JSON as pages write it: comments, single quotes, bare keys, commas too many, a missing end."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import orjson

LARGEST = 5_000_000  # characters; longer scripts are programs, not data
DEEPEST = 100  # levels; deeper ones are traps

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/"
    r'|(?P<string>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r"|(?P<sign>[{}\[\]:,])"
    r"|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+))(?![\w$])"
    r"|(?P<word>!?[\w$.-]+)",
    re.DOTALL,
)
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)  # the other quotes are JSON's own
_WORDS = {"true": True, "false": False, "null": None, "!0": True, "!1": False}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_decoder = json.JSONDecoder(strict=False)


def parse(text: str) -> Any:
    """Give what a text of JSON holds, as much of it as is whole; None if there is nothing.

    A value that the text breaks off in is left out.
    """
    if len(text) > LARGEST:
        return None
    try:
        return orjson.loads(text)  # nearly all of it
    except ValueError:
        pass
    plain = _WRAPPING.sub("", _WRAPPING.sub("", text))
    for attempt in (plain, html.unescape(plain) if "&" in plain else None):
        found = _strict(attempt) if attempt else None
        if found is not None:
            return found
    return after(plain, 0)[0] if plain.strip() else None


def after(text: str, at: int) -> tuple[Any, int]:
    """Give the value that begins at a place of a script, and where it ends; None if none does."""
    if (quoted := _QUOTED.match(text, at)) is not None:
        return _unquoted(quoted[0]), quoted.end()
    try:
        return _decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        reader = _Reader(text, at)
        return reader.read(), reader.at


def _strict(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError):
        return None


class _Reader:
    """Reads one literal by its tokens, with a stack of its own: no depth can break it."""

    def __init__(self, text: str, at: int) -> None:
        self.at = at
        self._text = text
        self._root: Any = None
        self._stack: list[dict[str, Any] | list[Any]] = []
        self._keys: list[str | None] = []  # of each open object, the key that waits for its value

    def read(self) -> Any:
        last = self.at + LARGEST
        while self.at < last and (match := _TOKEN.match(self._text, self.at)):
            self.at = match.end()
            kind = match.lastgroup
            if kind is None:
                continue
            is_end = match.end() == len(self._text) and kind != "sign"
            if is_end or not self._take(kind, match[0]):
                break
            if not self._stack and self._root is not None:
                break
        return self._root

    def _take(self, kind: str, token: str) -> bool:
        """Take one token; False where nothing sensible can follow."""
        if kind != "sign":
            return self._scalar(kind, token)
        match token:
            case "{":
                return self._open({})
            case "[":
                return self._open([])
            case "}" | "]" if self._stack:
                self._stack.pop()
                self._keys.pop()
            case "," if self._keys:
                self._keys[-1] = None
        return bool(self._stack)

    def _open(self, made: dict[str, Any] | list[Any]) -> bool:
        if len(self._stack) >= DEEPEST or (self._stack and not self._put(made)):
            return False
        if self._root is None:
            self._root = made
        self._stack.append(made)
        self._keys.append(None)
        return True

    def _scalar(self, kind: str, token: str) -> bool:
        if not self._stack:
            return False
        if isinstance(self._stack[-1], dict) and self._keys[-1] is None:
            self._keys[-1] = _unquoted(token) if kind == "string" else token
            return True
        if kind == "string":
            return self._put(_unquoted(token))
        return self._put(_number(token) if kind == "number" else _WORDS.get(token))

    def _put(self, value: Any) -> bool:
        top = self._stack[-1]
        if isinstance(top, list):
            top.append(value)
            return True
        key = self._keys[-1]
        if key is None:
            return False
        top.setdefault(key, value)
        self._keys[-1] = None
        return True


def _number(token: str) -> float | int | None:
    try:
        return int(token, 0) if token.lstrip("-").isdigit() or "x" in token else float(token)
    except ValueError:
        return None


def _unquoted(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    # Two escapes may write one character; a half of one alone is none.
    halves = _ESCAPE.sub(_escaped, token[1:-1]).encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace")


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _PLAIN.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - Unicode's last
