"""What a capture says of how an answer came: over TLS, by redirects, packed, at which time."""

from __future__ import annotations

import gzip
import hashlib
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.capture import Fetched, clock_offset_s

AT = datetime(2026, 11, 1, 6, 0, 2, 500_000, tzinfo=UTC)
ITEM = b'<html><body><h1>Watch 7</h1><a class="seller-name" href="/shop/1">Shop</a></body></html>'
Key = ec.EllipticCurvePrivateKey
Made = tuple[x509.Certificate, Key]


def certificate(name: str, issuer: Made | None = None, *, is_ca: bool = True) -> Made:
    """A certificate for a name, signed by its issuer or itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )
    return made, key


def pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def sha256(made: x509.Certificate) -> str:
    return hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


class Shop(BaseHTTPRequestHandler):
    """One listing, behind a redirect, packed."""

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/item/7":
            self.send_response(301)
            self.send_header("Location", "/item/7/all")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        pages = {"/c": b'<article class="card"><a class="card-link" href="/item/7">x</a></article>'}
        body = gzip.compress(ITEM if self.path.startswith("/item/") else pages.get(self.path, b""))
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None:
        """Say nothing."""


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[tuple[int, list[str], Path]]:
    """A shop over TLS: its port, what it sends of its chain, and the file of the root."""
    root = certificate("Test root")
    between = certificate("Test authority", root)
    own, key = certificate("127.0.0.1", between, is_ca=False)
    sent, secret, trusted = (tmp_path / name for name in ("sent.pem", "key.pem", "root.pem"))
    sent.write_bytes(pem(own) + pem(between[0]))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    trusted.write_bytes(pem(root[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sent, secret)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], [sha256(own), sha256(between[0])], trusted
    server.shutdown()
    server.server_close()


class At(msgspec.Struct):
    """Where a shop is, as much as its YAML wants."""

    port: int


def test_a_capture_tells_the_whole_chain_the_redirects_and_the_time(
    crawls: Any, chain: tuple[int, list[str], Path]
) -> None:
    port, sent, trusted = chain
    address = f"https://127.0.0.1:{port}"
    crawls.add(At(port), home=f"{address}/", discovery={"categories": [f"{address}/c"]})
    begun = datetime.now(UTC)
    crawls.run(SSL_CERT_FILE=str(trusted))
    lake = str(crawls.home / "lake/captures")
    (row,) = pl.read_delta(lake).filter(pl.col("page_kind") == "listing").to_dicts()
    assert row["certificate_chain_sha256"] == sent
    assert row["certificate_sha256"] == sent[0]
    assert row["redirects"] == f'[[301,"{address}/item/7"]]'
    assert (row["requested_url"], row["url"]) == (f"{address}/item/7", f"{address}/item/7/all")
    assert row["body_bytes"] == len(ITEM)
    headers = dict(msgspec.json.decode(row["response_headers"]))
    assert headers["Content-Encoding"] == "gzip"
    assert begun <= row["answered_at"] <= datetime.now(UTC)
    assert row["fetched_at"].isoformat() == crawls.now  # the crawl's own time stays the rows'
    assert -1 < row["clock_offset_s"] < 30


def test_a_chain_that_nobody_trusts_is_no_answer(
    crawls: Any, chain: tuple[int, list[str], Path]
) -> None:
    address = f"https://127.0.0.1:{chain[0]}"
    changes = {"home": f"{address}/", "discovery": {"categories": [f"{address}/c"]}}
    crawls.add(At(chain[0]), **changes, politeness={"retries": 0})
    ended = subprocess.run(
        [crawls.command, "crawl", "show", f"{address}/item/7"],
        env=crawls.environment(),
        cwd=crawls.project,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1


@pytest.mark.parametrize(
    ("date", "offset_s"),
    [
        ("Sun, 01 Nov 2026 06:00:02 GMT", 0.5),
        ("Sun, 01 Nov 2026 05:59:00 GMT", 62.5),
        ("Sun, 01 Nov 2026 08:00:00 +0200", 2.5),
        ("yesterday", None),
        ("Sun, 99 Nov 2026 06:00:02 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("", None),
        (None, None),
    ],
)
def test_the_clock_is_held_against_the_servers(date: str | None, offset_s: float | None) -> None:
    fetched = Fetched(
        requested_url="http://x/",
        url="http://x/",
        status=200,
        request_headers=(),
        response_headers=(("Date", date),) if date is not None else (),
        body=b"",
        body_sha256="",
        answered_at=AT,
    )
    assert clock_offset_s(fetched) == offset_s
    assert clock_offset_s(msgspec.structs.replace(fetched, answered_at=None)) is None
