"""Links: a seller's own domain, its page on a host that many share, and short links.

The list of public suffixes is the one that tldextract brings; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import tldextract
from yarl import URL

from conf.hosts import hosts
from jobs.vendors._found import DOMAIN, PAGE, PHONE, SHORT_LINK, WHATSAPP, Found, before, cue
from jobs.vendors._reading import Reading

_SUFFIXES = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)
_RESERVED = frozenset(("example", "test", "invalid", "localhost"))  # RFC 2606
_DOT = r"(?:\.|\u3002|\s?\(\s?dot\s?\)\s?|\s?\[\s?dot\s?\]\s?|\s?点\s?|\sdot\s)"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_REST = r"(?::\d{2,5})?(?:[/?#][^\s<>\"'\u3000-\u9fff\uff00-\uffef]{0,300})?"
_MARKED = re.compile(
    rf"(?:h(?:tt|xx)ps?\s?[:\uff1a]\s?/\s?/\s?|www\d?{_DOT})(?P<host>{_LABEL}"
    rf"(?:{_DOT}{_LABEL}){{1,6}})(?P<rest>{_REST})"
)
# Endings that are no word of a language, so that a blank left out after a full stop makes no link.
_ENDINGS = (
    "com|net|org|shop|store|top|vip|xyz|club|site|online|info|biz|cn|ru|com\\.cn|co\\.uk|hk|"
    "com\\.hk|cc|tv|"
    "me|co|ly|ai|ee|fr|nl|pl|eu|jp|kr|tw|app|live|ltd|link|page|example|ltd|mobi|asia|wang|ink|"
    "fashion|watch"
)
_BARE = re.compile(
    rf"(?<![a-z0-9@._\-/])(?P<host>(?:{_LABEL}{_DOT}){{1,4}}(?:{_ENDINGS}))(?![a-z0-9\-_@])"
    rf"(?!\.[a-z])(?P<rest>{_REST})"
)
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = rf"h(?:tt|xx)ps?\s?[:\uff1a]|www|{_DOT}(?:{_ENDINGS})\b"
_HINT = re.compile(HINT)
_IS_DOT = re.compile(_DOT)
_WORDY = frozenset(
    (
        "me",
        "co",
        "ai",
        "link",
        "page",
        "app",
        "live",
        "top",
        "site",
        "info",
        "watch",
        "fashion",
        "online",
        "store",
        "shop",
        "club",
        "vip",
        "cc",
        "tv",
        "ee",
        "ly",
        "pl",
        "eu",
        "fr",
        "nl",
        "ltd",
    )
)
_SAID = cue(
    r"(?<![a-z])(?:website|web|site|visit|shop|store|online|url|link|page|homepage|besuchen|"
    r"webseite|sitio|"
    r"pagina|sito|visita|visitate|catalog|catalogue|album|at)|网址|网站|官网|链接|相册|店铺|独立站"
)
_SENTENCE = re.compile(r"\.[A-Z][a-z]")  # a full stop and the next sentence
_TRACKING = re.compile(r"[.,;:!?)\]}]+$")
_LEAST_LABEL = 3
_NUMBERED = frozenset((WHATSAPP, "viber", "telegram"))
_LEAST_NUMBER = 7
# Parts of a network's paths that are nobody's name.
_APP_WORDS = frozenset(
    (
        "ti",
        "send",
        "message",
        "joinchat",
        "explore",
        "reel",
        "watch",
        "hashtag",
        "sharer",
        "groups",
        "profile.php",
        "share",
        "intent",
        "search",
        "events",
        "marketplace",
        "tr",
    )
)


def links(read: Reading) -> Iterator[Found]:
    """Give the links of a plain reading by whose they are; those that are nobody's are left out."""
    if not _HINT.search(read.text):
        return
    at = 0
    for found in sorted((*_MARKED.finditer(read.text), *_bare(read)), key=lambda one: one.start()):
        if found.start() < at:
            continue
        at = found.end()
        host = _IS_DOT.sub(".", found["host"]).replace(" ", "")
        rest = _TRACKING.sub("", found["rest"])
        if not is_host(host):
            continue
        end = found.end("host") + len(rest)
        # Letters of a path may be told apart; the reading has small ones only.
        shown = read.cased(found.start("rest"), end)
        whose = owner(host, shown)
        if whose:
            yield Found(*whose, found.start(), end, read)


