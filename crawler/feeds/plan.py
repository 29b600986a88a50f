"""Where each column of ours lies in a row of theirs: made once a file, asked for every row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from conf import contract
from conf.feed import Feed
from crawler.feeds import values
from crawler.feeds.faults import Record, RowFault
from crawler.rows import Row, Stamp

_NOT_TEXT = {"listing_id", "seller_id", "url", "image_urls", "outgoing_urls", "variants_json"}
_NOT_TEXT |= {"is_gone", "observed_at"}
_JOINED_BY = {"category_text": " > "}  # what makes one text of a list, as the contract says
_AHEAD = timedelta(days=1)


class File(msgspec.Struct, frozen=True):
    """The file that rows rest on, and the time of those that tell none."""

    name: str
    sha256: str
    now: datetime
    is_now_given: bool = False


class Plan:
    """One feed's mapping, for one file."""

    def __init__(self, feed: Feed, file: File) -> None:
        at = {name: place for place, name in enumerate(wanted(feed))}
        field = template_field(feed.platform)
        self.feed = feed
        self.has = frozenset({*feed.fields, *feed.constants})
        self._file = file
        self._at = {column: at[field] for column, field in feed.fields.items()}
        self._texts = [
            (column, place, _JOINED_BY.get(column, "\n"))
            for column, place in self._at.items()
            if column not in _NOT_TEXT
        ]
        self._constant_texts = {
            name: text for name, text in feed.constants.items() if name not in _NOT_TEXT
        }
        self._platform_at = at[field] if field else None
        self._identity = [at[name] for name in feed.identity]
        self._time_column = time_column(feed.table)
        self._stamps: dict[tuple[str, datetime], Stamp] = {}
        self._heads: dict[tuple[str, ...], str] = {}

    def value(self, record: Record, column: str) -> object:
        """Give what a row has for a column of ours, else the feed's constant."""
        at = self._at.get(column)
        given = None if at is None else record.values[at]
        if given is None or given == "":
            return self.feed.constants.get(column)
        return given

    def fill(self, content: Row, record: Record) -> list[str]:
        """Put texts into their columns; give the names of the columns that the row showed."""
        content.update(self._constant_texts)
        given, shown = record.values, []
        for column, at, joined_by in self._texts:
            value = given[at]
            if type(value) is not str or not value or value.isspace():
                value = values.text(value, joined_by)
                if value is None:
                    continue
            content[column] = value
            shown.append(column)
        return shown

    def own_id(self, record: Record, column: str) -> str:
        """Give the id of what the row tells of; made of the feed's `identity` where it has none.

        Raises:
            RowFault: it has neither.

        """
        found = values.identifier(self.value(record, column))
        if found is not None:
            return found
        parts = [values.text(record.values[at]) for at in self._identity]
        if not any(parts):
            raise RowFault("no_id", f"the row has no {self.feed.fields.get(column, column)}")
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:24]

    def key(self, record: Record, column: str) -> str:
        """Give a key of a listing or seller: `platform:id`, or as it is where it is one already.

        Raises:
            RowFault: it is missing.

        """
        found = self.own_id(record, column)
        if self.feed.platform is not None:
            return f"{self.platform(record)}:{found}"
        platform, colon, own_id = found.partition(":")
        if not (platform and colon and own_id):
            raise RowFault("bad_id", f"{found[:80]!r} is no key, platform:id")
        return found

    def platform(self, record: Record) -> str:
        """Give the platform that the row tells of.

        Raises:
            RowFault: the row names none.

        """
        if self._platform_at is None:
            return self.feed.platform or ""
        name = record.values[self._platform_at]
        found = values.slug(values.text(name) or "")
        if not found:
            raise RowFault("no_platform", f"the row has no {template_field(self.feed.platform)}")
        return found

    def time(self, record: Record) -> datetime:
        """Give the row's own time, else the import's.

        Raises:
            RowFault: it is no time, or lies after the `--now` that was given.

        """
        if self._time_column not in self.has:
            return self._file.now
        found = values.moment(self.value(record, self._time_column))
        if found is None:
            return self._file.now
        if self._file.is_now_given and found > self._file.now + _AHEAD:
            raise RowFault("bad_time", f"{found.isoformat()} lies more than a day after --now")
        return found

    def stamp(self, platform: str, at: datetime) -> Stamp:
        """Give the stamp of a row."""
        known = self._stamps.get((platform, at))
        if known is None:
            if len(self._stamps) > 10_000:  # noqa: PLR2004 - a file of many times: begin anew
                self._stamps.clear()
            known = self._stamps[platform, at] = Stamp(
                platform=platform,
                at=at,
                source="feed",
                source_name=self.feed.name,
                parser=f"feed:{self.feed.name}/{self.feed.version}",
            )
        return known

    def provenance_json(self, shown: Sequence[str], record: Record) -> str:
        """Say that the feed gave each field, and where: file, its sha256, line."""
        names = tuple(shown)
        head = self._heads.get(names)
        if head is None:
            told = dict.fromkeys(sorted({*names, *self._constant_texts}), "feed")
            told |= {"file": self._file.name, "file_sha256": self._file.sha256}
            head = self._heads[names] = msgspec.json.encode(told).decode()[:-1]
        return f'{head},"line":"{record.line}"}}'


def wanted(feed: Feed) -> tuple[str, ...]:
    """Give the fields of theirs that a feed reads, each once."""
    template = template_field(feed.platform)
    more = [template] if template else []
    return tuple(dict.fromkeys([*feed.fields.values(), *feed.identity, *more]))


def time_column(table: str) -> str:
    """Give the column that holds the time of a table's rows."""
    return (contract.table(table).partition or "").replace("_on", "_at")


def template_field(template: str | None) -> str | None:
    """Give the field that "{field}" names; None for a plain name."""
    found = re.fullmatch(r"\{(.+)\}", template or "")
    return found.group(1) if found else None
