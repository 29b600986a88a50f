"""From what a probe saw to a platform's YAML that a crawl can work with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from conf.platform import Discovery, Kinds, Platform, Politeness
from crawler.items import Observation, PageError
from crawler.pages import market
from crawler.pages.page import Page
from crawler.probe import expressions as ex
from crawler.probe.findings import FIELDS, Coverage, Findings, Tried
from crawler.probe.roles import index_shapes
from crawler.probe.shapes import Shape, address, fits
from crawler.probe.sight import Sight

if TYPE_CHECKING:
    from crawler.probe.course import Site

_MOST_LISTS = 200
LEGAL = (
    "Not checked yet. Before the first real crawl a person reads the site's terms and the law of "
    "its country, and writes here what was found and when."
)


def findings(site: Site, listing: Shape, seller: Shape | None) -> Findings:
    """Give what was found, with the draft."""
    one = draft(site, listing, seller)
    read = [sight for sight in site.fits(listing) if sight.url]
    shown = [found for sight in read if (found := _shown(one, sight)) is not None]
    return Findings(
        url=site.wish.url,
        needs_browser=one.needs_browser,
        mount=site.wish.mount,
        draft=one,
        ways=_ways(one),
        tried=_tried(site, listing, seller),
        coverage=coverage(shown, len(read)),
        sample=tuple(sight.url for sight in read),
        requests=site.requests,
        missing=_missing(site, one, len(shown)),
    )


def draft(site: Site, listing: Shape, seller: Shape | None) -> Platform:
    """Give the platform as far as the pages tell it."""
    home = site.sights[site.home]
    parts = urlsplit(site.home)
    kinds = _kinds(site, listing, seller)
    lists = _lists(site, kinds)
    sitemaps = tuple(
        url for url, pages in site.listed.items()
        if any(fits(listing, address(page)) for page in pages)
    )  # fmt: skip
    return msgspec.structs.replace(
        frame(site, kinds=kinds, pages="market", title=_title(home) or parts.netloc),
        currency=_currency(site, listing),
        discovery=Discovery(
            sitemaps=sitemaps,
            categories=lists if lists or sitemaps else (site.home,),
            searches=() if lists or sitemaps or home.search is None else (home.search,),
        ),
    )


def frame(
    site: Site, *, kinds: Kinds, pages: str, title: str, needs_browser: bool = False
) -> Platform:
    """Give a platform without its ways in: hosts, pace and what a person has yet to fill in."""
    home, is_loopback = site.sights[site.home], site.wish.is_loopback_allowed
    is_slow = needs_browser or site.wish.mount is not None
    rate = (20 if is_slow else 100) if is_loopback else 1
    return Platform(
        name=site.wish.name,
        title=title,
        pages=pages,
        home=home.url,
        hosts=tuple(dict.fromkeys((home.host, urlsplit(site.home).netloc))),
        kinds=kinds,
        verified="documented",
        language=None if home.is_answer else _language(home),
        politeness=Politeness(
            requests_per_second=rate, concurrency=(4 if is_slow else 8) if is_loopback else 2
        ),
        is_loopback_allowed=is_loopback,
        needs_browser=is_slow,
        ready_selector=site.wish.mount,
        token_url=site.token_url,
        legal=LEGAL,
    )


def _kinds(site: Site, listing: Shape, seller: Shape | None) -> Kinds:
    listing_expression, listing_address = _listing(site, listing)
    seller_expression = None
    if seller is not None and (found := ex.identity(seller)) is not None:
        seller_expression = ex.expression(seller, found, is_any_case=_is_any_case(seller))
    return Kinds(
        listing=listing_expression,
        seller=seller_expression,
        index=_index(site, listing, seller),
        listing_address=listing_address,
    )


def _listing(site: Site, listing: Shape) -> tuple[str, str | None]:
    """Give the listings' expression, and the address they are asked at if they have several."""
    found = ex.identity(listing)
    if found is None:
        raise PageError("no_id", f"addresses like {listing.text} hold no id")
    is_any_case = _is_any_case(listing)
    has_query = found.place is not None and any(one.query for one in listing.members)
    pattern = ex.expression(listing, found, is_any_case=is_any_case, takes_query=has_query)
    if not (is_any_case or has_query):
        return pattern, None
    said = [
        (name, sight.own)
        for sight in site.fits(listing)
        if sight.own and (name := ex.id_of(pattern, sight.own))
    ]
    return pattern, ex.template(said)


def _is_any_case(shape: Shape) -> bool:
    literal = [at for at, part in enumerate(shape.parts) if part is not None]
    return any(one.names[at] != shape.parts[at] for one in shape.members for at in literal)


def _index(site: Site, listing: Shape, seller: Shape | None) -> str:
    """Give the expression of lists, the further pages of sellers' shops among them."""
    taken = {listing.text, *([seller.text] if seller else [])}
    found = []
    more = site.paging.expression if site.paging else ""
    for shape, sight in index_shapes(site.shapes(), site.sights.values(), listing, taken):
        if not shape.parts or (_is_open(shape, site) and not sight.is_answer):
            continue
        path = _without_number(ex.path_expression(shape), site)
        if sight.is_answer:
            found.append(path + r"(?:\?.*)?$")
        else:
            found.append(
                path.removesuffix("/") + "/?" * shape.is_closed + _query(shape) + more + "$"
            )
    found.append(ex.HOST + "/$")
    if seller is not None and more:
        found.append(ex.path_expression(seller).removesuffix("/") + _needed(more) + "$")
    return "|".join(dict.fromkeys(found))


