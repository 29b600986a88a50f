"""What one page shows of a site: priced cards, other links, its own listing, forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborNode

from crawler.frontier.address import canonical, host_of
from crawler.items import Observation, PageError
from crawler.pages import generic
from crawler.pages.page import Page
from crawler.pages.syntax import answers, prices
from crawler.pages.syntax.jsonld import of_type
from crawler.pages.syntax.metas import first
from crawler.pages.syntax.text import line
from crawler.spiders import reading

_CODES = "USD EUR GBP CHF JPY CNY INR MXN BRL PLN CZK SEK NOK DKK AUD CAD TRY KRW RUB ZAR HKD SGD"
_SIGN = rf"[$€£¥₹₽₩₺₴₫฿￥元円원]|zł|Kč|kr\b|лв|руб|\bRs\b|{'|'.join(_CODES.split())}"  # noqa: RUF001
MONEY = re.compile(rf"(?:{_SIGN})\.?\s*\d|\d[\d.,'’\s]*(?:{_SIGN})")  # noqa: RUF001
_AMOUNT = re.compile(
    rf"(?:{_SIGN})\.?\s*(\d[\d.,'’\s]*)|(\d[\d.,'’\s]*)(?:{_SIGN})"  # noqa: RUF001
)
_ABOVE = 6  # elements around a link that may be its card
_LONGEST_CARD = 1_500
_SEARCHES = frozenset({
    "q", "query", "s", "search", "keyword", "keywords", "k", "kw", "wd", "text", "term", "word",
    "search_query", "searchword", "suche", "suchbegriff", "buscar", "busca", "recherche", "zoeken",
    "szukaj",
})  # fmt: skip
_WRITTEN = ("Article", "BlogPosting", "NewsArticle", "Blog", "Recipe")
_ARTICLE = "article time, .post time, article .byline, .h-entry, .blog-post"
_LONGEST_HIDDEN = 40  # more is a token, not a choice
_MOST_LINKS = 3_000
_BARE = 250  # characters that a page without its scripts shows at most


class Sight:
    """One page, as a probe sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.url = canonical(page.url)
        self.host = host_of(page.url)

    @cached_property
    def is_answer(self) -> bool:
        """Whether it is JSON."""
        return answers.is_answer(self.page)

    @cached_property
    def listing(self) -> Observation | None:
        """The product that it is about, if it reads as one with a title and a price."""
        try:
            if self.is_answer:
                fields = reading.ask(answers.product, self.page)
                found = Observation(listing_id="", url="", **fields) if fields else None
            else:
                found = reading.ask(generic.listing, self.page)
        except PageError:
            return None
        return found if found and found.title_text and found.price_text else None

    @cached_property
    def heading(self) -> str | None:
        """What heads the page."""
        if self.is_answer:
            return answers.seller(self.page).get("name_text")
        return self.page.words("h1") or self.page.words("h2")

    @cached_property
    def own(self) -> str | None:
        """The address that it gives as its own, if that is of the same site."""
        said = None if self.is_answer else self.page.canonical
        return canonical(said) if said and host_of(said) == self.host else None

    @cached_property
    def links(self) -> dict[str, str]:
        """Texts of the links within the site, by canonical address, in the order of the page."""
        found: dict[str, str] = {}
        for url, text, _ in self._anchors:
            found[url] = found.get(url) or text
        return found

    @cached_property
    def cards(self) -> dict[str, str]:
        """Those of the links that stand beside a price of their own."""
        if self.is_answer:
            rows = answers.rows(self.page).items()
            return {clean: text for url, text in rows if (clean := self._within(url))}
        return {url: self.links[url] for url in self._blocks_of}

    @cached_property
    def pieces(self) -> dict[str, tuple[str, ...]]:
        """The texts between tags of each card, by the address that it leads to."""
        return {
            url: tuple(text for one in blocks.values() for text in _pieces(one))
            for url, blocks in self._blocks_of.items()
        }

    def has_price_outside(self, urls: Collection[str]) -> bool:
        """Say whether a price stands outside the cards of some addresses."""
        body = self.page.tree.body
        count = len(MONEY.findall(body.text(separator=" "))) if body is not None else 0
        carded: dict[int, LexborNode] = {}
        for url in urls:
            carded |= self._blocks_of.get(url, {})
        return count > sum(
            len(MONEY.findall(block.text(separator=" "))) for block in carded.values()
        )

    @cached_property
    def _blocks_of(self) -> dict[str, dict[int, LexborNode]]:
        """The elements that are the cards of each priced link, by their place in memory."""
        found: dict[str, dict[int, LexborNode]] = {}
        for url, _, node in self._anchors:
            block = _card(node, url, self._of) if node is not None else None
            if block is not None:
                found.setdefault(url, {})[block.mem_id] = block
        return found

    @cached_property
    def nexts(self) -> list[str]:
        """Links that the page calls its next one."""
        if self.is_answer:
            return [url for url in self.links if "cursor" in url or "page" in url]
        said = self.page.links('a[rel~="next"], link[rel="next"]')
        return [clean for url in said if (clean := self._within(url))]

    @cached_property
    def search(self) -> str | None:
        """The address of its search, {word} where the word goes; None if it has no such form."""
        if self.is_answer:
            return None
        for form in self.page.tree.css("form"):
            if (form.attributes.get("method") or "get").lower() != "get":
                continue
            for field in form.css("input[name]"):
                name = field.attributes.get("name") or ""
                kind = field.attributes.get("type") or "text"
                if kind == "search" or (kind == "text" and name.lower() in _SEARCHES):
                    action = urljoin(self.page.base, form.attributes.get("action") or "")
                    clean = self._within(action)
                    given = "".join(f"{pair}&" for pair in _hidden(form))
                    joint = "&" if clean and "?" in clean else "?"
                    return f"{clean}{joint}{given}{name}={{word}}" if clean else None
        return None

    @cached_property
    def asks_password(self) -> bool:
        """Whether it asks for a password."""
        return not self.is_answer and self.page.first('input[type="password" i]') is not None

    @cached_property
    def is_article(self) -> bool:
        """Whether it is a text that somebody wrote to be read: a post, news, a story."""
        if self.is_answer or self.page.is_sitemap:
            return False
        said = first(self.page.metas, "og:type") or ""
        written = next(of_type(self.page.jsonld, *_WRITTEN), None)
        return said == "article" or written is not None or self.page.first(_ARTICLE) is not None

    @cached_property
    def is_bare(self) -> bool:
        """Whether a reader sees next to nothing before its scripts have run."""
        if self.is_answer or self.page.is_sitemap or "<script" not in self.page.text.lower():
            return False
        is_short = sum(map(len, self.page.pieces)) <= _BARE and len(self.links) <= 2  # noqa: PLR2004
        return is_short and self.listing is None

    @cached_property
    def mount(self) -> str | None:
        """A selector of what scripts will have put into an empty page; None if it is unknown."""
        for node in self.page.tree.css("body div[id]"):
            name = node.attributes.get("id") or ""
            if re.fullmatch(r"[A-Za-z][\w-]*", name) and node.css_first("*:not(div)") is None:
                return f"#{name} > *"
        return None

    @cached_property
    def _anchors(self) -> list[tuple[str, str, LexborNode | None]]:
        if self.is_answer:
            every = [(url, "", None) for url in answers.links(self.page)]
            return [(clean, text, no) for url, text, no in every if (clean := self._within(url))]
        found: list[tuple[str, str, LexborNode | None]] = []
        for node in self.page.tree.css("a[href]")[:_MOST_LINKS]:
            clean = self._of(node)
            if clean and clean != self.url:
                found.append((clean, line(node.text(separator=" ")) or "", node))
        return found

    def _of(self, node: LexborNode) -> str | None:
        href = node.attributes.get("href")
        if not href or href.startswith("#"):
            return None
        whole = self.page.absolute(href)
        return self._within(whole) if whole else None

    def _within(self, url: str) -> str | None:
        try:
            return canonical(url) if host_of(url) == self.host else None
        except ValueError:
            return None


