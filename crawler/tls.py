"""What a connection and the head of an answer tell that Scrapy does not hand on.

Both travel as headers of ours; what a server sends under their names is thrown away, so that none
can make up a chain.
"""

from __future__ import annotations

import hashlib
from typing import Any

from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate

CHAIN, ENCODING = b"Countermark-Chain", b"Countermark-Encoding"


def told(chain: bytes, answer: Any) -> Any:
    """Give an answer of Twisted's that tells of its connection's chain and its own encoding."""
    headers = answer.headers
    ours = {CHAIN: [chain] if chain else [], ENCODING: headers.getRawHeaders(b"content-encoding")}
    for name, values in ours.items():
        headers.removeHeader(name)
        if values:
            headers.setRawHeaders(name, values)
    return answer


def presented(transport: Any) -> bytes:
    """Give the sha256 of each certificate that the server sent, its own first; none without TLS."""
    handle: Any = transport.getHandle() if hasattr(transport, "getHandle") else None
    if not hasattr(handle, "get_peer_cert_chain"):
        return b""
    chain = handle.get_peer_cert_chain() or []
    sent = [dump_certificate(FILETYPE_ASN1, one) for one in chain]
    return ",".join(hashlib.sha256(one).hexdigest() for one in sent).encode()
