"""Decide which brand and product one listing offers, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec
import polars as pl

from conf.brand import Brand
from conf.weights import Weights
from jobs.match._context import Use
from jobs.match._index import Index
from jobs.match._mentions import Mention, Said, names, numbers, said
from jobs.match._products import Answer, Clues, Products

STUFFED = 3  # brands in one title
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


SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(Listing.__struct_fields__, pl.String),
    "is_disguised": pl.Boolean,
    "price_usd": pl.Float64,
}


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
    product_probability: float
    brand_probability: float
    no_brand_probability: float
    reference_usd: float | None
    price_to_reference: float | None
    photo_product_key: str | None
    photo_brand: str | None
    is_outside_brand_trade: bool | None
    is_brand_shop: bool
    is_authorised_seller: bool


class Evidence(msgspec.Struct, frozen=True):
    """Everything that a listing shows of brands, by where it shows it."""

    by_gtin: str | None = None  # product_key
    by_mpn: tuple[str, ...] = ()  # product_keys, as their numbers stand
    field: list[Mention] = []
    title: list[Mention] = []
    description: list[Mention] = []
    by_photo: str | None = None  # product_key


class Matcher:
    """The alliance's brands, ready to be looked for."""

    def __init__(
        self,
        brands: tuple[Brand, ...],
        reference_usd: dict[str, float | None],
        weights: Weights | None = None,
    ) -> None:
        """Take the alliance, what its products cost, and other weights than conf/weights.yaml."""
        self.index = Index(brands)
        self.products = Products(brands, reference_usd, weights)
        self.brands = {brand.key: brand for brand in brands}
        self._names = names(brands)
        self._of_none = msgspec.structs.astuple(self._match(Listing(""), Evidence()))[2:]

    def match(self, listing: Listing) -> Match:
        """Give the row of one listing."""
        return self.match_each(_frame(listing))[0]

    def match_each(self, listings: pl.DataFrame) -> list[Match]:
        """Give the row of each listing.

        Args:
            listings: columns of `Listing`, in its order.

        """
        seen = self._evidence(listings)
        shown = dict(zip(seen, listings[[*seen]].iter_rows(), strict=True))
        return [
            self._match(Listing(*shown[row]), seen[row])
            if row in seen
            else Match(*head, *self._of_none)
            for row, head in enumerate(listings.select("listing_key", "seller_key").iter_rows())
        ]

    def evidence(self, listing: Listing) -> Evidence:
        """Give everything that a listing shows of brands."""
        return self._evidence(_frame(listing)).get(0, Evidence())

    def _match(self, listing: Listing, seen: Evidence) -> Match:
        source, brand = self._brand(seen, listing)
        claim = _claim(seen, brand, source)
        product = self.products.answer(brand, clues(seen, claim, listing)) if brand else Answer()
        told = next((one for one in _told(seen, source) if one.brand == brand), None)
        reference = None
        if brand and claim != "compatible":  # what is made for a thing has another price
            reference = self.products.reference(product.product_key, brand)
        price = listing.price_usd
        is_disguised = bool(told and told.is_disguised)
        chance = self.products.brand_chance(source, claim, is_disguised=is_disguised)
        of_product = chance * product.chance
        return Match(
            listing_key=listing.listing_key,
            seller_key=listing.seller_key,
            brand=brand,
            brand_source=source,
            claim=claim,
            brands_mentioned=sorted({one.brand for one in _all(seen)}),
            mention_text=told.text if told else None,
            is_mention_disguised=is_disguised,
            product_key=product.product_key,
            product_source=product.source,
            product_probability=of_product,
            brand_probability=chance - of_product,
            no_brand_probability=1.0 - chance,
            reference_usd=reference,
            price_to_reference=price / reference if price is not None and reference else None,
            photo_product_key=seen.by_photo,
            photo_brand=_brand_of(seen.by_photo),
            is_outside_brand_trade=self._is_outside_trade(brand, listing),
            is_brand_shop=brand is not None and listing.seller_key in self.brands[brand].own_shops,
            is_authorised_seller=brand is not None
            and listing.seller_key in self.brands[brand].authorised_sellers,
        )

    def _evidence(self, listings: pl.DataFrame) -> dict[int, Evidence]:
        """Give what each listing shows of brands, by row; many show nothing."""
        keys = self.products.by_gtin
        gtins = {row: keys[gtin] for row, gtin in _given(listings["gtin"]) if gtin in keys}
        title = self._said(listings, "title", "title_folded")
        description = self._said(listings, "description", "description_folded")
        field = self._said(listings, "brand_text", "brand_folded")
        own = numbers(self.index.find_each(listings["mpn"]))
        given = (own, title.numbers, description.numbers)
        photos = dict(_given(listings["photo_product_key"]))
        named = (one.mentions for one in (field, title, description))
        rows = sorted({*gtins, *photos, *chain(*given), *chain(*named)})
        return {
            row: Evidence(
                by_gtin=gtins.get(row),
                by_mpn=tuple(key for one in given for key in one.get(row, ())),
                field=field.mentions.get(row, []),
                title=title.mentions.get(row, []),
                description=description.mentions.get(row, []),
                by_photo=photos.get(row),
            )
            for row in rows
        }

    def _said(self, listings: pl.DataFrame, shown: str, folded: str) -> Said:
        is_disguised = listings["is_disguised"]
        return said(self.index, self._names, listings[shown], listings[folded], is_disguised)

    def _brand(self, seen: Evidence, listing: Listing) -> tuple[str | None, str | None]:
        """Give where the brand shows most strongly, and the brand."""
        if seen.by_gtin or seen.by_mpn:
            source = "gtin" if seen.by_gtin else "mpn"
            return source, _brand_of(seen.by_gtin or seen.by_mpn[0])
        if seen.field:
            return "brand_field", seen.field[0].brand
        for source, mentions in (("title", seen.title), ("description", seen.description)):
            for one in mentions:
                if self._is_meant(one, listing):
                    return source, one.brand
        return ("photo", _brand_of(seen.by_photo)) if seen.by_photo else (None, None)

    def _is_meant(self, one: Mention, listing: Listing) -> bool:
        """Tell whether a name that may be an everyday word stands for the brand here."""
        if not self._names[one.brand].is_common:
            return True
        return one.is_exact or self.products.is_named(one.brand, listing.title_folded)

    def _is_outside_trade(self, brand: str | None, listing: Listing) -> bool | None:
        """Tell whether it ships from where the brand's trade does not; None when not known."""
        if brand is None or listing.ships_from_country is None:
            return None
        trade = self.brands[brand].ships_from
        return listing.ships_from_country not in trade if trade else None


def clues(seen: Evidence, claim: str, listing: Listing) -> Clues:
    """Give what of a listing tells its product."""
    return Clues(
        title=listing.title_folded or "",
        description=listing.description_folded or "",
        mpn=listing.mpn or "",
        by_gtin=seen.by_gtin,
        by_mpn=frozenset(seen.by_mpn),
        by_photo=seen.by_photo,
        price_usd=listing.price_usd,
        claim=claim,
    )


def _frame(listing: Listing) -> pl.DataFrame:
    return pl.DataFrame([msgspec.structs.asdict(listing)], schema=SCHEMA)


def _given(column: pl.Series) -> Iterator[tuple[int, str]]:
    """Give rows and values of those that have one."""
    rows = column.is_not_null().arg_true()
    return zip(rows, column[rows], strict=True)


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
