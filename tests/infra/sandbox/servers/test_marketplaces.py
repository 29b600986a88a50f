"""Every marketplace shows what the world holds, and nothing that changes by itself."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.sandbox.servers import aurora, bazaar, harbor, jishi, plaza
from infra.sandbox.servers.exchange import Answer, Ask
from infra.sandbox.servers.marketplaces import MARKETS
from infra.sandbox.servers.shop import Shop, answer
from infra.sandbox.servers.wording import dollar, euro, indian, latin, plain, pound
from infra.sandbox.world import Offer

NAMES = tuple(market.name for market in MARKETS)
HTML = tuple(name for name in NAMES if name not in {"harbor", "aurora"})
TOKEN = {"authorization": f"Bearer {harbor.token()}"}
GetShop = Callable[..., Shop]


def listing(name: str, offer: Offer) -> str:
    """Address of a listing."""
    item = offer.listing_id
    return {
        "harbor": f"/v2/items/{item}",
        "bazaar": bazaar.item_path(offer),
        "kiosk": f"/product/{item}",
        "plaza": plaza.item_path(offer),
        "jishi": f"/xinxi/{item}.html",
        "aurora": f"/_data/product/{item}.json",
        "agora": f"/item/{item}",
        "ruins": f"/ware/{item}",
    }[name]


def price(name: str, offer: Offer) -> str:
    """A listing's price as its marketplace shows it."""
    return {
        "harbor": lambda: plain(offer.price),
        "bazaar": lambda: euro(offer.price),
        "kiosk": lambda: pound(offer.price),
        "plaza": lambda: latin(offer.price, offer.currency),
        "jishi": lambda: jishi.price(offer),
        "aurora": lambda: dollar(offer.price),
        "agora": lambda: indian(offer.price, offer.currency),
        "ruins": lambda: euro(offer.price),
    }[name]()


def ask(shop: Shop, target: str) -> Answer:
    """Ask as a client would who has all it needs."""
    path, _, query = target.partition("?")
    headers = {**TOKEN, "x-aurora-proof": aurora.proof(target)}
    return answer(shop, Ask(path, query, headers=headers))


