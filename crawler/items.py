"""What a page can show: the values that page modules, feeds and the crawl hand to each other.

A page module is one file `crawler/pages/<name>.py`; a platform's YAML names it in `pages:`. It may
hold any of these functions, and needs at least `listing` and `links`:

    def kind(page: Page) -> Kind            # default: `kinds` of the platform's YAML
    def listing(page: Page) -> Observation | Gone | None
    def seller(page: Page) -> SellerObservation | None
    def links(page: Page) -> Iterable[Link]

`crawler/pages/__init__.py` finds a module by name. `Page` (crawler/pages/page.py) is one response:
platform, url, body, status, headers, and lazily text, tree, json, jsonld.

What the functions promise:

* They are pure: the same page gives the same values, in the same order.
* Values are texts as shown (`price_text="US $12.30"`), markup removed, never guessed or typed.
  A field the page does not show is None.
* `listing` gives None when the page shows no listing at all, and `Gone` when the platform says, on
  a page with status 200, that the listing is no more. 404 and 410 are seen before it is called.
* A page that should show a listing and cannot be read raises `PageError`; it becomes a refused row.
* `links` gives whatever the crawl may want next; it may repeat itself, give addresses outside the
  platform and tracking parameters: the frontier drops what it knows or may not fetch. An index
  page gives its listings and its next page; a listing page its seller (and, if the platform's own
  index cannot be trusted, other listings). Pictures are taken from `Observation.image_urls`.
* Only listing pages make observations. The frontier tells listings and sellers apart by the
  `(?P<id>…)` of the platform's `kinds`; a link's own `kind` decides for all the others. A link
  to a listing or seller that does not match there is dropped.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from conf.errors import CrawlError

Kind = Literal["listing", "seller", "index", "image"]


class PageError(CrawlError):
    """A page does not show what a page of its kind should.

    `reason` is the short code of the refused row; the message is its detail.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Link(msgspec.Struct, frozen=True):
    """An address that a page leads to, absolute, and what it leads to.

    `hint` is a bearer of order: links of a lower hint are asked first among their kind; empty for
    most. It is never part of the address's identity.
    """

    url: str
    kind: Kind
    hint: str = ""


Links = tuple[Link, ...]


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One choice that a listing offers: a size, a colour."""

    name: str
    price_text: str | None = None
    sku_text: str | None = None
    availability_text: str | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What one page or record showed of one listing; the columns of the contract by their names.

    `provenance` tells for each field that is set which step read it: api, state, jsonld,
    microdata, opengraph, selector or feed; `inferred` is what no step read: availability, where a
    price is shown and no word or button says whether it can be had.
    """

    listing_id: str
    url: str
    title_text: str | None = None
    description_text: str | None = None
    price_text: str | None = None
    list_price_text: str | None = None
    currency_text: str | None = None
    availability_text: str | None = None
    condition_text: str | None = None
    brand_text: str | None = None
    gtin_text: str | None = None
    mpn_text: str | None = None
    sku_text: str | None = None
    category_text: str | None = None
    seller_id: str | None = None
    seller_name_text: str | None = None
    ships_from_text: str | None = None
    shipping_price_text: str | None = None
    sold_text: str | None = None
    stock_text: str | None = None
    rating_text: str | None = None
    review_count_text: str | None = None
    listed_at_text: str | None = None
    language_text: str | None = None
    image_urls: tuple[str, ...] = ()
    outgoing_urls: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    provenance: dict[str, str] = msgspec.field(default_factory=dict)


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """The platform says that a listing is no more."""

    listing_id: str
    url: str


class SellerObservation(msgspec.Struct, frozen=True, kw_only=True):
    """What one page or record showed of one seller."""

    seller_id: str
    url: str | None = None
    name_text: str | None = None
    about_text: str | None = None
    since_text: str | None = None
    location_text: str | None = None
    rating_text: str | None = None
    review_count_text: str | None = None
    listing_count_text: str | None = None
    sold_text: str | None = None
    contact_text: str | None = None
    provenance: dict[str, str] = msgspec.field(default_factory=dict)


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of a listing: what its bytes are, and its PDQ hash where it has enough detail."""

    image_url: str
    image_sha256: str
    width_px: int | None = None
    height_px: int | None = None
    pdq_hex: str | None = None
    pdq_quality: int | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What was not taken, and why; nothing is dropped without one of these."""

    stage: Literal["fetch", "parse", "feed", "image", "check"]
    place: str  # address, or file and line
    reason: str  # short code: http_404, too_large, no_title, bad_json …
    detail: str  # one sentence for a person
    capture_id: str | None = None
