"""ruins: a small neglected shop: half of its listings read badly, some addresses are hostile.

A real listing keeps its quirk for ever: its JSON-LD is broken, its encoding is not the one it
declares, its markup is nested deep, its headers are many. All of them can still be read. Addresses
of the form /ware/x-KIND-N are no listings and never can be.
"""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from infra.sandbox.servers import hostile
from infra.sandbox.servers.chance import number
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.linked_data import linked_data
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import euro, german_day, share
from infra.sandbox.world import Offer

PAGE = 20
_QUIRKS = ("broken", "mislabelled", "deep", "headers", "bare")
_CONDITIONS = {"new": "Neu", "used": "Gebraucht", "refurbished": "Generalüberholt"}
_DEPTH = 400


def quirk(item: str) -> str:
    """Say what is wrong with a listing's page; half of them are "fine"."""
    drawn = number("quirk", item) % (2 * len(_QUIRKS))
    return _QUIRKS[drawn] if drawn < len(_QUIRKS) else "fine"


def data(offer: Offer) -> list[tuple[str, str]]:
    """Give the rows of data below the price; what the offer lacks has none."""
    rows: tuple[tuple[str, object], ...] = (
        ("Marke", offer.brand_text),
        ("Zustand", _CONDITIONS.get(offer.condition or "")),
        ("EAN", offer.gtin),
        ("Modell", offer.mpn),
        ("ArtNr", offer.sku),
        ("Kategorie", " > ".join(offer.category)),
        ("Versand", ", ".join(offer.ships_from)),
        ("Versandkosten", None if offer.shipping is None else euro(offer.shipping)),
        ("Verkauft", offer.sold),
        ("Lager", offer.stock),
        ("Eingestellt", german_day(offer.listed_on)),
    )
    return [(name, str(value)) for name, value in rows if value is not None]


def _list(shop: Shop, ask: Ask) -> Answer:
    here = List("Alle Waren", "/waren?seite=", shop.shelf.live())
    return show(shop, here, ask.number("seite"), PAGE, hostile=hostile.ADDRESSES)


def _seller(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/haendler/{seller}?seite=", shop.shelf.of_seller(seller))
    return show(shop, here, ask.number("seite"), PAGE, seller=found, hostile=())


def _hostile(shop: Shop, _ask: Ask, kind: str, at: str) -> Answer:
    made = hostile.KINDS.get(kind)
    return made(int(at)) if made else shop.missing()


def _item(shop: Shop, _ask: Ask, item: str) -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    kind = quirk(item)
    page = shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 4),
        marked_up=_marked_up(shop, offer, kind),
        depth=_DEPTH if kind == "deep" else 0,
    )
    if kind == "headers":
        return msgspec.structs.replace(page, headers=hostile.odd_headers(60))
    if kind == "mislabelled":
        body = page.body.decode().encode("cp1252", "xmlcharrefreplace")
        return msgspec.structs.replace(page, body=body)
    return page


def _marked_up(shop: Shop, offer: Offer, kind: str) -> Markup | None:
    """Give the JSON-LD; cut in the middle, with a comma too many, where it is broken."""
    if kind == "bare":
        return None
    text = linked_data(shop, offer, f"/ware/{offer.listing_id}", "/haendler/")
    return text[: len(text) // 2] + "," if kind == "broken" else text


MARKET = Market(
    name="ruins",
    title="Ruinen",
    language="de",
    routes=(
        (r"/|/waren", _list),
        (r"/ware/x-(?P<kind>[a-z]+)-(?P<at>\d{1,4})", _hostile),
        (r"/ware/(?P<item>[\w.-]+)", _item),
        (r"/haendler/(?P<seller>[\w.-]+)", _seller),
    ),
    robots="\ufeffUSER-AGENT : *\n  disallow:/keller/   # nicht betreten\nGarbage line\n\n",
    trap="/keller/",
    words={"data": data, "euro": euro, "share": share, "german_day": german_day},
)
