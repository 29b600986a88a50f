"""What a connection tells of the server's certificates."""

from __future__ import annotations

import hashlib
import ssl
from functools import cache
from typing import Any

_DER = 2  # ENCODING_DER of Python's own _ssl


@cache
def verifying() -> ssl.SSLContext:
    """Give the context of connections: a page read over an unverified one proves nothing."""
    return ssl.create_default_context()


def presented(connection: Any) -> tuple[str, ...]:
    """Give the sha256 of each certificate that the server sent, its own first; none without TLS.

    Args:
        connection: `ssl.SSLObject` whose handshake is over, or None.

    """
    if connection is None:
        return ()
    if hasattr(connection, "get_unverified_chain"):  # public from Python 3.13 on
        sent = connection.get_unverified_chain()
    else:
        sent = [one.public_bytes(_DER) for one in connection._sslobj.get_unverified_chain()]  # noqa: SLF001
    return tuple(hashlib.sha256(one).hexdigest() for one in sent)
