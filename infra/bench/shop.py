"""A shop on loopback for benchmarks of crawling: nginx, product pages of 60 to 119 KB, lists.

Everything on it is made here. There are a hundred pages on the disk; nginx writes the number that
was asked for into them, so every product has its own bytes and the disk holds none of them twice.
Each links to a menu, to nine neighbours and out of the shop, as real ones do.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NGINX = "/usr/sbin/nginx"
FIRST, FORMS, A_LIST, FEW = 10_000, 100, 40, 10
_SAID = (
    "strap steel sapphire dial case leather bracelet quartz water resistant classic sport gift "
    "box warranty delivery return day light black silver blue small large men women original "
    "new with for and the of in stock order today free made from quality movement battery clasp "
    "size "
)
_WORDS = _SAID.split()
_CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 100000; default_type text/html; charset utf-8;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www;
    location ~ "^/item/(?<tens>\\d+?(?<ten>\\d))(?<one>\\d)$" {{
      sub_filter_once off; sub_filter "{{{{number}}}}" $tens$one; sub_filter "{{{{tens}}}}" $tens;
      try_files /pages/$ten$one.html =404;
    }}
  }}
}}
"""


@contextmanager
def shop(pages: int) -> Iterator[str]:
    """Serve a shop of so many products until the block ends; gives its address.

    Its lists begin at `/list/1.html`; those of its first ten products alone at `/few/1.html`.
    """
    if not Path(NGINX).exists():
        sys.exit(
            f"{NGINX} is not here; `WITH_NGINX=1 make services` brings it (as root, on Debian)"
        )
    with tempfile.TemporaryDirectory(prefix="shop-") as name:
        folder, port = Path(name), _free_port()
        folder.chmod(0o755)  # nginx's worker is another user
        _write(folder / "www", pages)
        config = folder / "nginx.conf"
        config.write_text(_CONFIG.format(folder=folder, port=port))
        server = subprocess.Popen(  # noqa: S603 - our own configuration
            [NGINX, "-p", name, "-c", str(config)]
        )
        try:
            _await(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def page(form: int) -> str:
    """Give one product page with places for its number and for that of its ten neighbours."""
    chance = random.Random(form)  # noqa: S311 - repeatable
    size = chance.randint(60_000, 119_000)
    name = f"{_say(chance, 4).title()} {{{{number}}}}"
    price = f"{chance.randint(15, 900)}.{chance.randint(0, 99):02d}"
    head = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name} | Shop</title>'
        f'<link rel="canonical" href="/item/{{{{number}}}}">'
        f'<meta property="og:title" content="{name}"><meta property="og:type" content="product">'
        f'<meta name="description" content="{_say(chance, 20)}">'
        f"<style>{_style(chance, size // 5)}</style>"
        f'<script type="application/ld+json">{json.dumps(_product(chance, name, price))}</script>'
        f'<script type="application/ld+json">{json.dumps(_trail(chance))}</script></head>'
    )
    body = (
        f'<body><nav><ul>{_menu(chance)}</ul></nav><main><h1 class="product-title">{name}</h1>'
        f'<div class="gallery">{_gallery()}</div><p class="price">€{price}</p>'
        f'<form><button type="submit">Add to cart</button></form>'
        f"<div class='description'><p>{_say(chance, 120)}</p><p>{_say(chance, 80)}</p></div>"
        f"<table>{_table(chance)}</table></main><aside>{_neighbours(chance)}</aside>"
    )
    script = f"<script>window.settings={_settings(chance, size // 4)};</script>"
    reviews = _reviews(chance, size - len(head) - len(body) - len(script))
    foot = '<footer><a href="https://social.example/shop">Follow us</a></footer></body></html>'
    return f"{head}{body}<section>{reviews}</section>{script}{foot}"


def index(numbers: list[int], more: str | None) -> str:
    """Give a list of products."""
    chance = random.Random(numbers[0])  # noqa: S311 - repeatable
    cards = "".join(
        f'<article class="card"><a href="/item/{one}"><img src="/img/{one}.jpg" alt=""></a>'
        f'<h2><a class="item card-link" href="/item/{one}">{_say(chance, 6)}</a></h2>'
        f"<p>{_say(chance, 30)}</p>"
        f'<span class="price">€{chance.randint(9, 900)}.00</span></article>'
        for one in numbers
    )
    link = f'<a rel="next" class="next" href="{more}">more</a>' if more else ""
    return f"<!DOCTYPE html><html><body><ul>{_menu(chance)}</ul>{cards}{link}</body></html>"


