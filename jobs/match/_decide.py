"""Decide which brand and product one listing offers, and on what evidence."""

from __future__ import annotations

import msgspec

from conf.brand import Brand
from jobs.match._context import Use, uses
from jobs.match._disguise import guess
from jobs.match._index import Hit, Index
from jobs.match._products import Products
from jobs.match._shown import is_plain, shown, stands_out

STUFFED = 3  # brands in one title
BY_MPN, BY_PHOTO = 0.95, 0.6  # how sure a product is that a number or a photo shows
_WEIGHTIEST: tuple[Use, ...] = ("denied", "compatible", "style")


class Listing(msgspec.Struct, frozen=True):
    """What of a listing its match depends on."""

    listing_key: str
    seller_key: str | None = None
    title: str | None = None
    title_folded: str | None = None
    description: str | None = None
    description_folded: str | None = None
    is_disguised: bool = False
    brand_text: str | None = None
    brand_folded: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    price_usd: float | None = None
    ships_from_country: str | None = None
    photo_product_key: str | None = None


class Match(msgspec.Struct, frozen=True):
    """One row of `listing_matches`."""

    listing_key: str
    seller_key: str | None
    brand: str | None
    brand_source: str | None
    claim: str
    brands_mentioned: list[str]
    mention_text: str | None
    is_mention_disguised: bool
    product_key: str | None
    product_source: str | None
    product_share: float | None
    reference_usd: float | None
    price_to_reference: float | None
    photo_product_key: str | None
    photo_brand: str | None
    is_outside_brand_trade: bool | None
    is_brand_shop: bool
    is_authorised_seller: bool


class Mention(msgspec.Struct, frozen=True):
    """A brand's name in one of the listing's texts."""

    brand: str
    use: Use
    text: str  # as shown
    is_disguised: bool
    is_exact: bool  # an everyday word, written with the capitals of the registered mark


class Evidence(msgspec.Struct, frozen=True):
    """Everything that a listing shows of brands, by where it shows it."""

    by_gtin: str | None  # product_key
    by_mpn: str | None  # product_key
    field: list[Mention]
    title: list[Mention]
    description: list[Mention]
    by_photo: str | None  # product_key


