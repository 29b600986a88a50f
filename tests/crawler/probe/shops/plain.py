"""Marketplaces that no software made: no markup, no sitemap, no classes."""

from __future__ import annotations

from itertools import product as combined

from starlette.responses import Response

from tests.crawler.probe.shops.goods import Good, goods, page_of
from tests.crawler.probe.shops.served import Asked, Kind

_GOODS = goods()
_BY_NUMBER = {str(one.number): one for one in _GOODS}
_KINDS = ("watches", "belts", "holders", "scarves")
_COLOURS, _SIZES, _SORTS = ("red", "black", "tan"), ("s", "m", "l"), ("new", "cheap", "dear")


def _frame(body: str, menu: str = "") -> str:
    """A page whose title and heading are the shop's own, whatever it shows."""
    return (
        "<html><head><title>Corner Exchange</title></head><body bgcolor=white><h1>Corner Exchange"
        f"</h1><table><tr><td>{menu}</td><td>{body}</td></tr></table><p><a href='/terms'>Terms</a>"
        "</body></html>"
    )


def plain() -> Kind:
    """Give a shop in tables: each page is headed by the shop's name, prices stand beside others."""
    menu = "".join(f"<a href='/cat/{at}'>{name}</a><br>" for at, name in enumerate(_KINDS))

    def row(one: Good) -> str:
        return (
            f"<tr><td><a href='/p/{one.number}'>{one.title}</a></td><td>EUR {one.amount}</td></tr>"
        )

    def listed(at: str, number: str) -> str:
        every = tuple(one for one in _GOODS if str(one.kind) == at)
        more = f"<a href='/cat/{at}?page={int(number) + 1}'>&gt;&gt;</a>"
        rows = "".join(map(row, page_of(every, number, 2)))
        return _frame(f"<table>{rows}</table>{more if len(every) > 2 * int(number) else ''}", menu)

    def shown(one: Good) -> str:
        others = "".join(row(each) for each in _GOODS if each.kind == one.kind and each != one)
        return _frame(
            f"<font size=5><b>{one.title}</b></font><table><tr><td>Postage</td><td>EUR 4.90</td>"
            f"</tr><tr><td>Asked</td><td><b>EUR {one.amount}</b></td></tr><tr><td>Offered by</td>"
            f"<td><a href='/u/{one.seller_number}'>{one.seller}</a></td></tr></table><p>In good "
            f"order.<p>Others had a look at<table>{others}</table>",
            menu,
        )

    def person(number: str) -> str | None:
        own = [one for one in _GOODS if str(one.seller_number) == number]
        rows = "".join(map(row, own))
        return _frame(f"<h2>{own[0].seller}</h2><table>{rows}</table>", menu) if own else None

    def answers(asked: Asked) -> Response | str | None:
        first, _, name = asked.path.strip("/").partition("/")
        if first == "cat" and name in {"0", "1", "2", "3"}:
            return listed(name, asked.query.get("page", "1"))
        if first == "p" and name in _BY_NUMBER:
            return shown(_BY_NUMBER[name])
        if first == "u":
            return person(name)
        return _frame("Welcome", menu) if asked.path in {"/", "/terms"} else None

    return Kind(answers, _GOODS)


def _tiles(every: tuple[Good, ...]) -> str:
    return "".join(
        f"<div class=tile><a href='/item/{one.number}'><img src='/i/{one.number}.jpg'>{one.title}"
        f"</a><i>${one.amount}</i></div>"
        for one in every
    )


def _item(one: Good) -> str:
    """A listing whose seller is named and not linked."""
    return (
        f"<html><head><title>{one.title} | Tile</title></head><body><h2 class=what>{one.title}</h2>"
        f"<div class=box><p class=ask>${one.amount}</p><p class=who>Sold by <em>{one.seller}</em>"
        "</p><p class=where>Ships from stock</p></div></body></html>"
    )


