"""How a probe comes in: the front page, robots.txt, and the sitemaps that lead further."""

from __future__ import annotations

from collections.abc import Generator

from crawler.frontier.address import canonical
from crawler.pages.syntax import answers as interface
from crawler.probe import walls, ways
from crawler.probe.findings import Failure
from crawler.probe.looking import Answers, Batch
from crawler.probe.sight import mounted
from crawler.probe.site import Site

_LEVELS = 2  # a sitemap, and those that it lists


def front(site: Site) -> Generator[Batch, Answers, Failure | None]:
    """Fetch the front page and robots.txt; gives why that is all there is."""
    robots = mounted(site.home) + "/robots.txt"
    wanted = (site.home,) if site.wish.mount else (site.home, robots)
    answers = yield from site.ask(wanted, "looking at its front page and robots.txt")
    home, said = answers[site.home], answers.get(robots)
    site.take({site.home: home})
    site.robots = said.page.text if said and said.page and said.is_page else ""
    site.listed = {url: [] for url in site.wish.sitemaps or ways.named(site.robots)}
    failure = walls.of_front(site.home, home)
    if failure is not None:
        return failure
    sight = site.front
    site.home = sight.url  # where it redirects to: another host, or a language's path
    site.sights[site.home] = sight
    if sight.is_answer:
        site.token_url = interface.token_address(sight.page)
    return None


def sitemaps(site: Site) -> Generator[Batch, Answers, None]:
    """Read the sitemaps that are named, or the usual ones, and the parts of their indexes."""
    base = mounted(site.home)
    first = tuple(site.listed)
    if not first and not site.front.is_answer:
        first = tuple(base + path for path in ways.USUAL)
    waiting, roots = list(first), {url: url for url in first}
    for _ in range(_LEVELS):
        answers = yield from site.ask(waiting, "reading its sitemaps")
        following: list[str] = []
        for url in waiting:
            one = answers.get(canonical(url))
            if one is None or one.page is None or not one.is_page or not one.page.is_sitemap:
                continue
            inner, pages = ways.parts_of(one.page)
            site.listed.setdefault(roots[url], [])
            site.listed[roots[url]] += [clean for page in pages if (clean := site.own(page))]
            following += inner
            roots |= dict.fromkeys(inner, roots[url])
        waiting = following[: ways.MOST_PARTS]
    site.listed = {url: pages for url, pages in site.listed.items() if pages}