class Matcher:
    """The alliance's brands, ready to be looked for."""

    def __init__(self, brands: tuple[Brand, ...], reference_usd: dict[str, float | None]) -> None:
        self.index = Index(brands)
        self.products = Products(brands, reference_usd)
        self.brands = {brand.key: brand for brand in brands}
        self._is_common = {brand.key: brand.common_words for brand in brands}
        self._names = {
            brand.key: (*brand.marks, *brand.aliases, *brand.nicknames) for brand in brands
        }

    def match(self, listing: Listing) -> Match:
        """Give the row of one listing."""
        seen = self._evidence(listing)
        source, brand = self._brand(seen, listing)
        product_source, product_key, share = self._product(seen, brand, listing)
        claim = _claim(seen, brand, source)
        told = next((one for one in _told(seen, source) if one.brand == brand), None)
        reference = None
        if brand and claim != "compatible":  # what is made for a thing has another price
            reference = self.products.reference(product_key, brand)
        price = listing.price_usd
        return Match(
            listing_key=listing.listing_key,
            seller_key=listing.seller_key,
            brand=brand,
            brand_source=source,
            claim=claim,
            brands_mentioned=sorted({one.brand for one in _all(seen)}),
            mention_text=told.text if told else None,
            is_mention_disguised=bool(told and told.is_disguised),
            product_key=product_key,
            product_source=product_source,
            product_share=share,
            reference_usd=reference,
            price_to_reference=price / reference if price is not None and reference else None,
            photo_product_key=seen.by_photo,
            photo_brand=_brand_of(seen.by_photo),
            is_outside_brand_trade=self._is_outside_trade(brand, listing),
            is_brand_shop=brand is not None and listing.seller_key in self.brands[brand].own_shops,
            is_authorised_seller=brand is not None
            and listing.seller_key in self.brands[brand].authorised_sellers,
        )

    def _evidence(self, listing: Listing) -> Evidence:
        title, description = listing.title_folded, listing.description_folded
        hits = {"title": self.index.find(title), "description": self.index.find(description)}
        number = self.index.find(listing.mpn)
        mpns = [hit.sign.product_key for hit in (*number, *hits["title"], *hits["description"])]
        return Evidence(
            by_gtin=self.products.by_gtin.get(listing.gtin or ""),
            by_mpn=next((key for key in mpns if key), None),
            field=self._mentions(listing.brand_text, listing.brand_folded, None, listing),
            title=self._mentions(listing.title, title, hits["title"], listing),
            description=self._mentions(
                listing.description, description, hits["description"], listing
            ),
            by_photo=listing.photo_product_key,
        )

    def _mentions(
        self, original: str | None, folded: str | None, hits: list[Hit] | None, listing: Listing
    ) -> list[Mention]:
        if not original or not folded:
            return []
        found = self.index.find(folded) if hits is None else hits
        named = [hit for hit in found if hit.sign.kind != "mpn"]
        guessed = [] if named else guess(self.index, folded, is_disguised=listing.is_disguised)
        named = named or guessed
        return [
            self._mention(original, folded, hit, use, is_guessed=bool(guessed))
            for hit, use in zip(named, uses(folded, named), strict=True)
        ]

    def _mention(
        self, original: str, folded: str, hit: Hit, use: Use, *, is_guessed: bool
    ) -> Mention:
        text = shown(original, folded, hit.start, hit.end)
        brand = hit.sign.brand
        names = self._names[brand]
        is_disguised = is_guessed or not is_plain(text, hit.sign.phrase, names)
        # Asked only of names that may be everyday words.
        is_exact = self._is_common[brand] and text in names and stands_out(original, text)
        return Mention(brand, use, text, is_disguised, is_exact)

    def _brand(self, seen: Evidence, listing: Listing) -> tuple[str | None, str | None]:
        """Give where the brand shows most strongly, and the brand."""
        for source, key in (("gtin", seen.by_gtin), ("mpn", seen.by_mpn)):
            if key:
                return source, _brand_of(key)
        if seen.field:
            return "brand_field", seen.field[0].brand
        for source, mentions in (("title", seen.title), ("description", seen.description)):
            for one in mentions:
                if self._is_meant(one, listing):
                    return source, one.brand
        return ("photo", _brand_of(seen.by_photo)) if seen.by_photo else (None, None)

    def _is_meant(self, one: Mention, listing: Listing) -> bool:
        """Tell whether a name that may be an everyday word stands for the brand here."""
        if not self._is_common[one.brand]:
            return True
        return one.is_exact or self.products.named(one.brand, listing.title_folded) is not None

    def _product(
        self, seen: Evidence, brand: str | None, listing: Listing
    ) -> tuple[str | None, str | None, float | None]:
        """Give what shows the product, the product and how sure it is."""
        if brand is None:
            return None, None, None
        if seen.by_gtin:
            return "gtin", seen.by_gtin, 1.0
        if seen.by_mpn:
            return "mpn", seen.by_mpn, BY_MPN
        if named := self.products.named(brand, listing.title_folded):
            return "name", named.product_key, named.share
        if seen.by_photo and _brand_of(seen.by_photo) == brand:
            return "photo", seen.by_photo, BY_PHOTO
        return None, None, None

    def _is_outside_trade(self, brand: str | None, listing: Listing) -> bool | None:
        """Tell whether it ships from where the brand's trade does not; None when not known."""
        if brand is None or listing.ships_from_country is None:
            return None
        trade = self.brands[brand].ships_from
        return listing.ships_from_country not in trade if trade else None


def _brand_of(product_key: str | None) -> str | None:
    return product_key.partition("/")[0] if product_key else None


def _all(seen: Evidence) -> list[Mention]:
    return [*seen.field, *seen.title, *seen.description]


def _told(seen: Evidence, source: str | None) -> list[Mention]:
    """Give the mentions, those of the place that shows the brand first."""
    return [*seen.field, *_all(seen)] if source == "brand_field" else [*seen.title, *_all(seen)]


def _claim(seen: Evidence, brand: str | None, source: str | None) -> str:
    """Tell how the brand is used; the title governs, and a denial anywhere is a denial."""
    if brand is None:
        return "none"
    title = {one.use for one in seen.title if one.brand == brand}
    described = {one.use for one in seen.description if one.brand == brand}
    if "denied" in title | described:
        return "denied"
    for use in _WEIGHTIEST:
        if use in (title or (set() if seen.field else described)):
            return use
    if source == "photo":
        return "photo_only"
    is_stuffed = len({one.brand for one in seen.title}) >= STUFFED
    return "several" if is_stuffed and source not in {"gtin", "mpn"} else "claim"
