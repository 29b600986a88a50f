"""Shops that were made after the probe was, and probed once before anything was mended for them."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.crawler.probe.shops.goods import Good, goods, page_of
from tests.crawler.probe.shops.served import Asked, Kind

_GOODS = goods(24)
_KINDS = ("watches", "belts", "holders", "scarves")
_BY_NUMBER = {str(one.number): one for one in _GOODS}
_BY_SLUG = {one.slug: one for one in _GOODS}


def _of(kind: str) -> tuple[Good, ...]:
    return tuple(one for one in _GOODS if _KINDS[one.kind] == kind)


def rooted() -> Kind:
    """Give a shop without folders: lists and listings alike stand at the root."""

    def frame(title: str, body: str) -> str:
        menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in _KINDS)
        return (
            f"<html lang=en><head><title>{title} - Rooted</title></head><body><ul>{menu}<li><a "
            f"href='/contact'>Contact</a></li></ul><main>{body}</main></body></html>"
        )

    def card(one: Good) -> str:
        return (
            f"<article><a href='/{one.slug}'><h3>{one.title}</h3></a><p>{one.amount} USD</p>"
            "</article>"
        )

    def answers(asked: Asked) -> Response | str | None:
        name = asked.path.strip("/")
        if name in _KINDS:
            number, every = int(asked.query.get("p", 1)), _of(name)
            more = f"<a href='/{name}?p={number + 1}'>2</a>" if len(every) > 4 * number else ""
            cards = "".join(map(card, page_of(every, number)))
            return frame(name, f"<h1>{name}</h1>{cards}{more}")
        if name in _BY_SLUG:
            one = _BY_SLUG[name]
            return frame(
                one.title,
                f"<h1>{one.title}</h1><div class=cost>{one.amount} USD</div><div>Vendor: "
                f"{one.seller}</div>",
            )
        if name == "contact":
            return frame("Contact", "<h1>Contact</h1>Write to us.")
        return (
            frame("Home", "<h1>Hello</h1>" + "".join(map(card, _GOODS[:3]))) if not name else None
        )

    return Kind(answers, _GOODS)


def offsets() -> Kind:
    """Give a marketplace whose lists count listings, not pages, and whose cards cut titles."""

    def answers(asked: Asked) -> Response | str | None:
        head = "<a href='/browse'>Browse</a><a href='/help'>Help</a>"
        if asked.path == "/browse":
            start = int(asked.query.get("start", 0))
            rows = "".join(
                f"<li class=row><a class=t href='/offer/{one.number}/{one.slug}'>{one.title[:16]}…"
                f"</a> <span class=c>CHF</span> <span class=n>{one.amount}</span></li>"
                for one in _GOODS[start : start + 5]
            )
            more = f"<a href='/browse?start={start + 5}'>older</a>" if start + 5 < 24 else ""
            return f"<html><body>{head}<h1>Browse</h1><ol>{rows}</ol>{more}</body></html>"
        if asked.path.startswith("/offer/"):
            one = _BY_NUMBER.get(asked.path.split("/")[2])
            return one and (
                f"<html><body>{head}<div class=top><div class=headline>{one.title}</div></div><div "
                f"class=deal><span>CHF</span> <span class=big>{one.amount}</span></div><div class="
                f"by>by <a href='/members/{one.seller_number}'>{one.seller}</a></div></body></html>"
            )
        if asked.path.startswith("/members/"):
            own = [one for one in _GOODS if str(one.seller_number) == asked.path.split("/")[2]]
            return f"<html><body>{head}<h1>{own[0].seller}</h1>Member since May</body></html>"
        return f"<html><body>{head}<h1>Market</h1></body></html>" if asked.path == "/" else None

    return Kind(answers, _GOODS)


def deep() -> Kind:
    """Give a shop whose lists lie two levels down, go on by /page/2/ and name no prices."""
    makers = tuple(dict.fromkeys(one.title.partition(" ")[0].lower() for one in _GOODS))

    def frame(body: str) -> str:
        return (
            "<html lang=fr><head><title>Le Comptoir</title></head><body><a href='/'>Le Comptoir"
            f"</a><a href='/rayons/'>Rayons</a>{body}</body></html>"
        )

    def answers(asked: Asked) -> Response | str | None:
        names = [name for name in asked.path.split("/") if name]
        if names == ["rayons"]:
            links = "".join(f"<li><a href='/rayons/{name}/'>{name}</a>" for name in makers)
            return frame(f"<h1>Rayons</h1><ul>{links}</ul>")
        if names[:1] == ["rayons"] and names[1] in makers:
            every = tuple(one for one in _GOODS if one.title.lower().startswith(names[1]))
            number = int(names[3]) if names[2:3] == ["page"] else 1
            rows = "".join(
                f"<h2><a href='/articles/{one.slug}-{one.number}/'>{one.title}</a></h2>"
                for one in page_of(every, number, 3)
            )
            more = f"<a href='/rayons/{names[1]}/page/2/'>suivant</a>" if number == 1 else ""
            return frame(f"<h1>{names[1]}</h1>{rows}{more}")
        if names[:1] == ["articles"]:
            one = _BY_NUMBER.get(names[1].rpartition("-")[2])
            return one and frame(
                f"<h1>{one.title}</h1><p class=prix>Prix : {one.euros}</p><p>Vendu par <strong>"
                f"{one.seller}</strong></p>"
            )
        return frame("<h1>Bienvenue</h1>") if not names else None

    return Kind(answers, _GOODS)


def stated() -> Kind:
    """Give a shop whose pages carry JSON for their script, and show next to nothing without it."""

    def page(title: str, state: object, body: str) -> str:
        told = json.dumps(state)
        return (
            f"<html><head><title>{title}</title><link rel=canonical href='/'></head><body><header>"
            f"<a href='/k/0'>A</a><a href='/k/1'>B</a><a href='/k/2'>C</a><a href='/k/3'>D</a>"
            f"</header>{body}<script id=__NEXT_DATA__ type='application/json'>{told}</script>"
            "</body></html>"
        ).replace("<link rel=canonical href='/'>", "")

    def answers(asked: Asked) -> Response | str | None:
        first, _, name = asked.path.strip("/").partition("/")
        if first == "k" and name in {"0", "1", "2", "3"}:
            every = tuple(one for one in _GOODS if str(one.kind) == name)
            cards = "".join(
                f"<div><a href='/d/{one.number}'>{one.title}</a><b>{one.amount} zł</b></div>"
                for one in every
            )
            return page("List", {"props": {"ids": [one.number for one in every]}}, cards)
        if first == "d" and name in _BY_NUMBER:
            one = _BY_NUMBER[name]
            product = {
                "id": one.number,
                "name": one.title,
                "price": one.cents / 100,
                "currency": "PLN",
                "seller": {"id": one.seller_number, "name": one.seller},
            }
            body = f"<h1>{one.title}</h1><p>{one.amount} zł</p><p>Sprzedawca: {one.seller}</p>"
            return page(one.title, {"props": {"product": product}}, body)
        return page("Start", {}, "<h1>Start</h1>") if asked.path == "/" else None

    return Kind(answers, _GOODS)


def interface() -> Kind:
    """Give an interface in JSON: pages of rows, each with the address of its own answer."""

    def answers(asked: Asked) -> Response | str | None:
        number = int(asked.query.get("page", 1))
        if asked.path == "/":
            return JSONResponse({"name": "Stall", "items": f"{asked.base}/api/items?page=1"})
        if asked.path == "/api/items":
            rows = [
                {
                    "title": one.title,
                    "price": one.amount,
                    "url": f"{asked.base}/api/item/{one.number}",
                }
                for one in page_of(_GOODS, number, 6)
            ]
            more = f"{asked.base}/api/items?page={number + 1}" if len(rows) == 6 else None
            return JSONResponse({"items": rows, "next": more})
        one = _BY_NUMBER.get(asked.path.rpartition("/")[2])
        return one and JSONResponse(
            {"id": one.number, "title": one.title, "price": one.amount, "currency": "EUR",
             "seller": {"id": str(one.seller_number), "name": one.seller}}
        )  # fmt: skip

    return Kind(answers, _GOODS)


def moved() -> Kind:
    """Give a Japanese shop whose front page leads to a language's path; titles are links' alone."""

    def answers(asked: Asked) -> Response | str | None:
        names = [name for name in asked.path.split("/") if name]
        menu = "".join(f"<a href='/ja/list-{at}'>{name}</a>" for at, name in enumerate(_KINDS))
        if not names:
            return RedirectResponse("/ja/", status_code=302)
        if names == ["ja"]:
            return f"<html lang=ja><body><h1>市場</h1>{menu}</body></html>"
        if len(names) == 2 and names[1].startswith("list-"):
            every = tuple(one for one in _GOODS if str(one.kind) == names[1][5:6])
            number = int(names[1].partition("-p")[2] or 1)
            cards = "".join(
                f"<div class=x><a href='/ja/item/{one.number}.html'>{one.title}</a><span>"
                f"{one.cents:,}円</span></div>"
                for one in page_of(every, number, 3)
            )
            more = (
                f"<a href='/ja/list-{names[1][5:6]}-p{number + 1}'>次へ</a>" if number == 1 else ""
            )
            return f"<html lang=ja><body>{menu}<h1>一覧</h1>{cards}{more}</body></html>"
        one = _BY_NUMBER.get(names[-1].removesuffix(".html")) if names[1:2] == ["item"] else None
        return one and (
            f"<html lang=ja><body>{menu}<div class=n>{one.title}</div><div class=k>販売価格 <b>"
            f"{one.cents:,}円</b>（税込）</div><div>送料 500円</div><div>出品者：<a href='/ja/user/"
            f"{one.seller_number}'>{one.seller}</a></div></body></html>"
        )

    return Kind(answers, tuple(one._replace(cents=100 * one.cents) for one in _GOODS))