def _hidden(form: LexborNode) -> Iterator[str]:
    """Give what a search form sends besides the word."""
    for field in form.css('input[type="hidden" i][name][value]'):
        text = field.attributes.get("value") or ""
        if text and len(text) <= _LONGEST_HIDDEN:
            yield urlencode({field.attributes["name"] or "": text})


def amounts(text: str) -> list[str]:
    """Give the amounts of money that a text names, each written one way: 1299.5."""
    found = (prices.amount(before or behind) for before, behind in _AMOUNT.findall(text))
    return [one for one in found if one is not None]


def _pieces(node: LexborNode) -> Iterator[str]:
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text" and (text := line(inner.text_content)):
            yield text


def mounted(url: str) -> str:
    """Give the scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _card(node: LexborNode, url: str, of: Callable[[LexborNode], str | None]) -> LexborNode | None:
    """Give the largest block around a link that leads nowhere else, if it shows a price."""
    block = node
    for _ in range(_ABOVE):
        above = block.parent
        if above is None or above.tag in {"body", "html", "main", "ul", "ol", "table", "tbody"}:
            break
        if {of(one) for one in above.css("a[href]")} - {url, None}:
            break
        block = above
    text = block.text(separator=" ")
    return block if len(text) <= _LONGEST_CARD and MONEY.search(text) is not None else None
