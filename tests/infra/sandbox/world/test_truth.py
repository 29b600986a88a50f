"""The truth fits what is shown, and what is shown does not give it away."""

from __future__ import annotations

import ast
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from conf.brand import brands
from infra.sandbox.world import MARKETS, Offer, Seller, World
from infra.sandbox.world.kinds import Kind
from infra.sandbox.world.truth import ListingTruth, listing_truth, seller_truth, truths
from infra.sandbox.world.vendors import GUISES

PROJECT = Path(__file__).parents[4]
HONEST = {kind.name.lower() for kind in Kind} - {"counterfeit"}
BY_ACCOUNT = {"relisting", "hijacked_account", "mixed_stock", "unwitting_resale"}
Told = list[tuple[ListingTruth, Offer]]


@pytest.fixture(scope="module")
def told(world: World) -> Told:
    """Every listing of day 1: what is true of it, what it shows."""
    found = [one for name in world.platforms for one in truths(world, name, 1)]
    shown = [(one, world.offer(one.platform, one.listing_id, 1)) for one in found]
    return [(one, offer) for one, offer in shown if offer]


def of(told: Told, *tactics: str) -> Told:
    """The listings of some tactics or honest kinds."""
    found = [(one, offer) for one, offer in told if one.tactic in tactics]
    assert found
    return found


def seller(world: World, one: ListingTruth) -> Seller:
    """The account of a listing, as it shows itself."""
    found = world.seller(one.platform, one.seller_id, 1)
    assert found is not None
    return found


def test_every_listing_has_its_truth(told: Told, world: World) -> None:
    assert len(told) == sum(len(world.live_ids(name, 1)) for name in world.platforms)
    for one, offer in told:
        assert (one.platform, one.listing_id, one.seller_id) == (
            offer.platform,
            offer.listing_id,
            offer.seller_id,
        )
        account = seller_truth(world, one.platform, one.seller_id)
        assert account is not None
        assert account.vendor == one.vendor
        assert account.is_counterfeiter == (one.vendor is not None)
        assert one.is_counterfeit == (one.tactic not in HONEST)
    assert listing_truth(world, "harbor", "nobody-sells-this") is None
    assert seller_truth(world, "harbor", "nobody") is None


def test_most_of_a_marketplace_is_nobodys_business(told: Told) -> None:
    shares = {tactic: n / len(told) for tactic, n in Counter(t.tactic for t, _ in told).items()}
    assert 0.4 < shares["generic"] < 0.6
    assert 0.08 < sum(t.is_counterfeit for t, _ in told) / len(told) < 0.18
    for kind in HONEST - {"generic"}:
        assert 0.02 < shares[kind] < 0.15


def test_every_tactic_and_every_brand_is_met(told: Told) -> None:
    fakes = [one for one, _ in told if one.is_counterfeit]
    assert {one.tactic for one in fakes} == {*GUISES, *BY_ACCOUNT}
    assert {one.brand for one in fakes} == {brand.key for brand in brands()}
    for name in MARKETS:
        assert sum(one.platform == name for one in fakes) >= 5


def test_shops_that_brands_name_are_theirs_alone(told: Told) -> None:
    own = {key: brand.key for brand in brands() for key in brand.own_shops}
    authorised = {brand.key: brand.authorised_sellers for brand in brands()}
    everywhere = {key for keys in authorised.values() for key in keys}
    for one, _ in told:
        account = f"{one.platform}:{one.seller_id}"
        assert (account in own) == (one.tactic == "brand_shop")
        assert own.get(account, one.brand) == one.brand
        if account in everywhere or one.tactic == "authorised":
            assert not one.is_counterfeit
        if one.tactic == "authorised":
            assert account in authorised[one.brand or ""]


def test_the_text_is_what_the_tactic_asks_for(told: Told) -> None:
    marks = {brand.key: brand.marks for brand in brands()}

    def names(one: ListingTruth, text: str) -> bool:
        return any(mark.casefold() in text.casefold() for mark in marks[one.brand or ""])

    for one, offer in of(told, "official_photo", "hidden_link"):
        assert not names(one, offer.title)
    hidden = [names(one, offer.title) for one, offer in of(told, "disguised_spelling")]
    assert sum(hidden) / len(hidden) < 0.1
    links = [bool(offer.outgoing_urls) for _, offer in of(told, "hidden_link")]
    assert sum(links) / len(links) > 0.5
    used = [offer.condition == "used" for _, offer in of(told, "second_hand", "posing_as_used")]
    assert 0.5 < sum(used) / len(used) < 0.85
    assert all(one.brand is None and one.product is None for one, _ in of(told, "generic"))
    assert all(one.brand is None for one, _ in of(told, "look_alike"))


