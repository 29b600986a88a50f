"""Whether a page offers its product to buyers, where no markup tells it."""

# ruff: noqa: E501, RUF001 - words of many languages on purpose, some of them wide

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.pages.page import Page
from crawler.pages.syntax.about import below_title

IN_STOCK, OUT_OF_STOCK = "in stock", "out of stock"
_BUY = re.compile(
    r"add to (?:your |shopping )?(?:cart|bag|basket|trolley|order)|buy (?:it )?now|^buy$|place bid"
    r"|(?:currently|now) in stock|^in stock|contact (?:the )?seller|message seller|make (?:an )?offer"
    r"|in den (?:warenkorb|einkaufswagen)|jetzt kaufen|sofort kaufen|auf lager|kontaktieren$"
    r"|ajouter au panier|^acheter|en stock|a[ñn]adir (?:al? carrito|a la cesta)|^comprar"
    r"|aggiungi al carrello|^acquista|disponibile|dodaj do koszyka|^kup (?:teraz|w\b|online)"
    r"|do koš[ií]k[au]|^kúpiť|^koupit|skladom|skladem|v košarico|^kupi$|na zalogi|u košaricu"
    r"|adicionar ao carrinho|em stock|in winkelwagen|op voorraad|lägg i|læg i kurv|i lager"
    r"|į krepšelį|pievienot grozam|ielikt grozā|ostukorvi|в корзину|^купить|в наличии"
    r"|加入購物車|加入购物车|放入購物車|立即購買|立即购买|カートに入れる|장바구니|kosárba|sepete ekle"
    r"|أضف (?:إلى|الى)",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"out of stock|sold out|currently unavailable|no longer available|ausverkauft"
    r"|nicht (?:mehr )?(?:verfügbar|lieferbar)|derzeit nicht|épuisé|indisponible|rupture de stock"
    r"|agotado|esaurito|non disponibile|wyprzedan|niedostępn|vypredan|vyprodán|razprodano"
    r"|rasprodano|nije dostup|esgotado|uitverkocht|нет в наличии|снят с производства"
    r"|售完|缺貨|缺货|売り切れ|품절|stokta yok|slutsåld|udsolgt",
    re.IGNORECASE,
)
_LONGEST = 45  # longer texts speak about buying
_FAR = 400  # texts below the title; what follows is about other things
_INPUTS = 'input[type="submit"][value], input[type="button"][value], button[aria-label]'
_MOST = 60


def availability(page: Page, title: str | None) -> str | None:
    """Say whether the product can be bought: by the first words below the title that tell."""
    for text in (*below_title(page, title)[:_FAR], *_stated(page)):
        if len(text) <= _LONGEST:
            if _OUT.search(text):
                return OUT_OF_STOCK
            if _BUY.search(text):
                return IN_STOCK
    return None


def _stated(page: Page) -> Iterator[str]:
    """Give what buttons say in an attribute."""
    for node in page.tree.css(_INPUTS)[:_MOST]:
        attributes = node.attributes
        if "disabled" not in attributes:
            yield attributes.get("value") or attributes.get("aria-label") or ""
