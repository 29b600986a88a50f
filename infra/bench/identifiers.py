"""What in texts points at a person: how much is found, what is taken for it, and what it costs.

    make bench NAME=identifiers [DATA=<folder of listings>]

1. Made-up values (seeded) in sentences of five languages, under disguises: recall by kind and by
   disguise. The finders were written with the first group of disguises in mind; the second was put
   down afterwards, as what a seller may think of next.
2. Texts of the sandbox world, of which it is known what contact each holds: recall, and what is
   found besides, per thousand texts without any.
3. Time: the sieve over whole columns, and the texts that it lets through.
4. With DATA, real listings: how many of each kind, and fifty of them with their text, for a person
   to judge. Nothing of it is kept.
"""

# ruff: noqa: RUF001, S311 - disguised letters on purpose; chance is seeded to be repeatable

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import phonenumbers
import polars as pl
from stdnum.cn import uscc
from stdnum.de import vat
from stdnum.iso7064 import mod_97_10

from infra.sandbox.world import people
from infra.sandbox.world.world import World
from jobs.vendors._identifiers import identifiers
from jobs.vendors._sieve import may_hold

SEED, EACH = 20_261_129, 60  # values of each kind, disguise and language
WORLD_SEED, WORLD_SIZE, DAY = 77, 6_000, 3
SHOWN = 50
ROUNDS = 3
REGIONS = {"CNY": "CN", "INR": "IN", "GBP": "GB", "EUR": "DE", "USD": "US"}

Disguise = Callable[[str], str]
Case = tuple[str, str, str, str, str | None]  # kind, disguise, text, value, region

LETTERS = "abcdefghkmnprstuvwyz"
CHINESE = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
SPOKEN = CHINESE | {"0": "〇", "1": "幺"}
CAPITALS = dict(zip("0123456789", "零壹贰叁肆伍陆柒捌玖", strict=True))
ENGLISH = {
    str(at): word
    for at, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
}
GERMAN = {
    str(at): word
    for at, word in enumerate(
        ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    )
}
ARABIC = dict(zip("0123456789", "٠١٢٣٤٥٦٧٨٩", strict=True))
TWINS = str.maketrans("aeopcx", "аеорсх")

# Sentences that a value stands in, by kind and language.
SENTENCES = {
    "phone": (
        ("en", "Questions before buying? Text {} any day."),
        ("en", "Bulk price on request, whatsapp {}"),
        ("zh", "看上直接联系 {} 发实拍"),
        ("zh", "老板手机：{}，晚上在线"),
        ("de", "Gerne auch telefonisch: Tel. {} ab 18 Uhr"),
        ("es", "Pedidos por whatsapp: {} envío gratis"),
        ("it", "Per info chiamare {} dopo le 15"),
    ),
    "wechat": (
        ("en", "More pictures on wechat: {} thanks"),
        ("zh", "需要的加微信 {} 看更多"),
        ("zh", "咨询v信：{}"),
        ("zh", "款式多，薇❤{}"),
        ("de", "Weitere Bilder über WeChat {}"),
        ("it", "Altre foto: wechat id {}"),
    ),
    "qq": (
        ("zh", "老顾客QQ：{} 常年有货"),
        ("zh", "扣扣号 {}"),
        ("en", "QQ number {} for catalog"),
    ),
    "telegram": (
        ("en", "Channel on telegram: @{} daily updates"),
        ("de", "Neue Ware auf t.me/{}"),
        ("es", "Grupo en Telegram: {}"),
    ),
    "mail": (
        ("en", "Orders to {} only."),
        ("zh", "邮箱{}欢迎来信"),
        ("de", "Bitte schreiben an {} wegen Mengen"),
        ("es", "Consultas: {}"),
        ("it", "Scrivete a {} per il listino"),
    ),
    "domain": (
        ("en", "Full range at www.{} with photos"),
        ("zh", "官网 https://{} 下单"),
        ("de", "Alle Modelle auf {} ansehen"),
    ),
    "page": (
        ("en", "Album https://{}/albums for sizes"),
        ("zh", "相册 https://{}/albums?tab=gallery"),
    ),
    "iban": (("de", "Überweisung auf IBAN {} möglich"), ("it", "Bonifico: {}")),
    "licence": (("zh", "营业执照统一社会信用代码{}"), ("en", "Business license no. {}")),
    "tax": (("de", "USt-IdNr.: {} Versand aus Köln"), ("en", "VAT no {}")),
}