def _write(www: Path, pages: int) -> None:
    for name in ("pages", "list", "few"):
        (www / name).mkdir(parents=True)
    for form in range(FORMS):
        (www / "pages" / f"{form:02d}.html").write_text(page(form), encoding="utf-8")
    (www / "robots.txt").write_text("User-agent: *\nDisallow: /internal/\nDisallow: /cart\n")
    last = (pages - 1) // A_LIST + 1
    for at in range(1, last + 1):
        begin = FIRST + (at - 1) * A_LIST
        numbers = list(range(begin, min(begin + A_LIST, FIRST + pages)))
        more = f"/list/{at + 1}.html" if at < last else None
        (www / "list" / f"{at}.html").write_text(index(numbers, more), encoding="utf-8")
    few = index(list(range(FIRST, FIRST + FEW)), None)
    (www / "few" / "1.html").write_text(few, encoding="utf-8")


def _product(chance: random.Random, name: str, price: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "description": _say(chance, 100),
        "image": [f"/img/{{{{number}}}}-{side}.jpg" for side in range(4)],
        "sku": "SKU-{{number}}",
        "mpn": f"M{chance.randint(1000, 9999)}",
        "brand": {"@type": "Brand", "name": chance.choice(("Aurelis", "Nordwand", "Kestrel"))},
        "offers": {
            "@type": "Offer",
            "url": "/item/{{number}}",
            "price": price,
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/NewCondition",
        },
    }


def _trail(chance: random.Random) -> dict[str, object]:
    steps = [
        {"@type": "ListItem", "position": at, "name": _say(chance, 2), "item": f"/category/{at}"}
        for at in range(1, 4)
    ]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": steps,
    }


def _say(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


def _menu(chance: random.Random) -> str:
    return "".join(
        f'<li class="menu-item"><a class="menu-link" href="/category/{one // 8}/{one}?utm_source='
        f'menu">{_say(chance, 2)}</a></li>'
        for one in range(60)
    )


def _gallery() -> str:
    return "".join(f'<img src="/img/{{{{number}}}}-{side}.jpg" alt="">' for side in range(4))


def _table(chance: random.Random) -> str:
    rows = (f"<tr><th>{_say(chance, 1)}</th><td>{_say(chance, 3)}</td></tr>" for _ in range(15))
    return "".join(rows)


def _neighbours(chance: random.Random) -> str:
    return "".join(
        '<div class="card"><a class="card-link" '
        f'href="/item/{{{{tens}}}}{one}?ref=related&amp;utm_campaign=also">'
        f'<img src="/img/{{{{tens}}}}{one}-0.jpg" alt=""><span>{_say(chance, 5)}</span></a></div>'
        for one in range(10)
    )


def _reviews(chance: random.Random, size: int) -> str:
    made, length = [], 0
    while length < size:
        made.append(
            f'<div class="review"><div class="stars" data-stars="{chance.randint(1, 5)}"><i></i>'
            f'<i></i></div><h3 class="review-title">{_say(chance, 4)}</h3><p class="review-text">'
            f'{_say(chance, 35)}</p><span class="by">{_say(chance, 1)}</span></div>'
        )
        length += len(made[-1])
    return "".join(made)


def _style(chance: random.Random, size: int) -> str:
    rule = ".{a}-{b} .{b}{{margin:{n}px;padding:{n}px;color:#{c:06x};display:flex}}"
    made, length = [], 0
    while length < size:
        a, b = chance.choice(_WORDS), chance.choice(_WORDS)
        made.append(rule.format(a=a, b=b, n=chance.randint(0, 40), c=chance.randrange(1 << 24)))
        length += len(made[-1])
    return "".join(made)


def _settings(chance: random.Random, size: int) -> str:
    made: dict[str, object] = {}
    length = 0
    while length < size:
        key, said = f"{_say(chance, 1)}{len(made)}", _say(chance, 6)
        made[key] = {"label": said, "value": chance.randint(0, 9999), "is_on": True}
        length += len(key) + len(said) + 50
    return json.dumps(made)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nginx (process of {os.getpid()}) does not answer on port {port}")