def seen(found: Answer) -> str:
    """What a reader of a page sees of it, in whichever encoding it really is."""
    for encoding in ("utf-8", "gbk", "cp1252"):
        try:
            return html.unescape(found.body.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise AssertionError("no encoding fits")


def told(name: str, text: str) -> str:
    """A text in the form that a marketplace's page has it in."""
    return json.dumps(text, ensure_ascii=False)[1:-1] if name in {"harbor", "aurora"} else text


@pytest.mark.parametrize("name", NAMES)
def test_a_listing_shows_title_price_and_seller(name: str, shop: GetShop) -> None:
    here = shop(name)
    offers = here.shelf.offers(here.shelf.live()[:12])
    assert offers
    for offer in offers:
        found = ask(here, listing(name, offer))
        seller = here.shelf.seller(offer.seller_id)
        text = " ".join(seen(found).split())
        assert found.status == 200
        assert seller is not None
        for shown in (offer.title, price(name, offer), seller.name):
            assert " ".join(told(name, shown).split()) in text
        assert all(f"/img/{picture}.jpg" in text or picture in text for picture in offer.images)


@pytest.mark.parametrize("name", HTML)
def test_a_listing_looks_like_a_page_of_a_shop(name: str, shop: GetShop) -> None:
    here = shop(name)
    page = ask(here, listing(name, here.shelf.offers(here.shelf.live()[:1])[0])).body
    assert len(page) > (8_000 if name == "ruins" else 15_000)
    assert page.count(b"<script") >= 1
    assert re.search(rb"cookie|Cookie|\xb0\xb2\xc8\xab", page)


@pytest.mark.parametrize("name", NAMES)
def test_two_servers_of_one_seed_show_the_same_bytes(name: str, shop: GetShop) -> None:
    one, other = shop(name), shop(name)
    for offer in one.shelf.offers(one.shelf.live()[:5]):
        target = listing(name, offer)
        assert ask(one, target) == ask(other, target)


@pytest.mark.parametrize("name", NAMES)
def test_what_vanished_is_410_and_what_never_was_404(name: str, shop: GetShop) -> None:
    today, yesterday = shop(name, 3), shop(name, 1)
    went = sorted(set(yesterday.shelf.live()) - set(today.shelf.live()))
    page = {"aurora": "/product/"}.get(name)
    for item in went[:3]:
        old = yesterday.shelf.offer(item)
        assert old is not None
        target = page + item if page else listing(name, old)
        assert ask(today, target).status == 410
    assert ask(today, "/no/such/page").status == 404
    nobody = "nobody-sells-this"
    known = today.shelf.offers(today.shelf.live()[:1])[0]
    target = page + nobody if page else listing(name, known).replace(known.listing_id, nobody)
    assert ask(today, target).status == 404


def pages(shop: Shop, path: str) -> list[Answer]:
    """Pages of a list until one that is past its end."""
    found = []
    for number in range(1, 100):
        page = ask(shop, path.format(number))
        if page.status != 200:
            break
        found.append(page)
    return found


@pytest.mark.parametrize(
    ("name", "path", "link"),
    [
        ("bazaar", "/c/all?page={}", rb'card-link" href="/item/([\w-]+)/'),
        ("kiosk", "/c/all?p={}", rb'itemprop="url" href="/product/([\w-]+)"'),
        ("plaza", "/cat/all?pagina={}", rb'<a href="/articulo/([\w-]+)/'),
        ("jishi", "/liebiao/all/p{}/", rb'href="/xinxi/([\w-]+)\.html"'),
        ("agora", "/c/all?page={}", rb'data-id="([\w-]+)"'),
        ("ruins", "/waren?seite={}", rb'<li><a href="/ware/((?!x-)[\w-]+)"'),
    ],
)
def test_a_list_shows_each_listing_once(name: str, path: str, link: bytes, shop: GetShop) -> None:
    here = shop(name)
    found = [one.decode() for page in pages(here, path) for one in re.findall(link, page.body)]
    assert sorted(found) == sorted(here.shelf.live())


def test_harbor_gives_every_item_by_its_cursors(shop: GetShop) -> None:
    here, found, target = shop("harbor"), [], "/v2/items"
    while target:
        page: dict[str, Any] = json.loads(ask(here, target).body)
        found += [row["id"] for row in page["data"]]
        target = (page["next"] or "").removeprefix(here.address)
    assert found == list(here.shelf.live())
    assert page["next_cursor"] is None


def test_harbor_wants_a_token_and_gives_it_to_its_public_client(shop: GetShop) -> None:
    here = shop("harbor")
    closed = answer(here, Ask("/v2/items"))
    assert closed.status == 401
    assert ("www-authenticate", 'Bearer realm="harbor"') in closed.headers
    assert answer(here, Ask("/oauth/token", "client_id=x&client_secret=x")).status == 401
    sent = b"client_id=public-demo&client_secret=public-demo"
    given = json.loads(answer(here, Ask("/oauth/token", method="POST", body=sent)).body)
    assert given == {"access_token": harbor.token(), "token_type": "Bearer", "expires_in": 86400}
    assert ask(here, "/v2/items?cursor=forged").status == 400


def test_bazaar_has_json_ld_that_parses(shop: GetShop) -> None:
    here = shop("bazaar")
    offer = here.shelf.offers(here.shelf.live()[:1])[0]
    page = ask(here, bazaar.item_path(offer)).body
    marked = re.search(rb'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert marked is not None
    _, product = json.loads(marked[1])["@graph"]
    assert product["name"] == offer.title
    assert product["offers"]["price"] == plain(offer.price)
    assert product["offers"]["seller"]["url"] == here.url(f"/shop/{offer.seller_id}")


def test_bazaar_lists_everything_in_its_gzip_sitemaps(shop: GetShop) -> None:
    here = shop("bazaar")
    names = re.findall(r"<loc>(.*?)</loc>", ask(here, "/sitemap_index.xml").body.decode())
    found = []
    for name in names[:-1]:
        text = gzip.decompress(ask(here, name.removeprefix(here.address)).body).decode()
        found += re.findall(r"/item/([\w-]+)/.*?<lastmod>\d{4}-\d\d-\d\d</lastmod>", text)
    assert found == list(here.shelf.live())
    assert ask(here, "/sitemaps/listings-99.xml.gz").status == 404


def test_plaza_keeps_its_state_in_one_script(shop: GetShop) -> None:
    here = shop("plaza")
    offer = here.shelf.offers(here.shelf.live()[:1])[0]
    page = ask(here, plaza.item_path(offer)).body.decode()
    state = re.search(r"window\.__STATE__ = (.*);</script>", page)
    assert state is not None
    shown = json.loads(state[1])
    product = shown["e"]["p"][shown["x"]]
    assert (product["t"], product["vid"]) == (offer.title, offer.seller_id)
    assert product["pr"]["a"] == float(offer.price)
    assert len(shown["e"]["p"]) > 5


def test_plaza_sends_robots_on_to_another_address(shop: GetShop) -> None:
    here = shop("plaza")
    assert ask(here, "/robots.txt").headers == (("location", here.url("/static/robots.txt")),)
    assert b"Disallow: /interno/" in ask(here, "/static/robots.txt").body


def test_jishi_pages_are_gbk_and_only_half_of_them_say_so_in_the_header(shop: GetShop) -> None:
    here = shop("jishi")
    found = [ask(here, f"/xinxi/{item}.html") for item in here.shelf.live()[:30]]
    assert {page.kind for page in found} == {"text/html", "text/html; charset=gbk"}
    assert all("当前位置" in page.body.decode("gbk") for page in found)
    words = "手表"
    query = words.encode("gbk").hex("%").upper()
    assert words in ask(here, f"/sou?q=%{query}").body.decode("gbk")


def test_aurora_shows_nothing_to_a_client_that_ran_no_script(shop: GetShop) -> None:
    here = shop("aurora")
    offer = here.shelf.offers(here.shelf.live()[:1])[0]
    page = ask(here, f"/product/{offer.listing_id}")
    data = answer(here, Ask(f"/_data/product/{offer.listing_id}.json"))
    assert page.status == 200
    assert offer.title.encode() not in page.body
    assert (data.status, data.body) == (403, b'{"error":"forbidden"}')


@pytest.mark.parametrize(
    "spelling",
    ["/item/{}", "/Item/{}", "/ITEM/{}?utm_source=list&pos=3", "/item/{};jsessionid=0a1b?ref=x"],
)
def test_agora_shows_one_listing_at_many_addresses(spelling: str, shop: GetShop) -> None:
    here = shop("agora")
    item = here.shelf.live()[0]
    assert ask(here, spelling.format(item)).body == ask(here, f"/item/{item}").body


def test_agora_leads_from_past_the_end_to_the_first_page(shop: GetShop) -> None:
    here = shop("agora")
    past = ask(here, "/c/all?page=9999")
    assert (past.status, past.headers) == (302, (("location", here.url("/c/all?page=1")),))
    assert b'<a href="#" data-page="2"' in ask(here, "/c/all?page=1").body
    assert ask(here, "/c/all?color=red&size=s&sort=new").status == 200


def test_agora_has_yesterdays_sitemap(shop: GetShop) -> None:
    today = shop("agora", 2)
    found = re.findall(r"/item/([\w-]+)<", ask(today, "/sitemap.xml").body.decode())
    assert found == list(today.shelf.live(1))
    assert ask(today, "/events/2026/12").is_trap


@pytest.mark.parametrize("name", NAMES)
def test_robots_close_the_trap_and_the_trap_leads_on(name: str, shop: GetShop) -> None:
    here = shop(name)
    robots = ask(here, "/static/robots.txt" if name == "plaza" else "/robots.txt").body.decode()
    closed = [re.sub(r"\s*#.*", "", line) for line in robots.lower().splitlines()]
    assert any(line.split(":")[-1].strip() == here.market.trap for line in closed)
    inside = ask(here, here.market.trap + "a")
    deeper = re.findall(rb'href="([^"]+)"', inside.body)
    assert inside.is_trap
    assert len(deeper) == 8
    assert ask(here, deeper[0].decode()).is_trap


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_the_worlds(name: str, shop: GetShop) -> None:
    here = shop(name)
    pictures = [one for o in here.shelf.offers(here.shelf.live()[:9]) for one in o.images]
    found = ask(here, f"/img/{pictures[0]}.jpg")
    assert (found.status, found.kind) == (200, "image/jpeg")
    assert found.body[:2] == b"\xff\xd8"
    assert ask(here, "/img/none-such.jpg").status == 404