def values(kind: str, language: str, chance: random.Random) -> tuple[str, str, str | None]:
    """Make one value up: as it is written plainly, normalised, and the country that it is of."""
    handle = "".join(chance.choice(LETTERS) for _ in range(5))
    number = chance.randrange(10**4)
    if kind == "phone":
        return _phone(language, chance)
    made = {
        "wechat": f"{handle}{number:04}",
        "qq": str(chance.randrange(10**6, 10**10)),
        "telegram": f"{handle}_{number}",
        "mail": f"{handle}{number}@{chance.choice(('gmail', 'outlook', 'qq', '163'))}.com",
        "domain": f"{handle}{chance.choice(('outlet.com', 'bags.shop', 'kicks.ru', 'box.com'))}",
        "page": f"{handle}{number}.x.yupoo.com",
    }
    if kind in made:
        return made[kind], made[kind], None
    if kind == "iban":
        account = f"{chance.randrange(10**18):018}"
        check = mod_97_10.calc_check_digits(f"{account}DE")
        plain = f"DE{check}{account}"
        return " ".join(plain[at : at + 4] for at in range(0, 22, 4)), plain, None
    if kind == "licence":
        head = f"91{chance.choice(('350300', '440100', '330782'))}MA{chance.randrange(10**7):07}"
        plain = head + uscc.calc_check_digit(head)
        return plain, f"CN{plain}", None
    while True:
        plain = f"{chance.randrange(10**8, 10**9)}"
        if vat.is_valid(plain):
            return f"DE{plain}", f"DE{plain}", None


def _phone(language: str, chance: random.Random) -> tuple[str, str, str | None]:
    region = {"zh": "CN", "de": "DE", "es": "ES", "it": "IT", "en": chance.choice(("GB", "US"))}
    land = region[language]
    kind = phonenumbers.PhoneNumberType.MOBILE
    example = phonenumbers.example_number_for_type(land, kind)
    assert example is not None  # noqa: S101 - each of these has mobile numbers
    while True:
        text = str(example.national_number)
        kept = 3
        text = text[:kept] + "".join(chance.choice("0123456789") for _ in text[kept:])
        found = phonenumbers.parse(text, land)
        if phonenumbers.is_valid_number(found):
            break
    full = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    shown = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
    plain = "".join(one for one in shown if one.isdigit())
    if language != "zh" and chance.random() < 0.5:  # noqa: PLR2004 - half of them
        return full, full, land
    return plain, full, land


def each(signs: dict[str, str], gap: str = "") -> Disguise:
    """Give a disguise that writes digits by a table."""
    return lambda text: gap.join(signs.get(one, one) for one in text)


def shifted(first: int, zero: int) -> dict[str, str]:
    """Give digits of another alphabet, whose 1 has a code and whose 0 another."""
    return {"0": chr(zero)} | {str(at): chr(first + at - 1) for at in range(1, 10)}


def between(gap: str) -> Disguise:
    """Give a disguise that puts something between all characters."""
    return gap.join


