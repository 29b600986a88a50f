"""Tags that say all in their attributes, read without a tree: links, and a page on itself."""

from __future__ import annotations

import html
import re
from html.entities import html5

# A quote opens a value behind "=" only. So many attributes bound what a tag without an end costs.
_VALUE = r"""(?:\s*+(?:"[^"]*+"|'[^']*+'))?+"""
_TAG = re.compile(
    r"<(?=[aAbBdDhHlLmMsS])(a|base|del|html|link|meta|s|strike|(?=[A-Z])(?i:a|base|del|html|link"
    rf"|meta|s|strike))(?=[\s/>])([^<>=]*+(?:={_VALUE}[^<>=]*+){{0,99}}+)>"
)
NAMES = frozenset({"a", "base", "del", "html", "link", "meta", "s", "strike"})
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""", re.DOTALL
)
# Most tags are written like this, and read at a third of the cost.
_PLAIN = re.compile(r"""(?:\s+[a-z][a-z:-]*="[^"]*+")*+\s*+/?""")
_PAIR = re.compile(r"""([a-z:-]+)="([^"]*+)\"""")
_HREF = re.compile(r"""(?:\s+(?!href=)[a-z][a-z:-]*="[^"]*+")*+\s+href="([^"]*+)\"""")
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*(?:;|(?![A-Za-z0-9=])))")


def tags(elements: str) -> dict[str, list[str]]:
    """Give, for each of `NAMES`, what stands in the page's tags of that name."""
    found: dict[str, list[str]] = {}
    for name, inner in _TAG.findall(elements):
        found.setdefault(name if name in NAMES else name.lower(), []).append(inner)
    return found


def attributes(inner: str) -> dict[str, str]:
    """Give the attributes of a tag by lower-case name; the first of a name counts."""
    if _PLAIN.fullmatch(inner):
        pairs = _PAIR.findall(inner)
    else:
        found = _ATTRIBUTE.findall(inner)
        pairs = [(name.lower(), "".join(values)) for name, *values in found]
    made = dict(reversed(pairs))
    return {name: _unescaped(value) for name, value in made.items()} if "&" in inner else made


def href(inner: str) -> str | None:
    """Give where a tag leads to; None if to nowhere."""
    plain = _HREF.match(inner)
    return _unescaped(plain[1]) if plain else attributes(inner).get("href")


def _unescaped(value: str) -> str:
    """Give an attribute's value as browsers read it: "?a=1&copy=2" has no sign in it."""
    return _ENTITY.sub(_sign, value) if "&" in value else value


def _sign(match: re.Match[str]) -> str:
    said = match[0]
    return html.unescape(said) if said[1] == "#" else html5.get(said[1:], said)
