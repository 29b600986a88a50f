"""What a probe tells of a draft: coverage a field, ways in with their counts, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from conf.platform import Platform
from crawler.frontier.address import canonical, kind_of
from crawler.probe import trial
from crawler.probe.drafting import draft
from crawler.probe.findings import Coverage, Findings, Tried, Way
from crawler.probe.kinds import Roles
from crawler.probe.roles import index_shapes
from crawler.probe.site import Site

_CORE = ("title_text", "price_text")
_FEW = 0.8  # of the sample


def findings(site: Site, roles: Roles) -> Findings:
    """Give what was found of a shop of no known software, with the draft."""
    one = draft(site, roles)
    read = [
        sight for sight in site.chart.read(roles.listing) if kind_of(one, sight.url) == "listing"
    ]
    shown = [found for sight in read if (found := trial.listing(one, sight)) is not None]
    table = trial.coverage(shown, len(read))
    return Findings(
        url=site.wish.url,
        needs_browser=one.needs_browser,
        mount=site.wish.mount,
        draft=one,
        ways=ways(site, one),
        tried=_tried(site, roles),
        coverage=table,
        sample=tuple(sight.url for sight in read),
        requests=site.requests,
        most_requests=site.wish.most_requests,
        missing=tuple(missing(site, one, table)),
    )


def ways(site: Site, one: Platform) -> tuple[Way, ...]:
    """Give the draft's ways in, each with the listings that it led to as far as it was read."""
    found = one.discovery
    sitemaps = [
        Way(
            "sitemap",
            url,
            sum(kind_of(one, page) == "listing" for page in site.listed.get(url, ())),
        )
        for url in found.sitemaps
    ]
    lists = [Way("list", url, _listings(site, one, url)) for url in found.categories]
    searches = [Way("search", url, _searched(site, one, url)) for url in found.searches]
    return tuple(
        Way("API", way.address, way.listings) if _is_api(site, way.address) else way
        for way in (*sitemaps, *lists, *searches)
    )


def missing(site: Site, one: Platform, table: Sequence[Coverage]) -> Iterator[str]:
    """Say what was not found, and what a person can do about it."""
    found, shown = one.discovery, {each.field: each for each in table}
    if site.is_late:
        yield (
            f"the probe's time ({site.wish.longest_s / 60:.0f} minutes) was over before it had "
            "seen all that it wanted: its robots.txt or its answers ask for patience"
        )
    if not site.left:
        yield (
            f"the probe's {site.wish.most_requests} requests were used up: allow more with "
            "--requests to see more of it"
        )
    if not found.sitemaps:
        yield "no sitemap lists listings: lists and their pages are followed"
    if not found.categories:
        way = "the sitemap" if found.sitemaps else "its search"
        yield f"no lists were found: only {way} leads to listings"
    counted = any("{page}" in url for url in found.categories)
    is_ours = one.pages == "market" and not site.front.is_answer  # a software's own module knows
    if found.categories and not counted and not found.sitemaps and is_ours:
        yield "no list says how it goes on: add {page} to discovery.categories if you know"
    template = None if site.front.is_answer else site.front.search
    if template is not None and site.search is None and not found.searches:
        yield _unsearched(site, template)
    if one.kinds.seller is None and not shown["seller_name_text"].pages:
        yield ("no sellers were found: set kinds.seller or shows.seller_name_text if it has any")
    for field in _CORE:
        if shown[field].pages < _FEW * max(1, shown[field].of):
            yield (
                f"{field} was read in {shown[field].pages} of {shown[field].of} listings only: set "
                f"shows.{field} to where pages show it, or mend kinds.listing"
            )


def _unsearched(site: Site, template: str) -> str:
    bare = canonical(template.partition("?")[0])
    refusals = [one for url, one in site.refused.items() if url.partition("?")[0] == bare]
    if any(one.reason.startswith("robots") for one in refusals):
        return f"its robots.txt forbids its search ({bare}), so it is not used"
    return f"its search ({bare}) led to no listings when it was tried, so it is not used"


def _listings(site: Site, one: Platform, template: str) -> int | None:
    """Count the listings that the pages read of a list led to."""
    before, sign, after = template.partition("{page}")
    pattern = re.compile(re.escape(before) + (r"\d+" if sign else "") + re.escape(after))
    bare = re.sub(r"[?&]?[\w-]*=?\{page\}.*|(?:/page)?/[a-z]*\{page\}.*", "", template).rstrip("/")
    read = [
        sight
        for asked, sight in site.sights.items()
        if pattern.fullmatch(asked) or asked.rstrip("/") in {bare, template.rstrip("/")}
    ]
    found = {url for sight in read for url in trial.listings(one, sight)}
    return len(found) if read else None


def _searched(site: Site, one: Platform, template: str) -> int:
    path = canonical(template.partition("?")[0])
    told = [
        len(trial.listings(one, sight))
        for asked, sight in site.sights.items()
        if "?" in asked and asked.partition("?")[0] == path
    ]
    return max(told, default=0)


def _is_api(site: Site, template: str) -> bool:
    if site.front.is_answer:
        return True
    asked = canonical(template.replace("{page}", "1"))
    sight = site.sights.get(asked)
    return sight is not None and sight.is_answer


def _tried(site: Site, roles: Roles) -> tuple[Tried, ...]:
    told = {roles.listing.text: "listing"}
    told |= {roles.seller.text: "seller"} if roles.seller else {}
    lists = index_shapes(site.chart, roles.listing, roles.taken)
    every = {shape.text: "list" for shape, _ in lists} | told
    found = []
    for shape in site.chart.every:
        role, read = every.get(shape.text, "other"), len(site.chart.read(shape))
        if role != "other" or read:
            found.append(Tried(shape.text, len(shape.members), role, read))
    return tuple(found)
