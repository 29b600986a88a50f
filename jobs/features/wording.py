"""What the words say: copies, grades, trade, evasion, contact, condition, and how it is written."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._words import known, said, spaced, word_kinds

_MESSENGER_ID = (
    r"(?:whats ?app|wechat|we chat|weixin|telegram|vx|wx|qq|kik|line id|"
    r"微信|薇信|威信|加微|v信|卫星)"
    r"\s*(?:id|no|nr|num|number|号|号码)?"
    "\\s*[:\uff1a@+(]*"  # a colon may be the Chinese one
    r"\s*[a-z0-9_+][a-z0-9_\-+ ]{4,}"
)
_PHONE = r"(?:\+|00)[1-9][0-9]{0,2}[ .\-]?(?:\(?[0-9]{2,4}\)?[ .\-]?){2,4}[0-9]{2,4}"
_AT, _DOT = r"\s?(?:@|\(at\)|\[at\]| at )\s?", r"\s?(?:\.|\(dot\)|\[dot\]| dot )\s?"
_MAIL = rf"[a-z0-9._%+\-]{{2,}}{_AT}[a-z0-9\-]{{2,}}{_DOT}[a-z]{{2,}}"
_ENDING = r"(?:com|net|shop|ru|cn|top|vip|store|me)\b"
_LINK = rf"(?:https?://|www\.|[a-z0-9\-]{{3,}}\s?(?:\.|点|dot )\s?{_ENDING})"
_SIZES = "\\b(?:3[4-9]|s|xs)\\s?(?:-|\u2013|to|至|到|~)\\s?(?:4[0-9]|x{0,3}l)\\b"


def _seen(title: pl.Expr, description: pl.Expr, pattern: str) -> pl.Expr:
    text = pl.concat_str([title.fill_null(""), description.fill_null("")], separator=" | ")
    return pl.when(known(title, description)).then(text.str.contains(pattern))


@feature(lowest=0.0, highest=1.0)
def says_replica(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Says that it is a copy: replica, 1:1, mirror, 复刻 (1 when it does)."""
    return said(title_folded, description_folded, "replica")


@feature(lowest=0.0, highest=1.0)
def says_grade(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Uses the grades that copies are sold by: AAA, top batch, 原版, 顶级 (1 when it does)."""
    return said(title_folded, description_folded, "quality")


@feature(lowest=0.0, highest=1.0)
def says_authentic(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Protests that it is genuine: 100% authentic, 正品, 专柜 (1 when it does)."""
    return said(title_folded, description_folded, "authentic")


@feature(lowest=0.0, highest=1.0)
def says_wholesale(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Offers trade by the lot: wholesale, factory price, agents wanted, 批 (1 when it does)."""
    return said(title_folded, description_folded, "wholesale")


@feature(lowest=0.0, highest=1.0)
def says_evasive(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Asks to talk elsewhere or says that the logo is hidden (1 when it does)."""
    return said(title_folded, description_folded, "evasive")


@feature(lowest=0.0, highest=1.0)
def says_messenger(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Names a messenger or a picture album outside the platform (1 when it does)."""
    return said(title_folded, description_folded, "contact")


@feature(lowest=0.0, highest=1.0)
def says_outside_payment(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Asks for payment that the platform does not protect (1 when it does)."""
    return said(title_folded, description_folded, "payment")


@feature(lowest=0.0, highest=1.0)
def says_customs(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Promises to get past customs or to ship discreetly (1 when it does)."""
    return said(title_folded, description_folded, "customs")


@feature(lowest=0.0, highest=1.0)
def says_packing(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Stresses box, papers, tags or dust bag (1 when it does)."""
    return said(title_folded, description_folded, "packing")


@feature(lowest=0.0, highest=1.0)
def says_used(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Says that it was owned before (1 when it does)."""
    return said(title_folded, description_folded, "used")


@feature(lowest=0.0, highest=1.0)
def says_flaw(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Tells of a flaw, as owners do and copyists do not (1 when it does)."""
    return said(title_folded, description_folded, "flaw")


@feature(lowest=0.0, highest=1.0)
def says_receipt(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Names a receipt, an invoice, a warranty or authorised trade (1 when it does)."""
    return said(title_folded, description_folded, "receipt")


@feature(lowest=0.0, highest=1.0)
def says_hurry(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Presses to buy: clearance, lowest price, last ones (1 when it does)."""
    return said(title_folded, description_folded, "urgency")


@feature(lowest=0.0, highest=10.0)
def trade_word_kinds(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Number of different trade words of copies: grades, wholesale, evasion together."""
    text = spaced(title_folded, description_folded)
    kinds = [word_kinds(text, group) for group in ("quality", "wholesale", "evasive", "replica")]
    return pl.when(known(title_folded, description_folded)).then(pl.sum_horizontal(kinds))


@feature(lowest=0.0, highest=1.0)
def says_grade_in_title(title_folded: pl.Expr) -> pl.Expr:
    """Puts a grade or a copy word into the title itself (1 when it does)."""
    text = spaced(title_folded)
    kinds = word_kinds(text, "quality") + word_kinds(text, "replica")
    return pl.when(title_folded.is_not_null()).then(kinds > 0)


@feature(lowest=0.0, highest=1.0)
def shows_messenger_id(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Gives a messenger id to write to (1 when it does)."""
    return _seen(title_folded, description_folded, _MESSENGER_ID)


@feature(lowest=0.0, highest=1.0)
def shows_phone_or_mail(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Gives a telephone number or a mail address (1 when it does)."""
    return _seen(title_folded, description_folded, f"{_PHONE}|{_MAIL}")


@feature(lowest=0.0, highest=1.0)
def shows_link(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Writes an address outside the platform, openly or as "dot com" (1 when it does)."""
    return _seen(title_folded, description_folded, _LINK)


@feature(lowest=0.0, highest=1.0)
def shows_size_run(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Offers a whole run of sizes, such as 36-45, as stock does (1 when it does)."""
    return _seen(title_folded, description_folded, _SIZES)


@feature(lowest=0.0, highest=20.0)
def exclamation_count(title: pl.Expr, description: pl.Expr) -> pl.Expr:
    """Number of exclamation marks."""
    marks = pl.concat_str([title.fill_null(""), description.fill_null("")])
    return pl.when(known(title, description)).then(marks.str.count_matches("[!！]"))  # noqa: RUF001 - Chinese mark


def _share(text: pl.Expr, pattern: str) -> pl.Expr:
    length = text.str.len_chars()
    return pl.when(length > 0).then(text.str.count_matches(pattern) / length)


@feature(lowest=0.0, highest=1.0)
def title_capital_share(title: pl.Expr) -> pl.Expr:
    """Share of the title's characters that are Latin capitals."""
    return _share(title, "[A-Z]")


@feature(lowest=0.0, highest=1.0)
def title_digit_share(title: pl.Expr) -> pl.Expr:
    """Share of the title's characters that are digits."""
    return _share(title, "[0-9]")


@feature(lowest=0.0, highest=1.0)
def title_symbol_share(title: pl.Expr) -> pl.Expr:
    """Share of the title's characters that are neither letters, digits nor spaces."""
    return _share(title, r"[^\w\s]")


@feature(lowest=0.0, highest=20.0)
def picture_letter_count(title: pl.Expr, description: pl.Expr) -> pl.Expr:
    """Number of emoji in title and description."""
    text = pl.concat_str([title.fill_null(""), description.fill_null("")])
    count = text.str.count_matches("[\u2600-\u27bf\U0001f300-\U0001faff]")
    return pl.when(known(title, description)).then(count)
