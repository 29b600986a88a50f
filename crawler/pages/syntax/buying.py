"""Whether a page offers its product to buyers, where no markup tells it."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawler.pages.page import Page
from crawler.pages.syntax.text import line

IN_STOCK, OUT_OF_STOCK = "in stock", "out of stock"
_BUTTONS = (
    'button, input[type="submit"], input[type="button"], a[class*="btn" i], a[class*="button" i], '
    'a[class*="cart" i], a[class*="buy" i], [role="button"], [id*="addtocart" i], '
    '[id*="add-to-cart" i], [class*="add-to-cart" i], [class*="addtocart" i]'
)
_BUY = re.compile(
    r"add to (?:cart|bag|basket|trolley)|buy (?:it )?now|\bbuy\b|in den (?:warenkorb|einkaufswagen)"
    r"|jetzt kaufen|ajouter au panier|acheter|a[ñn]adir (?:al? carrito|a la cesta)|comprar"
    r"|aggiungi al carrello|acquista|dodaj do koszyka|kup teraz|do koš[ií]k[au]|kúpiť|koupit"
    r"|v košarico|dodaj v|u košaricu|dodaj u|adicionar ao carrinho|in winkelwagen"
    r"|lägg i|læg i kurv|i grozu|į krepšelį|в корзину|купить|加入購物車|加入购物车|立即購買"
    r"|カートに入れる|장바구니|place bid|kosárba|sepete ekle|أضف",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"out of stock|sold out|currently unavailable|no longer available|ausverkauft"
    r"|nicht verfügbar|derzeit nicht|épuisé|indisponible|agotado|esaurito|non disponibile"
    r"|wyprzedan|vypredan|vyprodán|razprodano|rasprodano|esgotado|uitverkocht|нет в наличии"
    r"|售完|已售完|缺貨|売り切れ|품절",
    re.IGNORECASE,
)
_MARKS = (
    '[class*="availab" i], [id*="availab" i], [class*="stock" i], [id*="stock" i], '
    '[class*="sold-out" i], [class*="soldout" i]'
)
_LONGEST = 80
_MOST = 300


def availability(page: Page) -> str | None:
    """Say what a page shows of its product: a word for it, else whether it can be bought."""
    for node in page.tree.css(_MARKS)[:_MOST]:
        text = line(node.text(separator=" "))
        if text and len(text) <= _LONGEST and _OUT.search(text):
            return text
    offers = [node for node in page.tree.css(_BUTTONS)[:_MOST] if _is_offer(node)]
    if not offers:
        return None
    return IN_STOCK if any(not _is_off(node) for node in offers) else OUT_OF_STOCK


def _is_offer(node: LexborNode) -> bool:
    attributes = node.attributes
    said = (line(node.text(separator=" ")), attributes.get("value"), attributes.get("title"),
            attributes.get("aria-label"))  # fmt: skip
    text = " ".join(one for one in said if one)
    return bool(text) and len(text) <= _LONGEST and _BUY.search(text) is not None


def _is_off(node: LexborNode) -> bool:
    attributes = node.attributes
    names = (attributes.get("class") or "").lower().split()
    return "disabled" in attributes or "disabled" in names
