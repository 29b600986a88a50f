"""One response, read lazily: text, tree, JSON, and the data that its markup carries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import numpy as np
import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from conf.platform import Platform
from crawler.frontier.address import Place, canonical, place
from crawler.items import Kind, PageError
from crawler.pages.syntax import attributes, markup, microdata, scripts, selectors
from crawler.pages.syntax.charset import decode
from crawler.pages.syntax.jsonld import Node, nodes
from crawler.pages.syntax.metas import Metas, metas
from crawler.pages.syntax.text import line, shown

_FEW_TAGS = 8_000  # so many tags in one another cost a quarter of a second, more than any page
_DEEPEST = 2_000  # elements in one another; the parser's cost grows with the square
_SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)\b")
# Tags that never hold others, or end by themselves where the next one begins.
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd option tr td th thead tbody tfoot path circle rect use"
)
_NESTING = re.compile(
    rf"<(/?)(?!(?:{'|'.join(_FLAT_NAMES.split())})(?![a-zA-Z0-9]))[a-zA-Z]", re.IGNORECASE
)
# Addresses that joining leaves as they are: no dots or nothing between slashes, nothing empty.
_PATH = r"(?:/[\w%~!$&'()*+,:@=-][\w%~!$&'()*+,:@=.-]*)*/?"
_REST = r"(?:\?[\w%~!$&'()*+,:@=./-]+)?(?:#[\w%~!$&'()*+,:@=./-]+)?"
_ROOTED = re.compile(rf"(?=/){_PATH}{_REST}", re.ASCII)
_WHOLE = re.compile(rf"https?://[a-z\d][a-z\d.-]*(?::\d{{1,5}})?{_PATH}{_REST}", re.ASCII)


class Page:
    """A response as page modules see it; nothing is parsed before it is asked for."""

    def __init__(
        self,
        *,
        url: str,
        body: bytes,
        platform: Platform | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take a response; the names of headers in lower case."""
        self.platform, self.url, self.body, self.status = platform, url, body, status
        self.headers = headers or {}
        self._states: dict[str, Any] = {}
        self._held: dict[selectors.Need, bool] = {}

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return decode(self.body, self.headers.get("content-type"))

    @cached_property
    def _parted(self) -> markup.Parted:
        return markup.part(self.text)

    @property
    def elements(self) -> str:
        """The text without scripts, styles, drawings, templates and comments."""
        return self._parted.elements

    @property
    def scripts(self) -> tuple[tuple[str, str], ...]:
        """Attributes and content of every script."""
        return self._parted.scripts

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Its elements as a tree; PageError if they are nested beyond measure."""
        if self.elements.count("<") > _FEW_TAGS and _depth(self.elements) > _DEEPEST:
            raise PageError("too_deep", f"elements are nested more than {_DEEPEST} deep")
        return LexborHTMLParser(self.elements)

    @cached_property
    def json(self) -> Any:
        """The body as JSON; PageError if it is none."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            raise PageError("bad_json", "the answer is not JSON") from None

    @cached_property
    def pieces(self) -> list[str]:
        """The texts between tags in the order of the page, as a reader may see them."""
        elements = self.elements
        if self.holds(b"<noscript"):
            elements = markup.without_noscript(elements)
        return markup.pieces(elements)

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first elements that head the page."""
        return markup.headings(self.elements)

    @cached_property
    def title(self) -> str | None:
        """What the page calls itself."""
        return markup.title(self.elements)

    @cached_property
    def jsonld(self) -> list[Node]:
        """The typed nodes of the page's JSON-LD, outer ones first."""
        return nodes(scripts.linked_data(self.scripts))

    @cached_property
    def microdata(self) -> list[Node]:
        """The products that the page marks up with microdata."""
        return microdata.items(self.tree) if self.holds(b"itemscope") else []

    @cached_property
    def _tags(self) -> dict[str, list[str]]:
        return attributes.tags(self.elements)

    @cached_property
    def anchors(self) -> list[tuple[str, str]]:
        """The whole addresses that the page's links lead to, and what stands in their tags."""
        every = self._tags.get("a", ())
        return [(url, inner) for inner in every if (url := self.absolute(attributes.href(inner)))]

    @property
    def nexts(self) -> list[str]:
        """The whole addresses that the page calls those of its next one."""
        links = [
            (self.absolute(attributes.href(inner)), inner) for inner in self._tags.get("link", ())
        ]
        every = (one for one in (*self.anchors, *links) if "next" in one[1].lower())
        return [url for url, inner in every if url and "next" in _rel(attributes.attributes(inner))]

    def said(self, name: str) -> Iterator[dict[str, str]]:
        """Give the attributes of all tags of a name; `syntax/attributes.py` says which are kept."""
        return map(attributes.attributes, self._tags.get(name, ()))

    @cached_property
    def metas(self) -> Metas:
        """Contents of meta elements by lower-case name."""
        return metas(self.said("meta"))

    @cached_property
    def base(self) -> str:
        """The address that links are relative to."""
        said = next((one["href"] for one in self.said("base") if "href" in one), None)
        return _joined(self.url, said) or self.url

    @cached_property
    def canonical(self) -> str | None:
        """The address that the page gives as its own; None if it gives none."""
        every = (one for one in self.said("link") if _rel(one) == {"canonical"})
        return self.absolute(next(every, {}).get("href"))

    @property
    def language(self) -> str | None:
        """The language that the page states."""
        return line(next(self.said("html"), {}).get("lang"))

    @property
    def is_sitemap(self) -> bool:
        """Whether the body is a sitemap or an index of sitemaps."""
        return _SITEMAP.search(self.text[:2_000]) is not None

    def state(self, name: str) -> Any:
        """Give the value that a script of the page assigns to a name; None if none does."""
        if name not in self._states:
            self._states[name] = scripts.state(self.text, name)
        return self._states[name]

    def absolute(self, url: str | None) -> str | None:
        """Give a link of the page as a whole http or https address; None for any other."""
        return _joined(self.base, url)

    @cached_property
    def _lowered(self) -> bytes:
        return self.elements.encode("utf-8", "replace").lower()

    def holds(self, need: selectors.Need) -> bool:
        """Say whether a word of small ASCII letters, or a tag, stands in the page's elements."""
        if isinstance(need, str):
            return need in self._tags
        if need not in self._held:
            text = self._lowered
            is_held = need in text if isinstance(need, bytes) else need.search(text) is not None
            self._held[need] = is_held
        return self._held[need]

    @cached_property
    def _run_together(self) -> bytes:
        return self._lowered.translate(None, b"._/-")

    def spells(self, code: str) -> bool:
        """Say whether the page's elements hold a code of small letters, however it is parted."""
        said = code.encode()
        return said in self._lowered or said in self._run_together

    def _findable(self, selector: str) -> str:
        """Give those alternatives of a selector whose names the page holds.

        To look for a name costs a fifth of looking for an element, and builds no tree.
        """
        every = selectors.alternatives(selector)
        return ", ".join(one for one, needs in every if all(map(self.holds, needs)))

    def all(self, selector: str) -> list[LexborNode]:
        """Give the elements of a selector in the order of the page."""
        findable = self._findable(selector)
        return self.tree.css(findable) if findable else []

    def first(self, selector: str) -> LexborNode | None:
        """Give the first element of a selector."""
        findable = self._findable(selector)
        return self.tree.css_first(findable) if findable else None

    def words(self, selector: str) -> str | None:
        """Give the text of the first element of a selector on one line."""
        found = self.first(selector)
        return line(found.text(separator=" ")) if found is not None else None

    def lines(self, selector: str) -> str | None:
        """Give the text of the first element of a selector, a line for each block in it."""
        return shown(self.first(selector))

    def attribute(self, selector: str, name: str) -> str | None:
        """Give an attribute of the first element of a selector."""
        found = self.first(selector)
        return found.attributes.get(name) if found is not None else None

    def links(self, selector: str) -> list[str]:
        """Give the whole addresses that the elements of a selector lead to."""
        found = (self.absolute(node.attrs.get("href")) for node in self.all(selector))
        return [url for url in found if url]

    def pictures(self, selector: str) -> tuple[str, ...]:
        """Give the whole addresses of pictures, each once; a lazy one's where it waits."""
        found = []
        for node in self.all(selector):
            attributes = node.attributes
            found.append(self.absolute(attributes.get("data-src") or attributes.get("src")))
        return tuple(dict.fromkeys(url for url in found if url))

    def own(self, kind: Kind) -> Place:
        """Give what the platform's `kinds` take this page for; PageError if not for that."""
        if self.platform is None:
            raise PageError("no_platform", "only a page of a known platform has an id")
        for url in (self.url, self.canonical):
            found = place(self.platform, url, kind) if url else None
            if found is not None and found.kind == kind:
                return found
        raise PageError("no_id", f"the address is not that of a {kind}")

    def id_in(self, url: str | None, kind: Kind) -> str | None:
        """Give the id of the listing or seller that a link of the page leads to."""
        whole = self.absolute(url)
        if whole is None or self.platform is None:
            return None
        found = place(self.platform, whole, kind)
        return own_id(found) if found is not None and found.kind == kind else None

    def outgoing(self, *urls: str | None) -> tuple[str, ...]:
        """Give those addresses that lead away from the page's platform, each once."""
        hosts = self.platform.hosts if self.platform else (urlsplit(self.url).netloc,)
        found = (self.absolute(url) for url in urls)
        return tuple(dict.fromkeys(url for url in found if url and _host(url) not in hosts))