def facets() -> Kind:
    """Give a shop whose lists can be refined and sorted without end."""

    def listed(asked: Asked) -> str:
        given = {name: text for name, text in asked.query.items() if name != "page"}
        every = tuple(
            one for one in _GOODS
            if "colour" not in given or one.number % 3 == _COLOURS.index(given["colour"])
        )  # fmt: skip
        links = []
        for name, text in [*combined(["colour"], _COLOURS), *combined(["size"], _SIZES),
                           *combined(["sort"], _SORTS)]:  # fmt: skip
            query = "&".join(f"{key}={value}" for key, value in {**given, name: text}.items())
            links.append(f"<a href='/all?{query}'>{text}</a>")
        number = int(asked.query.get("page", 1))
        query = "&".join(f"{key}={value}" for key, value in {**given, "page": number + 1}.items())
        more = f"<a href='/all?{query}'>next</a>" if len(every) > 4 * number else ""
        cards = _tiles(page_of(every, number))
        return f"<html><body><h1>All</h1>{''.join(links)}{cards}{more}</body></html>"

    def answers(asked: Asked) -> Response | str | None:
        name = asked.path.rpartition("/")[2]
        if asked.path == "/all" and asked.query.get("colour", "red") in _COLOURS:
            return listed(asked)
        if asked.path.startswith("/item/") and name in _BY_NUMBER:
            return _item(_BY_NUMBER[name])
        front = "<html><body><h1>Tile</h1><a href='/all'>Everything</a></body></html>"
        return front if asked.path == "/" else None

    return Kind(answers, _GOODS)


def search_only() -> Kind:
    """Give a shop that shows nothing before a word is searched for."""
    front = (
        "<html><body><h1>Finder</h1><p>Find watches and belts of Brennholm and others.</p><form "
        "action='/find'><input name=q placeholder='What do you look for?'></form></body></html>"
    )

    def found(asked: Asked) -> str:
        word = asked.query.get("q", "").lower()
        every = tuple(one for one in _GOODS if word and word in one.title.lower())
        number = int(asked.query.get("page", 1))
        more = f"<a href='/find?q={word}&page={number + 1}'>more</a>"
        said = f"<h1>{len(every)} results</h1>" if every else "<h1>Nothing found</h1>"
        last = len(every) > 2 * number
        tiles = _tiles(page_of(every, number, 2))
        return f"<html><body>{said}{tiles}{more if last else ''}</body></html>"

    def answers(asked: Asked) -> Response | str | None:
        name = asked.path.rpartition("/")[2]
        if asked.path == "/find":
            return found(asked)
        if asked.path.startswith("/item/") and name in _BY_NUMBER:
            return _item(_BY_NUMBER[name])
        return front if asked.path == "/" else None

    branded = tuple(one for one in _GOODS if one.title.startswith("Brennholm"))
    return Kind(answers, branded)


def hash_links() -> Kind:
    """Give a shop whose lists go on by scripts alone, but answer to the number of a page."""

    def answers(asked: Asked) -> Response | str | None:
        first, _, name = asked.path.strip("/").partition("/")
        if first == "things" and name in _KINDS:
            number = int(asked.query.get("page", 1))
            every = tuple(one for one in _GOODS if _KINDS[one.kind] == name)
            shown = page_of(every, number, 3)
            steps = "<a href='#' data-page=1>1</a><a href='#' data-page=2>2</a>"
            return f"<html><body><h1>{name}</h1>{_tiles(shown)}{steps}</body></html>"
        if first == "item" and name in _BY_NUMBER:
            return _item(_BY_NUMBER[name])
        menu = "".join(f"<a href='/things/{one}'>{one}</a>" for one in _KINDS)
        front = f"<html><body><h1>Hatch</h1>{menu}<a href='#'>Top</a></body></html>"
        return front if asked.path == "/" else None

    return Kind(answers, _GOODS)
