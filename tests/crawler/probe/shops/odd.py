"""Shops that are hard to ask: slow, failing now and then, behind rules, or drawn by scripts."""

from __future__ import annotations

import gzip
import json

from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.crawler.probe.shops.goods import Good, goods, page_of
from tests.crawler.probe.shops.served import Asked, Kind, Slow

_GOODS = goods(12)
_KINDS = ("watches", "belts", "holders", "scarves")
_BY_PATH = {f"/lot/{one.number}": one for one in _GOODS}


def _tiles(every: tuple[Good, ...]) -> str:
    return "".join(
        f"<div class=tile><a href='/lot/{one.number}'>{one.title}</a><b>£{one.amount}</b></div>"
        for one in every
    )


def _page(asked: Asked) -> str | None:
    """A marketplace with categories that go on, links to sellers, and a search."""
    first, _, name = asked.path.strip("/").partition("/")
    menu = "".join(f"<a href='/c/{one}'>{one}</a>" for one in _KINDS)
    form = "<form action='/search'><input type=search name=q></form>"
    if asked.path in _BY_PATH:
        one = _BY_PATH[asked.path]
        body = (
            f"<h1>{one.title}</h1><p class=price>£{one.amount}</p><p>Seller: <a href='/seller/"
            f"{one.seller_number}'>{one.seller}</a></p>"
        )
    elif first == "c" and name in _KINDS:
        number = int(asked.query.get("page", 1))
        every = tuple(one for one in _GOODS if _KINDS[one.kind] == name)
        more = f"<a rel=next href='/c/{name}?page={number + 1}'>Next</a>"
        body = f"<h1>{name}</h1>{_tiles(page_of(every, number, 2))}"
        body += more if len(every) > 2 * number else ""
    elif first == "seller":
        own = tuple(one for one in _GOODS if str(one.seller_number) == name)
        body = f"<h1>{own[0].seller}</h1>{_tiles(own)}"
    elif first == "search":
        body = f"<h1>Results</h1>{_tiles(_GOODS)}"
    elif asked.path == "/":
        body = f"<h1>Lots</h1>{_tiles(_GOODS[:2])}"
    else:
        return None
    return f"<html><head><title>Lots</title></head><body>{menu}{form}{body}</body></html>"


def search_forbidden() -> Kind:
    """Give a shop whose rules keep everybody out of its search."""

    def answers(asked: Asked) -> Response | str | None:
        if asked.path == "/robots.txt":
            return Response("User-agent: *\nDisallow: /search\n")
        return _page(asked)

    return Kind(answers, _GOODS)


def slow() -> Kind:
    """Give a shop that takes its time for every page."""

    def answers(asked: Asked) -> Response | str | None:
        text = _page(asked)
        return Slow(text) if text else None

    return Kind(answers, _GOODS)


def failing() -> Kind:
    """Give a shop that answers 429 and 503 now and then, and 403 where nothing is for us."""

    def answers(asked: Asked) -> Response | str | None:
        if asked.path.startswith("/c/belts") and not asked.before:
            return Response("busy", 503, headers={"Retry-After": "0"})
        if asked.total in {9, 30}:
            return Response("slow down", 429, headers={"Retry-After": "1"})
        if asked.path.startswith("/search"):
            return Response("no", 403)
        return _page(asked)

    return Kind(answers, _GOODS)


def lagging_sitemap() -> Kind:
    """Give a shop whose packed sitemap lacks what is new and names what is sold."""

    def answers(asked: Asked) -> Response | str | None:
        if asked.path == "/robots.txt":
            return Response(f"User-agent: *\nAllow: /\nSitemap: {asked.base}/map.xml.gz\n")
        if asked.path == "/map.xml.gz":
            paths = [*list(_BY_PATH)[:6], "/lot/77", "/lot/78"]
            rows = "".join(f"<url><loc>{asked.base}{path}</loc></url>" for path in paths)
            return Response(gzip.compress(f"<urlset>{rows}</urlset>".encode()))
        return _page(asked)

    return Kind(answers, _GOODS)


def scripted() -> Kind:
    """Give a shop whose pages are empty before a browser has run their script."""
    script = """
fetch('/data' + location.pathname + location.search).then(a => a.json()).then(all => {
  document.title = all.title || 'Lots';
  document.getElementById('app').innerHTML = all.html;
});
"""
    shell = (
        "<html><head><title>Lots</title></head><body><div id=app></div>"
        f"<script>{script}</script></body></html>"
    )

    def answers(asked: Asked) -> Response | str | None:
        if asked.path.startswith("/data"):
            inner = _page(asked._replace(path=asked.path.removeprefix("/data")))
            body = (inner or "").partition("<body>")[2].removesuffix("</body></html>")
            return JSONResponse(json.loads(json.dumps({"html": body or "<h1>Not found</h1>"})))
        return HTMLResponse(shell) if _page(asked) else None

    return Kind(answers, _GOODS)


def numbered_on_demand() -> Kind:
    """Give a shop in one list that names no further page and answers to one all the same."""

    def answers(asked: Asked) -> Response | str | None:
        if asked.path == "/":
            shown = _tiles(page_of(_GOODS, asked.query.get("page"), 4))
            return f"<html><body><h1>Lots</h1>{shown}<button>More</button></body></html>"
        return _page(asked) if asked.path in _BY_PATH else None

    return Kind(answers, _GOODS)
