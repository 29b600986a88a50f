"""Writes one listing's evidence as a WARC/1.1 file that the usual tools open and check.

Bodies are kept unpacked, so what spoke of the packed ones keeps its value under a name that says
so (`X-Archive-Orig-…`). The same lake gives the same file, byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

import msgspec
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from conf.site import Site
from jobs.evidence_exhibits import FORMAT, Case, Exhibit, case, record_id, stated
from jobs.whole import whole

_OF_THE_PACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_BROWSER = frozenset({"rendered", "screenshot"})
_Headers = list[tuple[str, str]]
_json = msgspec.json.Encoder(order="deterministic")


class Written(msgspec.Struct, frozen=True):
    """What an export wrote."""

    path: Path
    manifest: Path
    size: int
    sha256: str
    captures: int
    left_out: dict[str, str]


class Place(msgspec.Struct, frozen=True):
    """Where one record lies in the file, and what its bytes hash to."""

    record_id: str
    type: str
    offset: int
    length: int
    sha256: str


def export(site: Site, key: str, to: Path) -> Written:
    """Write the evidence of a listing to `to`, and its manifest beside it.

    Raises:
        LakeError: there is no such listing, it rests on no page, or its page was altered.
        ConfError: the file cannot be written.

    """
    found = case(site, key)
    path = to if to.name.endswith(".warc.gz") else to.with_name(f"{to.name}.warc.gz")
    with whole(path) as part:
        with part.open("wb+") as file:
            places = write(found, file, path.name)
        content = part.read_bytes()
    file_says = {"name": path.name, "bytes": len(content), "sha256": _sha256(content)}
    beside = manifest_path(path)
    with whole(beside) as part:
        part.write_bytes(_json.encode({**manifest(found), "file": file_says, "records": places}))
    return Written(
        path, beside, len(content), _sha256(content), len(found.exhibits), found.left_out
    )


def manifest_path(path: Path) -> Path:
    """Give where the manifest of a WARC file lies beside it."""
    return path.with_name(f"{path.name.removesuffix('.warc.gz')}.manifest.json")


def manifest(found: Case) -> dict[str, Any]:
    """Give what an export says of itself: every capture with its seal, and the chain of the score.

    Hash `leaf` with a zero byte before it, then go up `path`: a pair is hashed with a one byte
    before it (RFC 6962); the end must be `root`.
    """
    return {
        "format": FORMAT,
        "listing_key": found.found.listing_key,
        "captures": [one.told for one in found.exhibits],
        "left_out": found.left_out,
        "evidence": found.found,
        "faults": found.found.faults,
    }


def write(found: Case, file: BinaryIO, name: str) -> list[Place]:
    """Write the records of a case; gives where each of them lies."""
    out = _Writer(file, gzip=True, warc_version="WARC/1.1")
    first = stated(found.exhibits[0].row)
    records = [_about(out, found, name, first)]
    bodies: dict[str, Exhibit] = {}
    for one in found.exhibits:
        records += _records(out, one, bodies)
        if _is_exchange(one):
            bodies.setdefault(one.row["body_sha256"], one)
    key = found.found.listing_key
    content = _json.encode(manifest(found))
    uri = f"urn:countermark:manifest:{quote(key, safe=':')}"
    records.append(_document(out, uri, content, record_id("manifest", key), first))
    return [_put(out, file, record) for record in records]


class _Writer(WARCWriter):  # type: ignore[misc]
    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """The head of a message, whose bytes are those that were sent."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.to_bytes(header_filter, "latin-1")


def _put(out: _Writer, file: BinaryIO, record: ArcWarcRecord) -> Place:
    offset = file.tell()
    out.write_record(record)
    length = file.tell() - offset
    file.seek(offset)
    name = record.rec_headers.get_header("WARC-Record-ID")
    return Place(name, record.rec_type, offset, length, _sha256(file.read(length)))


