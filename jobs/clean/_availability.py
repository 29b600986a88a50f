"""Read availability: in_stock, out_of_stock or preorder."""

from __future__ import annotations

import re

# In this order: "not in stock" and "nicht auf Lager" hold the words of the opposite.
_WORDS = {
    "preorder": r"pre.?order|pre.?sale|back.?order|vorbestell|précommande|preventa|pr[eé]venda"
    r"|preordine|предзаказ|预售|予約",
    "out_of_stock": (
        r"out.?of.?stock|sold.?out|\bsold\b|not in stock|unavailable|not available|discontinued"
        r"|ausverkauft|nicht (?:auf lager|verfügbar|vorrätig)|vergriffen|épuisé|indisponible"
        r"|rupture"
        r"|agotad|sin existencias|no disponible|vendido|esgotad|indispon[ií]vel|esaurit|venduto"
        r"|нет в наличии|продан|售罄|卖光|已售|无货|下架|缺货|売り切れ|품절|^false$|^0$"
    ),
    "in_stock": (
        r"in.?stock|\bavailable|limited.?availability|in.?store.?only|online.?only|auf lager"
        r"|verfügbar|vorrätig|lieferbar|en stock|disponible|disponibile|dispon[ií]vel|en existencia"
        r"|(?:usually|normally) (?:ships|dispatched)|\bships (?:with)?in\b|expédié sous"
        r"|versandfertig|в наличии|有货|现货|在售|在庫|\d+\s+(?:left|units|pieces|stück|piezas)"
        r"|^true$|^[1-9]\d*$"
    ),
}
_PATTERNS = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}


def availability(text: str | None) -> str | None:
    """Give the availability that words or a schema.org address name; None when they name none."""
    if text is None:
        return None
    words = (text.rpartition("/")[2] if "schema.org" in text else text).strip()
    return next((name for name, p in _PATTERNS.items() if p.search(words)), None)