WRITTEN_FOR: dict[str, tuple[Disguise, frozenset[str]]] = {
    "as it is": (lambda text: text, frozenset(SENTENCES)),
    "full width": (
        lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
        frozenset(("phone", "wechat", "qq", "mail", "iban", "licence", "tax")),
    ),
    "zero width": (between("\u200b"), frozenset(SENTENCES)),
    "spaces": (between(" "), frozenset(("phone", "qq", "wechat"))),
    "dots": (between("."), frozenset(("phone",))),
    "hyphens": (between("-"), frozenset(("phone",))),
    "emoji between": (between("🔥"), frozenset(("phone",))),
    "circled digits": (each(shifted(0x2460, 0x24EA)), frozenset(("phone", "qq", "wechat"))),
    "dark circles": (each(shifted(0x2776, 0x24FF)), frozenset(("phone", "qq"))),
    "keycaps": (
        each({str(at): f"{at}\ufe0f\u20e3" for at in range(10)}),
        frozenset(("phone", "qq")),
    ),
    "bold digits": (
        each({str(at): chr(0x1D7CE + at) for at in range(10)}),
        frozenset(("phone", "qq", "wechat")),
    ),
    "English words": (each(ENGLISH, " "), frozenset(("phone",))),
    "Chinese numerals": (each(CHINESE), frozenset(("phone", "qq"))),
    "spoken numerals": (each(SPOKEN), frozenset(("phone", "qq"))),
    "capital numerals": (each(CAPITALS), frozenset(("phone", "qq"))),
    "letter O": (each({"0": "O"}), frozenset(("phone", "qq"))),
    "(at) (dot)": (
        lambda text: text.replace("@", " (at) ").replace(".", " (dot) "),
        frozenset(("mail",)),
    ),
    "at, dot": (lambda text: text.replace("@", " at ").replace(".", " dot "), frozenset(("mail",))),
    "Chinese dot": (lambda text: text.replace(".", "点"), frozenset(("mail",))),
}
NOT_WRITTEN_FOR: dict[str, tuple[Disguise, frozenset[str]]] = {
    "Arabic digits": (each(ARABIC), frozenset(("phone", "qq"))),
    "German words": (each(GERMAN, " "), frozenset(("phone",))),
    "half and half": (
        lambda text: text[:5] + each(CHINESE)(text[5:]),
        frozenset(("phone", "qq")),
    ),
    "in brackets": (lambda text: "".join(f"[{one}]" for one in text), frozenset(("phone", "qq"))),
    "letters l and O": (each({"1": "l", "0": "O"}), frozenset(("phone", "qq"))),
    "backwards": (lambda text: f"{text[::-1]} (read backwards)", frozenset(("phone", "wechat"))),
    "one more digit": (
        lambda text: f"{text[:-1]}x{text[-1]} without x",
        frozenset(("phone", "wechat")),
    ),
    "twins of letters": (
        lambda text: text.translate(TWINS),
        frozenset(("wechat", "mail", "telegram")),
    ),
    "commas": (between(","), frozenset(("phone",))),
    "slashes": (between("/"), frozenset(("phone",))),
    "spaces in mail": (between(" "), frozenset(("mail",))),
    "stars for dots": (lambda text: text.replace(".", "*"), frozenset(("mail", "domain"))),
    "number in a sum": (lambda text: f"{text[:4]} + {text[4:]}", frozenset(("phone",))),
    "dot as word": (lambda text: text.replace(".", " dot "), frozenset(("domain",))),
    "line break": (lambda text: f"{text[:6]}\n{text[6:]}", frozenset(("phone",))),
}


def cases(
    disguises: dict[str, tuple[Disguise, frozenset[str]]], chance: random.Random
) -> Iterator[Case]:
    """Give made-up texts with what is to be found in each."""
    for name, (disguise, kinds) in disguises.items():
        for kind, sentences in SENTENCES.items():
            if kind not in kinds:
                continue
            for language, sentence in sentences:
                for _ in range(EACH):
                    plain, value, region = values(kind, language, chance)
                    yield kind, name, sentence.format(disguise(plain)), value, region


def is_found(one: Case) -> bool:
    """Tell whether the sieve lets a text through and its value is found in it."""
    kind, _, text, value, region = one
    told = {(found.kind, found.value) for found in identifiers(text, region)}
    return (kind, value) in told and bool(may_hold(pl.Series([text]))[0])


