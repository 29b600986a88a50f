"""A picture's bytes made into what can be compared: size and PDQ hash."""

from __future__ import annotations

import hashlib
import io
import warnings

import numpy as np
from PIL import Image as Pillow

from crawler.items import Image, PageError
from crawler.pdq import pdq

LARGEST_PIXELS = 40_000_000  # decoded, 3 bytes each
_SIDE = 512  # larger ones are shrunk first, as PDQ's reference does: the hash hardly moves
_LEAST_QUALITY = 50  # below it PDQ's authors advise not to match


def picture(url: str, body: bytes) -> Image:
    """Give what the bytes of one picture are.

    Raises:
        PageError: the bytes are no picture, a broken one, or one with too many pixels.

    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Pillow.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP", "GIF"))
            width, height = opened.size
            shrunk = _decoded(opened) if width * height <= LARGEST_PIXELS else None
    except Pillow.DecompressionBombError:
        raise PageError("too_many_pixels", "the picture is larger than any real one") from None
    except Exception as error:  # noqa: BLE001 - decoders raise of every kind on broken bytes
        raise PageError("bad_picture", f"the picture cannot be read: {_said(error)}") from None
    if shrunk is None:
        raise PageError("too_many_pixels", f"the picture has {width} by {height} pixels")
    hashed, quality = pdq(np.asarray(shrunk))
    return Image(
        image_url=url,
        image_sha256=hashlib.sha256(body).hexdigest(),
        width_px=width,
        height_px=height,
        pdq_hex=hashed if quality >= _LEAST_QUALITY else None,
        pdq_quality=quality,
    )


def _decoded(opened: Pillow.Image) -> Pillow.Image:
    opened.draft("RGB", (_SIDE, _SIDE))
    decoded = opened.convert("RGB")
    decoded.thumbnail((_SIDE, _SIDE))
    return decoded


def _said(error: Exception) -> str:
    """Give an error's words, without addresses in memory that differ from run to run."""
    return f"{type(error).__name__}: {str(error).partition('<')[0][:120]}".strip()
