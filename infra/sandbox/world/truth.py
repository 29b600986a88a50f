"""What is true of listings and accounts: used only to make partners' history and to judge.

No server shows it, and nothing under conf, crawler, jobs or ml can import it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from infra.sandbox.world.entries import Account, Entry
from infra.sandbox.world.kinds import Kind
from infra.sandbox.world.world import World

_NO_MARK = {Kind.LOOK_ALIKE, Kind.GENERIC}
_NO_PRODUCT = {*_NO_MARK, Kind.ACCESSORY}


class ListingTruth(msgspec.Struct, frozen=True):
    """What is true of one listing."""

    platform: str
    listing_id: str
    seller_id: str
    is_counterfeit: bool
    brand: str | None  # whose thing it is, claims to be or is made for
    product: str | None  # "brand/product"
    tactic: str  # of a counterfeit; else the kind of honest listing
    vendor: str | None


class SellerTruth(msgspec.Struct, frozen=True):
    """What is true of one account."""

    platform: str
    seller_id: str
    kind: str
    vendor: str | None  # who is behind it, if it is a counterfeiter's
    is_counterfeiter: bool


def listing_truth(world: World, platform: str, listing_id: str) -> ListingTruth | None:
    """Give what is true of a listing, on whichever day it is there; None if it never is."""
    entry = world.stage(platform).entry(listing_id)
    return _listing(listing_id, entry) if entry else None


def seller_truth(world: World, platform: str, seller_id: str) -> SellerTruth | None:
    """Give what is true of an account; None if there never is such a one."""
    account = world.stage(platform).account(seller_id)
    if account is None:
        return None
    return SellerTruth(
        platform,
        seller_id,
        account.trade.name.lower(),
        _vendor(account),
        account.vendor is not None,
    )


def truths(world: World, platform: str, day: int) -> Iterator[ListingTruth]:
    """Give what is true of every listing that is there on a day, in the order of `live_ids`."""
    for listing_id in world.live_ids(platform, day):
        found = listing_truth(world, platform, listing_id)
        if found:
            yield found


def _listing(listing_id: str, entry: Entry) -> ListingTruth:
    is_counterfeit = entry.kind is Kind.COUNTERFEIT
    product = entry.product
    return ListingTruth(
        platform=entry.account.market.name,
        listing_id=listing_id,
        seller_id=entry.account.seller_id,
        is_counterfeit=is_counterfeit,
        brand=product.brand.key if product and entry.kind not in _NO_MARK else None,
        product=product.key if product and entry.kind not in _NO_PRODUCT else None,
        tactic=entry.tactic if is_counterfeit else entry.kind.name.lower(),
        vendor=_vendor(entry.account),
    )


def _vendor(account: Account) -> str | None:
    return None if account.vendor is None else f"vendor-{account.vendor}"