def recalls(name: str, made: list[Case]) -> float:
    """Print recall by disguise and kind, and give the mean over disguises."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in made:
        hits[one[1], one[0]].append(is_found(one))
    by_disguise: dict[str, list[float]] = defaultdict(list)
    print(f"\n{name}: recall by disguise")
    for (disguise, kind), found in hits.items():
        by_disguise[disguise].append(sum(found) / len(found))
        print(f"  {disguise:18} {kind:9} {sum(found) / len(found):6.3f}  of {len(found)}")
    means = [sum(one) / len(one) for one in by_disguise.values()]
    return sum(means) / len(means)


def sandbox() -> tuple[list[tuple[str, str, set[str]]], dict[str, float]]:
    """Give texts of a world with country and contact, and how finding in them went."""
    world = World(WORLD_SEED, WORLD_SIZE)
    rows = []
    for name in world.platforms:
        stage = world.stage(name)
        for listing_id in world.live_ids(name, DAY):
            offer, entry = world.offer(name, listing_id, DAY), stage.entry(listing_id)
            if offer is None or entry is None:
                continue
            who = people.persona(stage.world_key, entry.account)
            text = f"{offer.title}\n{offer.description}"
            host = who.link.removeprefix("https://").partition("/")[0]
            held = {
                value
                for shown, value in (
                    (who.phone, who.phone.replace(" ", "")),
                    (who.wechat, who.wechat),
                    (who.mail, who.mail),
                    (who.link, host),
                )
                # A link of a counterfeiter begins like its name on WeChat.
                if shown in (text if shown == who.link else text.replace(who.link, ""))
            }
            rows.append((text, who.country, held))
    return rows, _told(rows)


def _told(rows: list[tuple[str, str, set[str]]]) -> dict[str, float]:
    wanted = hit = besides = empty = 0
    shown: list[str] = []
    for text, region, held in rows:
        found = identifiers(text, region)
        told = {one.value for one in found}
        wanted, hit = wanted + len(held), hit + len(held & told)
        if held:
            shown += [f"missed {one}: {text[:80]!r}" for one in held - told][:1]
            continue
        empty, besides = empty + 1, besides + len(told)
        shown += [f"besides {one.kind} {one.shown_text!r}" for one in found]
    print(f"\nsandbox: {len(rows)} texts, {empty} without contact")
    print(f"  recall {hit}/{wanted}; found in those without: {besides}")
    for line in shown[:10]:
        print(f"    {line}")
    return {
        "sandbox_recall": hit / wanted,
        "sandbox_false_per_1000": 1000 * besides / empty,
    }


def times(rows: list[tuple[str, str, set[str]]]) -> dict[str, float]:
    """Give microseconds of CPU a text: the sieve, and all of it with and without contact."""
    figures = {}
    for name, some in (
        ("without", [row for row in rows if not row[2]]),
        ("with", [row for row in rows if row[2]]),
    ):
        texts = pl.Series([text for text, _, _ in some])
        best_sieve = best_all = float("inf")
        passed = 0
        for _ in range(ROUNDS):
            began = time.process_time()
            at = may_hold(texts).arg_true()
            sieved = time.process_time()
            for place in at:
                identifiers(some[place][0], some[place][1])
            ended = time.process_time()
            best_sieve = min(best_sieve, (sieved - began) / len(some))
            best_all = min(best_all, (ended - began) / len(some))
            passed = len(at)
        length = sum(len(text) for text, _, _ in some) / len(some)
        print(
            f"\ntime, {name} contact: {len(some)} texts of {length:.0f} characters, "
            f"sieve {best_sieve * 1e6:.1f} µs, {passed / len(some):.3f} pass, "
            f"{best_all * 1e6:.1f} µs in all"
        )
        figures[f"us_sieve_{name}"] = best_sieve * 1e6
        figures[f"us_{name}"] = best_all * 1e6
        figures[f"pass_share_{name}"] = passed / len(some)
    return figures


def real(folder: Path) -> dict[str, float]:
    """Count identifiers of real listings by kind, and show some for a person to judge."""
    kinds: Counter[str] = Counter()
    found: list[tuple[str, str, str, str]] = []
    count = 0
    spent = 0.0
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        for column in ("title", "description"):
            texts = pl.Series([row[column] for row in rows], dtype=pl.String)
            began = time.process_time()
            for at in may_hold(texts).fill_null(value=False).arg_true():
                for one in identifiers(texts[at], REGIONS.get(rows[at]["currency"])):
                    kinds[one.kind] += 1
                    found.append((path.name.partition(".")[0], one.kind, one.shown_text, texts[at]))
            spent += time.process_time() - began
            count += len(texts) - texts.null_count()
    print(f"\nreal: {count} texts, {spent / count * 1e6:.1f} µs each, {dict(kinds)}")
    chosen = random.Random(SEED).sample(found, min(SHOWN, len(found)))
    for source, kind, shown, text in sorted(chosen):
        at = text.find(shown)
        print(f"  {source:15} {kind:9} {text[max(0, at - 50) : at + len(shown) + 30]!r}")
    return {"real_per_1000": 1000 * sum(kinds.values()) / count, "real_us": spent / count * 1e6}


def main() -> None:
    """Print the tables, and last one line of JSON."""
    chance = random.Random(SEED)
    figures = {
        "recall": recalls("written for", list(cases(WRITTEN_FOR, chance))),
        "recall_not_written_for": recalls("not written for", list(cases(NOT_WRITTEN_FOR, chance))),
    }
    rows, told = sandbox()
    figures |= told | times(rows)
    if len(sys.argv) > 1:
        figures |= real(Path(sys.argv[1]))
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps({"bench": "identifiers", "figures": rounded, "targets": {}}))


if __name__ == "__main__":
    main()
