"""Whether a page offers its product to buyers, where no markup tells it."""

# ruff: noqa: E501, RUF001 - words of many languages on purpose, some of them wide

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.pages.page import Page
from crawler.pages.syntax.about import below_title

IN_STOCK, OUT_OF_STOCK = "in stock", "out of stock"
_BUY = re.compile(  # on small letters: to look for both cases costs five times as much
    r"add\s+to\s+(?:your |my |shopping )?(?:cart|bag|basket|trolley|order)|buy (?:it )?now|^buy$|place (?:a )?bid"
    r"|bid now|^order now|(?:currently|now) in stock|^in stock|^available(?: now| online)?$|contact (?:the )?seller"
    r"|message seller|make (?:an )?offer|chat with seller|pre-?order (?:now|it)|^pre-?order$"
    r"|in den (?:warenkorb|einkaufswagen)|in die einkaufstasche|jetzt (?:kaufen|bestellen)|sofort (?:kaufen|lieferbar)"
    r"|^auf lager|^lieferbar|kontaktieren$|nachricht (?:senden|schreiben)"
    r"|ajouter au panier|^acheter|^commander$|en stock|contacter (?:le )?vendeur"
    r"|(?:a[ñn]adir|agregar) (?:al? carrito|a la (?:cesta|bolsa))|^comprar|^en existencia"
    r"|aggiungi al carrello|^acquista|disponibile|^metti nel carrello|disponible"
    r"|dodaj do koszyka|^do koszyka|^kup (?:teraz|w\b|online)|^kup$|^w magazynie|^dostępny"
    r"|do koš[ií]k[au]|^kúpiť|^koupit|skladom|skladem|v košarico|^kupi$|na zalogi|na lageru|u košaricu|^dobavljivo"
    r"|adicionar ao carrinho|adicionar à sacola|em stock|em estoque|in (?:de )?winkel(?:wagen|mand)|op voorraad"
    r"|lägg i|köp nu|^köp$|læg i kurv|i lager|på lager|legg i handlekurv|lisää ostoskoriin|varastossa"
    r"|į krepšelį|pievienot grozam|ielikt grozā|ostukorvi|в корзину|^купить|в наличии|до кошика|^купити"
    r"|в наявності|добави в количката|adaug[ăa] [îi]n co[șşs]|[îi]n stoc|προσθήκη στο καλάθι"
    r"|加入購物車|加入购物车|放入購物車|立即購買|立即购买|加入購物籃|立刻购买|有貨|有货|現貨|现货"
    r"|カートに入れる|買い物かごに入れる|購入手続き|在庫あり|장바구니|구매하기|kosárba|raktáron|sepete ekle"
    r"|أضف (?:إلى|الى)|הוסף לסל|thêm vào giỏ|tambah ke (?:troli|keranjang)|beli sekarang"
)
_OUT = re.compile(
    r"out of stock|sold out|currently unavailable|no longer (?:available|sold)|temporarily unavailable"
    r"|(?:item|product) (?:is )?unavailable|not available online|notify me when|email me when|back in stock alert"
    r"|this (?:listing|auction) (?:has )?(?:was )?ended|^discontinued"
    r"|ausverkauft|nicht (?:mehr )?(?:verfügbar|lieferbar|vorrätig)|derzeit nicht|leider vergriffen"
    r"|épuisé|indisponible|rupture de stock|plus disponible|prévenez-moi"
    r"|agotado|sin existencias|no disponible|esaurito|non (?:più )?disponibile"
    r"|wyprzedan|niedostępn|brak w magazynie|powiadom o dostępności"
    r"|vypredan|vyprodán|není skladem|nie je skladom|nedostupn|razprodano|ni na zalogi|rasprodano|nije dostup"
    r"|esgotado|indispon[ií]vel|uitverkocht|niet (?:meer )?(?:leverbaar|op voorraad)"
    r"|нет в наличии|снят с производства|нет на складе|немає в наявності|продано"
    r"|售完|缺貨|缺货|補貨中|已售罄|無庫存|売り切れ|在庫切れ|在庫なし|販売終了|품절|stokta yok|tükendi"
    r"|slutsåld|udsolgt|utsolgt|loppuunmyyty|elfogyott|stoc epuizat|εξαντλήθηκε|hết hàng"
)
# What schema.org, feeds and tag managers write; anything else is words for `_OUT` and `_BUY`.
_STATES = {
    "instock": IN_STOCK, "limitedavailability": IN_STOCK, "onlineonly": IN_STOCK,
    "instoreonly": IN_STOCK, "preorder": IN_STOCK, "presale": IN_STOCK, "backorder": IN_STOCK,
    "available": IN_STOCK, "availablefororder": IN_STOCK, "outofstock": OUT_OF_STOCK,
    "soldout": OUT_OF_STOCK, "discontinued": OUT_OF_STOCK, "oos": OUT_OF_STOCK,
    "notavailable": OUT_OF_STOCK, "unavailable": OUT_OF_STOCK,
}  # fmt: skip
_NO_LETTER = re.compile(r"[\W_]+")
_LONGEST = 45  # longer texts speak about buying
_FAR = 400  # texts below the title; what follows is about other things
_INPUTS = 'input[type="submit"][value], input[type="button"][value], button[aria-label]'
_MOST = 60
_CONTROLS = ", ".join(
    f'{tag}[{attribute}*="{word}" i]'
    for tag in ("button", "input", "a", "form")
    for attribute in ("class", "id", "name", "action")
    for word in ("addtocart", "add-to-cart", "add_to_cart", "addtobasket", "add-to-ba", "buy-now")
    if (attribute == "action") == (tag == "form")
)


def state(text: str | None) -> str | None:
    """Say what a stated availability means; None for what it does not tell."""
    if not text:
        return None
    word = _NO_LETTER.sub("", text.rpartition("/")[2]).casefold()
    if word in _STATES:
        return _STATES[word]
    return _by_words(text)


def _by_words(text: str) -> str | None:
    lowered = text.lower()
    if _OUT.search(lowered):
        return OUT_OF_STOCK
    return IN_STOCK if _BUY.search(lowered) else None


def availability(page: Page, title: str | None) -> str | None:
    """Say whether the product can be bought: by the first words below the title that tell."""
    for text in (*below_title(page, title)[:_FAR], *_stated(page)):
        if len(text) <= _LONGEST and (said := _by_words(text)) is not None:
            return said
    return _by_control(page)


def _stated(page: Page) -> Iterator[str]:
    """Give what buttons say in an attribute."""
    for node in page.all(_INPUTS)[:_MOST]:
        attributes = node.attributes
        if "disabled" not in attributes:
            yield attributes.get("value") or attributes.get("aria-label") or ""


def _by_control(page: Page) -> str | None:
    """Give what a button that is named for the cart tells, whatever language it speaks."""
    return IN_STOCK if page.first(_CONTROLS) is not None else None