def owner(host: str, rest: str) -> tuple[str, str] | None:
    """Give the kind and the value of an address: whose it is; None for what is nobody's."""
    host = host.removeprefix("www.").removeprefix("m.")
    path = _path(host, rest)
    domain = registrable(host)
    if app := hosts().app(host) or hosts().app(domain):
        return _of_app(app, path)
    if {host, domain} & hosts().shorteners:
        return (SHORT_LINK, f"{host}/{path[0]}") if path else None
    if _SUFFIXES(host).is_private:  # whoever has the host rents it: lucky.myshopify.com
        return PAGE, domain
    if _is_shared(host, domain):
        sub = host.removesuffix(domain).strip(".")
        if sub and not _is_general(sub):
            return PAGE, host
        named = _named(path)
        return (PAGE, f"{domain}/{named}") if named else None
    return None if domain in hosts().nobodys else (DOMAIN, domain)


def _of_app(kind: str, path: list[str]) -> tuple[str, str] | None:
    """Give the name that a link to a messenger or a network holds; a number is a telephone."""
    if not path:
        return None
    parts = [
        part for part in path if part.lower() not in hosts().path_words and part not in _APP_WORDS
    ]
    if not parts:
        return None
    name = parts[0].partition("=")[2] if "=" in parts[0] else parts[0]
    number = re.sub(r"\D", "", name)
    if kind in _NUMBERED and len(number) >= _LEAST_NUMBER and re.fullmatch(r"[\d+ \-]+", name):
        return PHONE, f"+{number}"
    return kind, name if kind == WHATSAPP else name.lstrip("@~").lower()


@lru_cache(4096)
def registrable(host: str) -> str:
    """Give the part of a host that somebody registered."""
    found = _SUFFIXES(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])


@lru_cache(4096)
def is_host(host: str) -> bool:
    """Tell whether a host ends as hosts do."""
    found = _SUFFIXES(host)
    if found.suffix:
        return bool(found.domain) and bool(re.search("[a-z0-9]", found.domain))
    return host.rpartition(".")[2] in _RESERVED and host.count(".") > 0


def _is_shared(host: str, domain: str) -> bool:
    """Tell whether many people have pages there: it is known, or says that it keeps albums."""
    return bool({host, domain} & hosts().shared) or "album" in domain


def _is_general(sub: str) -> bool:
    """Tell whether the front of a host is the same for all of its pages."""
    return sub in {
        "www",
        "m",
        "x",
        "wap",
        "h5",
        "item",
        "detail",
        "shop",
        "docs",
        "drive",
        "sites",
        "photos",
        "pan",
        "open",
        "mobile",
        "web",
        "in",
        "de",
        "es",
        "it",
        "fr",
        "uk",
        "us",
    }


def _path(host: str, rest: str) -> list[str]:
    """Give the parts of a path, and what in the query names the owner."""
    try:
        url = URL(
            f"https://{host}/{rest.lstrip('/')}" if rest[:1] == "/" else f"https://{host}{rest}"
        )
    except ValueError:
        return []
    if hosts().app(host):
        phone = url.query.get("phone") or url.query.get("number")
        return [f"phone={phone.strip()}"] if phone else [p for p in url.path.split("/") if p]
    query = {name.lower(): value for name, value in url.query.items()}
    named = [f"{name}={query[name]}" for name in hosts().query_names if query.get(name)][:1]
    return [part for part in url.path.split("/") if part] + named


def _named(path: list[str]) -> str:
    """Give the first parts of a path up to the one that is somebody's."""
    kept: list[str] = []
    for part in path:
        kept.append(part)
        if part.lower() not in hosts().path_words and not part.lower().endswith(
            (".html", ".htm", ".php")
        ):
            return "/".join(kept)
    return ""


def _bare(read: Reading) -> Iterator[re.Match[str]]:
    """Give what looks like a host without "www": hosts, and not a full stop without a blank."""
    for found in _BARE.finditer(read.text):
        labels = _IS_DOT.sub(".", found["host"]).replace(" ", "").split(".")
        shown = read.shown_text(*found.span("host"))
        if len(max(labels[:-1], key=len)) < _LEAST_LABEL and not found["rest"]:
            continue
        if _SENTENCE.search(shown) or not re.search("[a-z]", "".join(labels[:-1])):
            continue
        is_written_out = "." not in found["host"]
        if (labels[-1] in _WORDY or is_written_out) and not (
            found["rest"] or _SAID.search(before(read.text, found.start()))
        ):
            continue
        yield found
