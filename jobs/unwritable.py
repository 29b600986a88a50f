"""Says in one line why a table's folder could not be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conf.errors import LakeError
from conf.place import Place


@contextmanager
def told(path: Place, what: str = "it") -> Iterator[None]:
    """Tell what delta-rs or the file system says as our error, and `what` to run again.

    Raises:
        LakeError: instead of theirs.

    """
    from deltalake.exceptions import CommitFailedError, DeltaError

    try:
        yield
    except CommitFailedError:
        raise LakeError(
            f"another process wrote {path} at the same time and won; run {what} again, and keep "
            "one writer a table"
        ) from None
    except (DeltaError, OSError) as error:
        why = " ".join(str(error).split())[:300]
        raise LakeError(
            f"{path} cannot be written: {why}; mend that and run {what} again"
        ) from None