def _rel(attributes: Mapping[str, str]) -> set[str]:
    return set(attributes.get("rel", "").lower().split())


def own_id(found: Place) -> str:
    """Give the id that a place's key holds."""
    return found.key.partition(":")[2]


def _host(url: str) -> str:
    try:
        return urlsplit(canonical(url)).netloc
    except ValueError:
        return ""


def _joined(base: str, url: str | None) -> str | None:
    if not url:
        return None
    url = url.strip()
    try:
        # Nearly every link is one of these, and urljoin costs forty times as much for the same.
        if _ROOTED.fullmatch(url):
            return origin + url if (origin := _origin(base)) else None
        if _WHOLE.fullmatch(url):
            return url
        whole = urljoin(base, url)
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in {"http", "https"} and parts.netloc else None


@lru_cache(1_000)
def _origin(base: str) -> str | None:
    parts = urlsplit(base)
    is_web = parts.scheme in {"http", "https"} and parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if is_web else None


def _depth(text: str) -> int:
    """Give a bound of how deep elements are nested."""
    signs = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)
    begins = np.flatnonzero(signs[:-1] == ord("<"))
    every = np.where(signs[begins + 1] == ord("/"), -1, 1)
    if (bound := _height(every)) <= _DEEPEST:
        return bound
    # Tags that are never closed were counted too: a page with many pictures is not deep for that.
    return _height(np.array([-1 if closing else 1 for closing in _NESTING.findall(text)]))


def _height(steps: np.ndarray) -> int:
    if not len(steps):
        return 0
    height = np.cumsum(steps)  # an end without a beginning is passed over: the ground sinks
    ground = np.minimum(np.minimum.accumulate(height), 0)
    return int((height - ground).max())
