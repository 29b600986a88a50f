"""Tell whether a text holds a way to reach its writer outside the platform."""

from __future__ import annotations

import re

from jobs.clean._money import plain_digits

_LEAST_DIGITS = 9
_MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}\.[a-z]{2,}", re.IGNORECASE)
_MESSENGER = re.compile(
    r"\b(?:whats\s?app|wechat|weixin|telegram|viber|signal|line\s?id|skype|kakao(?:talk)?|qq)\b"
    r"|\bt\.me/|\bwa\.me/|\b(?:wx|vx)\s*[:;=]|微信|薇信|威信|加[微薇VvQq]|扣扣|企鹅号",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d\s().-]{7,18}\d(?![\w])")


def has_contact(*texts: str | None) -> bool:
    """Tell whether any of the texts holds a phone number, a mail address or a messenger's name."""
    return any(_is_contact(plain_digits(text)) for text in texts if text)


def _is_contact(text: str) -> bool:
    if _MAIL.search(text) or _MESSENGER.search(text):
        return True
    return any(sum(c.isdigit() for c in m[0]) >= _LEAST_DIGITS for m in _PHONE.finditer(text))
