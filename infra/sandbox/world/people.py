"""Who stands behind an account and what it shows of itself."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import msgspec

from infra.sandbox.alliance.sheet import Member, Reseller, sheet, shop_id
from infra.sandbox.world.counts import standing
from infra.sandbox.world.dice import Dice, mix
from infra.sandbox.world.entries import Account
from infra.sandbox.world.kinds import Trade
from infra.sandbox.world.markets import ABROAD, CITIES
from infra.sandbox.world.shapes import Seller, date_of
from infra.sandbox.world.stage import Stage
from infra.sandbox.world.vendors import Manner, Vendor, vendor
from infra.sandbox.world.words import Words, words

_FOREIGN = {Trade.GREY_TRADER: 0.55, Trade.GENERAL_SHOP: 0.25, Trade.ACCESSORY_SHOP: 0.3}
_ABROAD = {
    Trade.GREY_TRADER: ("HK", "SG", "PL", "JP", "TR", "FR"),
    Trade.GENERAL_SHOP: ("CN", "CN", "HK", "PL"),
    Trade.ACCESSORY_SHOP: ("CN", "CN", "VN"),
}
_SAYS_CONTACT = {Trade.PRIVATE: 0.12, Trade.COUNTERFEITER: 0.6}


class Persona(msgspec.Struct, frozen=True):
    """What all that an account writes and shows has in common."""

    name: str
    language: str
    country: str
    city: str
    phone: str
    wechat: str
    mail: str
    link: str
    has_contact: bool  # says how to be reached
    backdrop: int  # where its photos are taken
    label: str  # its own brand
    vendor: Vendor | None
    voice: int  # key of its way to write
    is_careful: bool  # keeps from words that give counterfeiters away

    @property
    def words(self) -> Words:
        """The words of its language."""
        return words(self.language)


@lru_cache(4096)
def persona(world: int, account: Account) -> Persona:
    """Give the person behind an account."""
    dice = Dice(account.key, 51)
    owner = None if account.vendor is None else vendor(world, account.vendor)
    is_taken = account.manner is Manner.HIJACKED
    country, city = _home(account, None if is_taken else owner, dice)
    language = _language(account, country, dice)
    known = words(language)
    handle = f"{dice.pick('abcdefghkmnprst')}{dice.pick('aeiou')}{dice.pick('bdklmnrst')}"
    number = dice.below(10**6)
    lends = owner is not None and dice.happens(0.75)
    return Persona(
        name=_name(account, known, owner, dice),
        language=language,
        country=country,
        city=city,
        phone=owner.phone if owner and lends else phone(country, number),
        wechat=owner.wechat if owner and lends else f"{handle}_{number:06}",
        mail=owner.mail if owner and lends else f"{handle}{number % 10_000}@shop.example",
        link=_link(owner, handle, dice),
        has_contact=dice.happens(_SAYS_CONTACT.get(account.trade, 0.35)),
        backdrop=owner.backdrop if owner and dice.happens(0.8) else mix(account.key, 52) % 10**9,
        label=dice.pick(known.labels),
        vendor=owner,
        is_careful=owner is not None and Dice(owner.key, 57).happens(0.45),
        # One person writes for all accounts of a vendor, mostly.
        voice=owner.key if owner and dice.happens(0.7) else mix(account.key, 53),
    )


def phone(country: str, number: int) -> str:
    """Give a telephone number that nobody has."""
    low = f"{number % 1000:03}"
    return {
        "US": f"+1 212 555 01{low[1:]}",
        "GB": f"+44 7700 900{low}",
        "DE": f"+49 30 23125 {low}",
        "CN": f"+86 100 {number % 10_000:04} {low}0",
        "MX": f"+52 55 5555 0{low}",
        "IN": f"+91 55555 0{number % 10_000:04}",
        "IT": f"+39 06 5550 0{low}",
    }.get(country, f"+852 5550 0{low}")


def seller(stage: Stage, account: Account, day: int) -> Seller:
    """Give what an account shows on a day."""
    who = persona(stage.world_key, account)
    counts = standing(account, day)
    return Seller(
        platform=account.market.name,
        seller_id=account.seller_id,
        name=who.name,
        about=_about(account, who),
        since=since(stage, account),
        city=who.city,
        country=who.country,
        rating=counts.rating,
        review_count=counts.review_count,
        sold=counts.sold,
        contact=_contact(account, who),
        language=who.language,
    )


def since(stage: Stage, account: Account) -> date:
    """Give the day on which an account was opened."""
    if account.opened_on is not None:
        return date_of(account.opened_on)
    dice = Dice(account.key, 54)
    is_new = account.vendor is not None and account.manner is not Manner.HIJACKED
    is_young = is_new or (account.vendor is None and dice.happens(0.25))
    low, high = (30, 1600) if is_young else (420, 4200)
    return date_of(min(-int(dice.scaled(low, high)), stage.oldest(account) - dice.below(20)))


def brand_of(account: Account) -> Member | None:
    """Give the brand whose own shop an account is."""
    shops = {shop_id(one.key, account.market.name): one for one in sheet().brands}
    return shops.get(account.seller_id) if account.trade is Trade.BRAND_SHOP else None


def _reseller(account: Account) -> Reseller | None:
    found = (one for one in sheet().resellers if one.key == account.seller_id)
    return next(found, None) if account.trade is Trade.AUTHORISED else None


def _home(account: Account, owner: Vendor | None, dice: Dice) -> tuple[str, str]:
    here = account.market.country
    reseller = _reseller(account)
    if reseller:
        return reseller.country, reseller.city
    if owner and owner.country and dice.happens(0.72):
        return owner.country, _written(owner.city, here)
    if dice.happens(_FOREIGN.get(account.trade, 0.0)):
        here = dice.pick(_ABROAD[account.trade])
    return here, _written(dice.pick(CITIES[here]), account.market.country)


def _written(city: str, market: str) -> str:
    return city if market == "CN" else ABROAD.get(city, city)


def _language(account: Account, country: str, dice: Dice) -> str:
    own = account.market.language
    is_stranger = country != account.market.country and own in {"de", "es", "it"}
    return "en" if is_stranger and dice.happens(0.3) else own


def _name(account: Account, known: Words, owner: Vendor | None, dice: Dice) -> str:
    member, reseller = brand_of(account), _reseller(account)
    if member:
        return dice.pick(known.brand_shop_names).format(brand=member.name)
    if reseller:
        return reseller.name
    if account.trade is Trade.PRIVATE or (owner and dice.happens(0.15)):
        return _private(known, dice)
    name = f"{dice.pick(known.shop_words)} {dice.pick(known.shop_kinds)}"
    if known.last_letters == "的家店铺小仓":
        name = name.replace(" ", "")
    return f"{name} {dice.below(90) + 10}" if dice.happens(0.4) else name


def _private(known: Words, dice: Dice) -> str:
    first = dice.pick(known.first_names)
    if dice.happens(0.5):
        return f"{first.lower()}{dice.below(900) + 70}"
    return f"{first} {dice.pick(known.last_letters)}." if dice.happens(0.5) else first


def _link(owner: Vendor | None, handle: str, dice: Dice) -> str:
    if owner:
        return f"https://{owner.wechat}.album.example/{dice.below(900) + 100}"
    return f"https://{handle}-shop.example/"


def _about(account: Account, who: Persona) -> str:
    dice = Dice(account.key, 55)
    member = brand_of(account)
    if member:
        return dice.pick(who.words.about["brand_shop"]).format(brand=member.name)
    if account.trade is Trade.PRIVATE:
        return dice.pick(who.words.about["private"])
    is_bad = account.vendor is not None and account.manner is not Manner.HIJACKED
    lines = who.words.about["counterfeiter" if is_bad and dice.happens(0.6) else "shop"]
    return " ".join(dict.fromkeys((dice.pick(lines), dice.pick(who.words.lines["policy"]))))


def _contact(account: Account, who: Persona) -> tuple[str, ...]:
    """Give the lines of contact on the account's own page."""
    if not who.has_contact:
        return ()
    dice = Dice(account.key, 56)
    lines = [f"WeChat: {who.wechat}", f"Tel. {who.phone}", f"E-mail: {who.mail}"]
    if account.market.language != "zh" and account.trade is not Trade.COUNTERFEITER:
        lines = lines[1:]
    return tuple(dice.some(lines, 1 + dice.below(2)))
