"""A shop on loopback that counts what it is asked."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import Counter

from aiohttp import web

_INDEX, _PER_SELLER = 50, 20


class Shop:
    """A marketplace of so many small listings; counts what it is asked."""

    def __init__(self, listings: int) -> None:
        self.listings = listings
        self.asked: Counter[str] = Counter()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def sellers(self) -> int:
        """How many sellers there are."""
        return -(-self.listings // _PER_SELLER)

    @property
    def indexes(self) -> int:
        """How many pages of the index there are."""
        return -(-self.listings // _INDEX)

    @property
    def refetched(self) -> int:
        """How often pages of listings and sellers were asked for once more."""
        pages = {path: n for path, n in self.asked.items() if path.startswith(("/item", "/shop"))}
        return sum(pages.values()) - len(pages)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.SockSite(runner, self._socket).start())
        self._loop.run_forever()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked[request.path_qs] += 1
        await asyncio.sleep(0.01)
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /internal/\n")
        body = self._page(request)
        if body is None:
            return web.Response(status=404, text="gone")
        return web.Response(text=body, content_type="text/html")

    def _page(self, request: web.Request) -> str | None:
        kind, _, name = request.path.strip("/").partition("/")
        if kind == "c":
            page = int(request.query.get("page", "1"))
            numbers = range((page - 1) * _INDEX, min(page * _INDEX, self.listings))
            links = "".join(
                f'<article class="card"><a class="card-link" href="/item/{one}">x</a></article>'
                for one in numbers
            )
            more = f'<a rel="next" href="/c?page={page + 1}">more</a>'
            return links + (more if page * _INDEX < self.listings else "")
        if kind == "item" and int(name) < self.listings:
            return self._item(int(name))
        return f'<h1 class="shop-name">Shop {name}</h1>' if kind == "shop" else None

    def _item(self, number: int) -> str:
        url = f"http://127.0.0.1:{self.port}/item/{number}"
        offer = {"@type": "Offer", "url": url, "price": f"{number}.50", "priceCurrency": "EUR"}
        product = {"@type": "Product", "name": f"Watch {number}", "sku": f"S{number}"}
        data = json.dumps({"@context": "https://schema.org", **product, "offers": offer})
        return (
            f'<html><head><link rel="canonical" href="{url}">'
            f'<script type="application/ld+json">{data}</script></head><body>'
            f"<h1>Watch {number}</h1>"
            f'<a class="seller-name" href="/shop/{number // _PER_SELLER}">Shop</a></body></html>'
        )
