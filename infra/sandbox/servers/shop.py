"""One marketplace: its addresses, its words to robots, its templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup

from infra.sandbox.servers import filler
from infra.sandbox.servers.exchange import TEXT, Answer, Ask
from infra.sandbox.servers.shelf import Category, Shelf
from infra.sandbox.servers.wording import slug
from infra.sandbox.world import FIRST_DAY, Offer, World

Handler = Callable[..., Answer]
_EVERYTHING = {"en": "Everything", "es": "Todo", "de": "Alles", "zh": "全部"}
_TEMPLATES = Path(__file__).parent / "templates"


class Market(msgspec.Struct, frozen=True):
    """What a marketplace's software is: fixed, whatever it sells."""

    name: str
    title: str
    language: str
    routes: tuple[tuple[str, Handler], ...]  # regular expression on the path, who answers
    robots: str | None
    trap: str  # path that robots.txt closes; its pages lead on for ever
    encoding: str = "utf-8"
    is_packed: bool = False  # compresses for whoever takes gzip
    has_tags: bool = False  # sends an ETag and answers 304
    words: Mapping[str, Any] = {}  # functions that its templates use
    missing: Callable[[], Answer] | None = None  # page not found, where there is no template for it


class Shop:
    """One marketplace on one day, at one address."""

    def __init__(self, market: Market, world: World, day: int, address: str) -> None:
        """Open `market` for a day (from 1); `address` is "http://host:port"."""
        self.market, self.address, self.day = market, address, day
        self.today: date = FIRST_DAY + timedelta(days=day - 1)
        self.shelf = Shelf(world, market.name, day, _EVERYTHING[market.language])
        self.picture = world.picture
        self.routes = _compiled(market)
        self.part = cache(self._part)

    @property
    def categories(self) -> Mapping[str, Category]:
        """Categories by slug."""
        return self.shelf.categories

    def url(self, path: str) -> str:
        """Give the whole address of a path."""
        return self.address + path

    def image(self, picture_id: str) -> str:
        """Give the whole address of a picture."""
        return f"{self.address}/img/{picture_id}.jpg"

    def text(self, template: str, **values: Any) -> str:
        """Render one of the marketplace's templates."""
        return _template(f"{self.market.name}/{template}.html").render(
            shop=self, market=self.market, **self.market.words, **values
        )

    def page(self, template: str, status: int = 200, **values: Any) -> Answer:
        """Answer with one of the marketplace's templates."""
        body = self.text(template, status=status, **values)
        encoding = self.market.encoding
        # What an old encoding cannot say is written as a reference, as such sites do.
        return Answer(
            body.encode(encoding, "xmlcharrefreplace"), status, f"text/html; charset={encoding}"
        )

    def gone(self, listing_id: str) -> Answer:
        """Answer for a listing that is not there: 410 if it was once, else 404."""
        status = 410 if self.shelf.was_there(listing_id) else 404
        return self.page("gone", status)

    def missing(self) -> Answer:
        """Answer for a page that never was."""
        if self.market.missing:
            return self.market.missing()
        return self.page("gone", 404)

    def reviews(self, offer: Offer) -> list[filler.Review]:
        """Give the buyers' words below a listing."""
        return filler.reviews(offer, self.market.language)

    def _part(self, name: str) -> Markup:
        """Render what is the same on every page of the day, once."""
        return Markup(self.text(name))  # noqa: S704 - rendered by an escaping template


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(countries=filler.COUNTRIES, flags=filler.flags, slug=slug)
    return environment


@cache
def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


def _compiled(market: Market) -> tuple[tuple[re.Pattern[str], Handler], ...]:
    routes = (*market.routes, *_SHARED, (re.escape(market.trap) + ".*", _trap))
    return tuple((re.compile(pattern), handler) for pattern, handler in routes)


def answer(shop: Shop, ask: Ask) -> Answer:
    """Let the first route that knows the path answer."""
    for pattern, handler in shop.routes:
        match = pattern.fullmatch(ask.path)
        if match:
            return handler(shop, ask, **match.groupdict())
    return shop.missing()


def _picture(shop: Shop, _ask: Ask, picture: str) -> Answer:
    try:
        body = shop.picture(picture)
    except KeyError:
        return Answer(b"no such picture", 404, TEXT)
    return Answer(body, kind="image/jpeg", headers=(("cache-control", "max-age=86400"),))


def _robots(shop: Shop, _ask: Ask) -> Answer:
    if shop.market.robots is None:
        return Answer(b"not found", 404, TEXT)
    return Answer(shop.market.robots.format(address=shop.address).encode(), kind=TEXT)


def _asset(shop: Shop, _ask: Ask, suffix: str) -> Answer:
    kind = "text/css" if suffix == "css" else "text/javascript"
    return Answer(f"/* {shop.market.name} */\n".encode(), kind=kind)


def _trap(shop: Shop, ask: Ask) -> Answer:
    body = _template("trap.html").render(
        shop=shop, path=ask.path.rstrip("/"), turns=[filler.turn(ask.path, at) for at in range(8)]
    )
    return Answer(body.encode(), is_trap=True)


_SHARED: tuple[tuple[str, Handler], ...] = (
    (r"/img/(?P<picture>[A-Za-z0-9_.-]+)\.jpg", _picture),
    (r"/robots\.txt", _robots),
    (r"/assets/[a-z0-9./_-]+\.(?P<suffix>css|js)", _asset),
)
