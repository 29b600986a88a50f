"""The kinds of values that sellers show, and which of them say the same thing twice."""

from __future__ import annotations

# Evidence of one family is correlated: who has one telephone has one WeChat, and who copies one
# sentence copies the next. The first of a family counts whole, the others in part.
FAMILIES = {
    "contact": (
        *("phone", "mail", "wechat", "qq", "whatsapp", "telegram", "line", "kakao", "skype", "kik"),
        *("viber", "signal", "zalo", "discord", "snapchat", "instagram", "facebook", "tiktok"),
        *("weibo", "xiaohongshu", "douyin", "kuaishou", "twitter", "vk", "ok"),
    ),
    "site": ("domain", "page", "short_link", "album", "analytics"),
    "legal": (
        "licence",
        "tax",
        "iban",
        "bank_card",
        "payment",
        "company",
        "address",
        "resident_id",
    ),
    "text": ("sentence", "template", "title", "opening"),
    "goods": ("price_ladder", "price", "assortment", "photo"),
    "habit": ("hours", "hour", "weekdays", "rhythm", "place"),
}
# Identifiers that a person or a company has of its own; two that differ speak against one actor.
HARD = ("contact", "site", "legal")
KINDS = tuple(kind for kinds in FAMILIES.values() for kind in kinds)
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
