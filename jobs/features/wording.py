"""What the words say: copies, grades, trade, evasion, contact, condition, and how it is written."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.clean._signs import IN_TITLE, OF_TITLE
from jobs.features._over import over


def _known(*texts: pl.Expr) -> pl.Expr:
    """Tell whether there is a text at all; a listing without one says nothing, not "no"."""
    return pl.any_horizontal([text.is_not_null() for text in texts])


@feature(lowest=0.0, highest=1.0)
def says_replica(text_signs: pl.Expr) -> pl.Expr:
    """Says that it is a copy: replica, 1:1, mirror, 复刻 (1 when it does)."""
    return text_signs.list.contains("replica")


@feature(lowest=0.0, highest=1.0)
def says_grade(text_signs: pl.Expr) -> pl.Expr:
    """Uses the grades that copies are sold by: AAA, top batch, 原版, 顶级 (1 when it does)."""
    return text_signs.list.contains("quality")


@feature(lowest=0.0, highest=1.0)
def says_authentic(text_signs: pl.Expr) -> pl.Expr:
    """Protests that it is genuine: 100% authentic, 正品, 专柜 (1 when it does)."""
    return text_signs.list.contains("authentic")


@feature(lowest=0.0, highest=1.0)
def says_wholesale(text_signs: pl.Expr) -> pl.Expr:
    """Offers trade by the lot: wholesale, factory price, agents wanted, 批 (1 when it does)."""
    return text_signs.list.contains("wholesale")


@feature(lowest=0.0, highest=1.0)
def says_evasive(text_signs: pl.Expr) -> pl.Expr:
    """Asks to talk elsewhere or says that the logo is hidden (1 when it does)."""
    return text_signs.list.contains("evasive")


@feature(lowest=0.0, highest=1.0)
def says_messenger(text_signs: pl.Expr) -> pl.Expr:
    """Names a messenger or a picture album outside the platform (1 when it does)."""
    return text_signs.list.contains("contact")


@feature(lowest=0.0, highest=1.0)
def says_outside_payment(text_signs: pl.Expr) -> pl.Expr:
    """Asks for payment that the platform does not protect (1 when it does)."""
    return text_signs.list.contains("payment")


@feature(lowest=0.0, highest=1.0)
def says_customs(text_signs: pl.Expr) -> pl.Expr:
    """Promises to get past customs or to ship discreetly (1 when it does)."""
    return text_signs.list.contains("customs")


@feature(lowest=0.0, highest=1.0)
def says_packing(text_signs: pl.Expr) -> pl.Expr:
    """Stresses box, papers, tags or dust bag (1 when it does)."""
    return text_signs.list.contains("packing")


@feature(lowest=0.0, highest=1.0)
def says_used(text_signs: pl.Expr) -> pl.Expr:
    """Says that it was owned before (1 when it does)."""
    return text_signs.list.contains("used")


@feature(lowest=0.0, highest=1.0)
def says_flaw(text_signs: pl.Expr) -> pl.Expr:
    """Tells of a flaw, as owners do and copyists do not (1 when it does)."""
    return text_signs.list.contains("flaw")


@feature(lowest=0.0, highest=1.0)
def says_receipt(text_signs: pl.Expr) -> pl.Expr:
    """Names a receipt, an invoice, a warranty or authorised trade (1 when it does)."""
    return text_signs.list.contains("receipt")


@feature(lowest=0.0, highest=1.0)
def says_hurry(text_signs: pl.Expr) -> pl.Expr:
    """Presses to buy: clearance, lowest price, last ones (1 when it does)."""
    return text_signs.list.contains("urgency")


@feature(lowest=0.0, highest=10.0)
def trade_word_kinds(trade_word_count: pl.Expr) -> pl.Expr:
    """Number of different trade words of copies: grades, wholesale, evasion together."""
    return trade_word_count


@feature(lowest=0.0, highest=1.0)
def says_grade_in_title(title_folded: pl.Expr, text_signs: pl.Expr) -> pl.Expr:
    """Puts a grade or a copy word into the title itself (1 when it does)."""
    shown = [text_signs.list.contains(IN_TITLE + group) for group in OF_TITLE]
    return pl.when(title_folded.is_not_null()).then(pl.any_horizontal(shown))


@feature(lowest=0.0, highest=1.0)
def shows_messenger_id(text_signs: pl.Expr) -> pl.Expr:
    """Gives a messenger id to write to (1 when it does)."""
    return text_signs.list.contains("messenger_id")


@feature(lowest=0.0, highest=1.0)
def shows_phone_or_mail(text_signs: pl.Expr) -> pl.Expr:
    """Gives a telephone number or a mail address (1 when it does)."""
    return text_signs.list.contains("phone_or_mail")


@feature(lowest=0.0, highest=1.0)
def shows_link(text_signs: pl.Expr) -> pl.Expr:
    """Writes an address outside the platform, openly or as "dot com" (1 when it does)."""
    return text_signs.list.contains("link")


@feature(lowest=0.0, highest=1.0)
def shows_size_run(text_signs: pl.Expr) -> pl.Expr:
    """Offers a whole run of sizes, such as 36-45, as stock does (1 when it does)."""
    return text_signs.list.contains("size_run")


@feature(lowest=0.0, highest=20.0)
def exclamation_count(title: pl.Expr, description: pl.Expr) -> pl.Expr:
    """Number of exclamation marks."""
    marks = pl.concat_str([title.fill_null(""), description.fill_null("")])
    return pl.when(_known(title, description)).then(marks.str.count_matches("[!！]"))  # noqa: RUF001 - Chinese mark


def _share(text: pl.Expr, pattern: str) -> pl.Expr:
    length = text.str.len_chars()
    return over(text.str.count_matches(pattern), length)


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
    return pl.when(_known(title, description)).then(count)
