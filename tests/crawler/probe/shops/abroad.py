"""Marketplaces in other languages and ways of writing prices."""

from __future__ import annotations

from starlette.responses import Response

from tests.crawler.probe.shops.goods import Good, goods, page_of
from tests.crawler.probe.shops.served import Asked, Kind

_KINDS = ("uhren", "guertel", "etuis", "schals")


def german() -> Kind:
    """Give a German shop: 1.299,00 €, a struck-out price, postage, a seller without a page."""
    every = goods()
    by_path = {f"/artikel/{one.number}-{one.slug}.html": one for one in every}
    menu = "".join(f"<a href='/kategorie/{name}/'>{name.title()}</a> " for name in _KINDS)

    def frame(title: str, body: str) -> str:
        return (
            f"<html lang=de><head><meta charset=utf-8><title>{title} - Marktplatz Nord</title>"
            f"</head><body><div id=kopf><a href='/'>Marktplatz Nord</a> {menu}<a href='/impressum'>"
            f"Impressum</a></div><div id=inhalt>{body}</div></body></html>"
        )

    def tile(one: Good) -> str:
        return (
            f"<div class=kachel><a href='/artikel/{one.number}-{one.slug}.html'>{one.title}</a>"
            f"<div>{one.euros}</div></div>"
        )

    def listed(name: str, number: str) -> str:
        own = tuple(one for one in every if _KINDS[one.kind] == name)
        more = f"<a href='/kategorie/{name}/?seite={int(number) + 1}'>weiter</a>"
        tiles = "".join(map(tile, page_of(own, number, 2)))
        return frame(name, f"<h1>{name}</h1>{tiles}{more if len(own) > 2 * int(number) else ''}")

    def shown(one: Good) -> str:
        before = one._replace(cents=one.cents + 5_000).euros
        return frame(
            one.title,
            f"<h1>{one.title}</h1><div class=kasten><span class=uvp>statt <s>{before}</s></span> "
            f"<span class=jetzt>{one.euros}</span> <small>zzgl. Versand 4,99 €</small></div>"
            f"<dl><dt>Zustand</dt><dd>neu</dd><dt>Anbieter</dt><dd>{one.seller}</dd></dl>",
        )

    def answers(asked: Asked) -> Response | str | None:
        first, _, name = asked.path.strip("/").partition("/")
        if asked.path in by_path:
            return shown(by_path[asked.path])
        if first == "kategorie" and name in _KINDS:
            return listed(name, asked.query.get("seite", "1"))
        return frame("Start", "<h1>Willkommen</h1>") if asked.path in {"/", "/impressum"} else None

    return Kind(answers, every)


def chinese() -> Kind:
    """Give a Chinese marketplace in GBK, its pages told apart by parameters."""
    words = ("手表", "皮带", "卡包", "围巾")
    shops = ("海港名品店", "老磨坊商行", "十九号店铺", "燕鸥商贸", "蓝壶小店")
    every = tuple(
        one._replace(
            title=f"{one.title.partition(' ')[0]} {words[one.kind]} 新款{one.number}号",
            seller=shops[one.seller_number - 31],
        )
        for one in goods()
    )
    by_number = {str(one.number): one for one in every}
    menu = "".join(f"<li><a href='/list.php?cid={at}'>{name}</a>" for at, name in enumerate(words))

    def frame(title: str, body: str) -> Response:
        text = (
            f"<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>"
            f"{title}_聚货网</title></head><body><ul>{menu}</ul>{body}</body></html>"
        )
        return Response(text.encode("gbk"), media_type="text/html")

    def card(one: Good) -> str:
        return (
            f"<div class=g><a href='/goods.php?id={one.number}'>{one.title}</a><em>¥"
            f"{one.cents / 100:,.2f}</em></div>".replace("¥", "&yen;")
        )

    def listed(at: str, number: str) -> Response:
        own = tuple(one for one in every if str(one.kind) == at)
        more = f"<a href='/list.php?cid={at}&page={int(number) + 1}'>下一页</a>"
        cards = "".join(map(card, page_of(own, number, 2)))
        last = len(own) > 2 * int(number)
        return frame(words[int(at)], f"<h1>{words[int(at)]}</h1>{cards}{more if last else ''}")

    def shown(one: Good) -> Response:
        return frame(
            one.title,
            f"<div class=tit>{one.title}</div><ul class=attr><li>运费：&yen;12.00</li><li>价格：<b>"
            f"&yen;{one.cents / 100:,.2f}</b></li><li>卖家：<a href='/shop.php?sid="
            f"{one.seller_number}'>{one.seller}</a></li></ul>",
        )

    def answers(asked: Asked) -> Response | str | None:
        if asked.path == "/goods.php" and asked.query.get("id") in by_number:
            return shown(by_number[asked.query["id"]])
        if asked.path == "/list.php" and asked.query.get("cid") in {"0", "1", "2", "3"}:
            return listed(asked.query["cid"], asked.query.get("page", "1"))
        if asked.path == "/shop.php":
            own = [one for one in every if str(one.seller_number) == asked.query.get("sid")]
            return frame(own[0].seller, f"<h1>{own[0].seller}</h1>{''.join(map(card, own))}")
        return frame("首页", "<h1>聚货网</h1>") if asked.path == "/" else None

    return Kind(answers, every)