def _about(out: _Writer, found: Case, name: str, at: str) -> ArcWarcRecord:
    text = (
        f"software: {found.exhibits[0].row['tool']}\r\n"
        "format: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
        f"\r\ndescription: evidence of the listing {found.found.listing_key}; bodies are unpacked, "
        "headers that spoke of the packed ones begin with X-Archive-Orig-, and those that a "
        "connection adds by itself (Host, Connection) are not kept\r\n"
    ).encode()
    own = {"WARC-Record-ID": record_id("about", found.found.listing_key), "WARC-Date": at}
    own["WARC-Filename"] = quote(name)
    return out.create_warc_record(
        "", "warcinfo", BytesIO(text), len(text), "application/warc-fields", own
    )


def _records(out: _Writer, one: Exhibit, bodies: dict[str, Exhibit]) -> list[ArcWarcRecord]:
    """Give the records of one capture: what came, what was asked, and what is known of both."""
    row, told = one.row, one.told
    own = _own(row, told.record_id)
    about = _document(
        out,
        _uri(row["url"]),
        _json.encode(told),
        record_id("told", row["capture_id"]),
        stated(row),
        {"WARC-Refers-To": told.record_id},
    )
    if not _is_exchange(one):
        uri = _uri(row["url"])
        if row["page_kind"] in _BROWSER:
            uri = f"urn:{row['page_kind']}:{uri}"
        kind = row["content_type"] or "application/octet-stream"
        body = BytesIO(one.body)
        return [out.create_warc_record(uri, "resource", body, len(one.body), kind, own), about]
    return [_answer(out, one, own, bodies), _request(out, one), about]


def _answer(
    out: _Writer, one: Exhibit, own: dict[str, str], bodies: dict[str, Exhibit]
) -> ArcWarcRecord:
    row = one.row
    status = f"{row['status']} {responses.get(row['status'], '')}".rstrip()
    head = _Head(status, _as_unpacked(row), protocol="HTTP/1.1")
    before = bodies.get(row["body_sha256"])
    if before is None:
        body = BytesIO(one.body)
        return out.create_warc_record(
            _uri(row["url"]),
            "response",
            body,
            len(one.body),
            warc_headers_dict=own,
            http_headers=head,
        )
    own["WARC-Refers-To"] = before.told.record_id
    return out.create_revisit_record(
        _uri(row["url"]),
        digest(row["body_sha256"]),
        _uri(before.row["url"]),
        stated(before.row),
        http_headers=head,
        warc_headers_dict=own,
    )


def _request(out: _Writer, one: Exhibit) -> ArcWarcRecord:
    row = one.row
    parts = urlsplit(_uri(row["url"]))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = _Head(f"GET {path} HTTP/1.1", _headers(row["request_headers"]), is_http_request=True)
    own = _own(row, record_id("request", row["capture_id"]))
    own["WARC-Concurrent-To"] = one.told.record_id
    return out.create_warc_record(
        _uri(row["url"]), "request", BytesIO(), 0, warc_headers_dict=own, http_headers=head
    )


def _document(
    out: _Writer, uri: str, content: bytes, name: str, at: str, more: dict[str, str] | None = None
) -> ArcWarcRecord:
    own = {"WARC-Record-ID": name, "WARC-Date": at, **(more or {})}
    kind = "metadata" if more else "resource"
    return out.create_warc_record(
        uri, kind, BytesIO(content), len(content), "application/json", own
    )


def _own(row: dict[str, Any], name: str) -> dict[str, str]:
    own = {"WARC-Record-ID": name, "WARC-Date": stated(row)}
    return own | ({"WARC-IP-Address": row["ip_address"]} if row["ip_address"] else {})


def _is_exchange(one: Exhibit) -> bool:
    """Say whether an answer to a request was seen: not of a saved page or a browser's picture."""
    is_web = one.row["url"].startswith(("http://", "https://"))
    return is_web and one.row["page_kind"] not in _BROWSER and one.row["request_headers"] != "[]"


def _as_unpacked(row: dict[str, Any]) -> _Headers:
    kept = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_PACKED else name, value)
        for name, value in _headers(row["response_headers"])
    ]
    return [*kept, ("Content-Length", str(row["body_bytes"]))]


def _headers(text: str) -> _Headers:
    return [(str(name), str(value)) for name, value in msgspec.json.decode(text)]


def digest(sha256: str) -> str:
    """Give a sha256 as WARC tools write it."""
    return f"sha256:{base64.b32encode(bytes.fromhex(sha256)).decode()}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _uri(url: str) -> str:
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")