def test_prices_tell_the_tactics_apart_and_yet_overlap(told: Told) -> None:
    usual = {
        f"{brand.key}/{product.key}": product.reference_prices["US"].amount
        for brand in brands()
        for product in brand.products
    }

    def shares(*tactics: str) -> list[float]:
        found = [
            float(offer.price) / usual[one.product]
            for one, offer in of(told, *tactics)
            if one.product and offer.currency == "USD"
        ]
        return sorted(found)

    shop, grey = shares("brand_shop"), shares("grey_market")
    dear, cheap = shares("price_matching"), shares("price_dumping", "wholesale_words")
    bargain = shares("bargain")
    assert 0.85 < shop[len(shop) // 2] < 1.1
    assert cheap[len(cheap) // 2] < 0.45
    assert dear[0] > 0.5
    assert grey[0] < dear[len(dear) // 2] < grey[-1]
    assert bargain[0] < cheap[len(cheap) * 3 // 4]


def test_a_vendor_has_accounts_on_several_marketplaces_that_share_a_contact(
    told: Told, world: World
) -> None:
    accounts: dict[str, dict[tuple[str, str], Seller]] = defaultdict(dict)
    for one, _ in told:
        if one.vendor:
            accounts[one.vendor][one.platform, one.seller_id] = seller(world, one)
    shared = 0
    for theirs in accounts.values():
        lines = Counter(line for one in theirs.values() for line in one.contact)
        shared += any(count > 1 for count in lines.values())
        names = [one.name for one in theirs.values()]
        assert len(set(names)) > len(names) / 2
    assert max(len({platform for platform, _ in theirs}) for theirs in accounts.values()) >= 4
    assert shared > len(accounts) / 5


def test_a_vendors_contact_and_photos_are_met_in_its_listings(told: Told, world: World) -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    photos: dict[bytes, set[str]] = defaultdict(set)
    for one, offer in [pair for pair in told if pair[0].vendor][:150]:
        texts[one.vendor or ""] |= {w for w in offer.description.split() if w[-4:].isdecimal()}
        for picture in offer.images[:1]:
            photos[world.picture(picture)].add(one.seller_id)
    assert any(len(found) > 1 for found in photos.values())
    assert any(texts.values())


def test_a_vendor_posts_on_its_own_days_of_the_week(told: Told) -> None:
    days: dict[str, Counter[int]] = defaultdict(Counter)
    for one, offer in told:
        if one.vendor:
            days[one.vendor][offer.listed_on.weekday()] += 1
    busiest = [sum(n for _, n in one.most_common(2)) / one.total() for one in days.values()]
    assert sum(busiest) / len(busiest) > 0.9
    honest = Counter(offer.listed_on.weekday() for one, offer in told if not one.vendor)
    assert max(honest.values()) / honest.total() < 0.2


def test_who_was_taken_down_comes_back_under_another_name(told: Told, world: World) -> None:
    again = 0
    for one, _ in of(told, "relisting"):
        stage = world.stage(one.platform)
        account = stage.account(one.seller_id)
        assert account is not None
        assert account.closed_on is not None
        later = account.closed_on + 3
        assert world.seller(one.platform, one.seller_id, later) is None
        assert world.offers_of(one.platform, one.seller_id, later) == ()
        heir = stage.account_at(account.at, account.generation + 1)
        shown = world.seller(one.platform, heir.seller_id, later)
        assert shown is not None
        assert heir.seller_id != one.seller_id
        assert heir.vendor == account.vendor
        again += shown.name != seller(world, one).name
    assert again > 0


def test_a_hijacked_account_was_honest_once(told: Told, world: World) -> None:
    for one, _ in of(told, "hijacked_account"):
        stage = world.stage(one.platform)
        account = stage.account(one.seller_id)
        assert account is not None
        assert account.turned_on is not None
        before = stage.standing(stage.places_of(account), account.turned_on - 1)
        kinds = {Kind(number) for number in stage.subjects(before).kinds.tolist()}
        assert kinds <= {Kind.GENERIC}
        assert (seller(world, one).since.year) <= 2025


def _is_even(values: Iterable[tuple[int, bool]]) -> bool:
    """Tell whether no bit of some numbers says more of a yes or no than chance would."""
    rows = list(values)
    yes = [number for number, is_true in rows if is_true]
    no = [number for number, is_true in rows if not is_true]
    for bit in range(max(number for number, _ in rows).bit_length() - 1):
        one, other = (sum(n >> bit & 1 for n in group) / len(group) for group in (yes, no))
        spread = math.sqrt(0.25 / len(yes) + 0.25 / len(no))
        if abs(one - other) > 4.5 * spread:
            return False
    return True


def _as_number(text: str) -> int:
    return int.from_bytes(text.encode(), "big") & (2**64 - 1)


def test_the_check_of_bits_sees_a_leak() -> None:
    assert not _is_even((2 * at + (at % 3 == 0), at % 3 == 0) for at in range(500))


@pytest.mark.parametrize("name", ["harbor", "bazaar", "jishi"])
def test_ids_and_their_order_leak_nothing(name: str) -> None:
    large = World(11, 12_000)
    found = list(truths(large, name, 1))
    assert _is_even((_as_number(one.listing_id), one.is_counterfeit) for one in found)
    stage = large.stage(name)
    named = set(stage.plan.named)
    accounts = {one.seller_id: one.vendor is not None for one in found}
    assert _is_even((_as_number(i), v) for i, v in accounts.items() if i not in named)
    pictures = [
        (_as_number(picture), one.is_counterfeit)
        for one in found[:1200]
        if (offer := large.offer(name, one.listing_id, 1))
        for picture in offer.images[:1]
    ]
    assert _is_even(pictures)
    places = [at / len(found) for at, one in enumerate(found) if one.is_counterfeit]
    mean, spread = sum(places) / len(places), math.sqrt(1 / 12 / len(places))
    assert abs(mean - 0.5) < 4.5 * spread


def test_nobody_who_serves_or_reads_pages_imports_the_truth() -> None:
    forbidden = {"infra.sandbox.world.truth", "infra.sandbox.world.stage"}
    for folder in ("infra/sandbox/servers", "crawler", "jobs", "ml", "conf"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    assert node.module not in forbidden, path
                    if folder != "infra/sandbox/servers":
                        assert not (node.module or "").startswith("infra"), path


def test_what_is_shown_has_no_word_of_the_truth(told: Told, world: World) -> None:
    words = {*GUISES, *BY_ACCOUNT, "vendor-", "is_counterfeit"}
    for one, offer in told[:600]:
        shown = f"{offer} {world.seller(one.platform, one.seller_id, 1)}"
        assert not any(word in shown for word in words)