def _query(shape: Shape) -> str:
    """Give what stands behind the path where only that says which list it is."""
    given = "&".join(
        f"{re.escape(name)}=" + ("[^&]*" if text is None else re.escape(text))
        for name, text in shape.query
    )
    return rf"\?{given}" if given else ""


def _is_open(shape: Shape, site: Site) -> bool:
    """Say whether a list is a search: what is asked of it has no end."""
    search = site.sights[site.home].search
    return search is not None and shape.text.startswith(urlsplit(search).path + "?")


def _without_number(path: str, site: Site) -> str:
    """Take a list's own page number off its path; `paging` puts it back."""
    names = path.removeprefix(ex.HOST).strip("/").split("/")
    paging = site.paging
    if paging is None or paging.parameter or not names[-1].endswith(r"\d+"):
        return path
    kept = names[: -1 - len(paging.before)]
    return ex.HOST + "".join("/" + name for name in kept)


def _needed(more: str) -> str:
    """Give what follows a list's path, no longer left to choice."""
    return more.removesuffix("/?").removesuffix("?") + ("/?" if more.endswith("/?") else "")


def _lists(site: Site, kinds: Kinds) -> tuple[str, ...]:
    """Give the lists to begin with, {page} where the number goes."""
    pattern = re.compile(kinds.index or "(?!)")
    urls: dict[str, None] = {}
    for sight in site.sights.values():
        if sight.url in {one.url for one in site.sights.values() if one.cards or one.is_answer}:
            urls |= {url: None for url in (sight.url, *sight.links) if pattern.search(url)}
    first = [url for url in urls if re.search(kinds.seller or "(?!)", _bare(url)) is None]
    if site.paging is None or site.sights[site.home].is_answer:
        return tuple(first)[:_MOST_LISTS]
    inner = [url for url in first if url != site.home] or first
    made = dict.fromkeys(site.paging.template(url) for url in inner)
    fitting = [url for url in made if pattern.search(url.replace("{page}", "1"))]
    return tuple(fitting or first)[:_MOST_LISTS]


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _currency(site: Site, listing: Shape) -> str | None:
    said = {one.listing.currency_text for one in site.fits(listing) if one.listing}
    found = {text for text in said if text and re.fullmatch("[A-Z]{3}", text)}
    return found.pop() if len(found) == 1 else None


def _language(sight: Sight) -> str | None:
    said = (sight.page.language or "").partition("-")[0].lower()
    return said if re.fullmatch("[a-z]{2}", said) else None


def _title(sight: Sight) -> str | None:
    if sight.is_answer:
        return sight.heading
    return sight.page.words("title")


def _shown(one: Platform, sight: Sight) -> Observation | None:
    """Read a page of the sample as the draft's crawl would."""
    page = Page(
        platform=one,
        url=sight.page.url,
        body=sight.page.body,
        status=sight.page.status,
        headers=sight.page.headers,
    )
    try:
        return market.listing(page)
    except PageError:
        return None


def coverage(shown: list[Observation], of: int) -> tuple[Coverage, ...]:
    """Say in how many pages of a sample each field was shown."""
    found = []
    for field in FIELDS:
        values = [value for one in shown if (value := getattr(one, field))]
        example = None
        if values:
            example = values[0] if isinstance(values[0], str) else values[0][0]
        found.append(Coverage(field, len(values), of, example))
    return tuple(found)


def _ways(one: Platform) -> tuple[str, ...]:
    return (*one.discovery.sitemaps, *one.discovery.categories, *one.discovery.searches)


def _tried(site: Site, listing: Shape, seller: Shape | None) -> tuple[Tried, ...]:
    taken = {listing.text: "listing"} | ({seller.text: "seller"} if seller else {})
    lists = index_shapes(site.shapes(), site.sights.values(), listing, taken)
    roles = {shape.text: "index" for shape, _ in lists} | taken
    found = []
    for shape in site.shapes():
        role, read = roles.get(shape.text, "other"), len(site.fits(shape))
        if role != "other" or read:
            found.append(Tried(shape.text, len(shape.members), role, read))
    return tuple(found)


def _missing(site: Site, one: Platform, read: int) -> tuple[str, ...]:
    said = []
    if not one.discovery.sitemaps:
        said.append("no sitemap lists listings: lists and their pages are followed")
    if not one.discovery.categories:
        said.append("no lists were found: only the sitemap leads to listings")
    if one.discovery.categories and site.paging is None and not one.discovery.sitemaps:
        said.append("no list says how it goes on: add {page} to discovery.categories if you know")
    if one.kinds.seller is None:
        said.append("no pages of sellers were found: set kinds.seller if listings have sellers")
    if not read:
        said.append("no page of the sample reads with the draft: mend kinds.listing")
    return tuple(said)
