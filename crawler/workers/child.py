"""One process of a crawl that is watched over: a worker or the committer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress

import msgspec

from conf.errors import CrawlError
from crawler.workers.work import WRONG, Worked

_TRIES = 20  # deaths of one process with nothing new in the lake between them
_FIRST_S, _MOST_S = 0.25, 60.0  # before it is started again: a disk may be full for ten minutes
_END_S = 30.0  # for a process to end when told to
_COMMAND = "from conf.cli import main; main()"


class Child:
    """One process that is started again when it dies."""

    def __init__(self, verb: str, *options: str) -> None:
        self._verb, self._options = verb, options
        self.deaths, self.start_at = 0, 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe would hold up who says much
        self.worked: Worked | None = None

    def start(self) -> None:
        """Start it, in a session of its own: a key pressed on a terminal is for us to handle."""
        self._out.seek(0)
        self._out.truncate()
        options = (*self._options, "--parent", str(os.getpid()))
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", _COMMAND, "crawl", self._verb, *options],
            stdout=self._out,
            start_new_session=True,
        )

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def watch(self, now: float) -> None:
        """See how it is; a dead one is started again, later each time.

        Raises:
            CrawlError: it died too often.

        """
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.process = None
        self.worked = self._said() if status == 0 and self._verb == "work" else None
        if self.worked is not None and self.worked.is_done:
            return
        self.worked, self.deaths = None, self.deaths + 1
        if self.deaths > _TRIES or status == WRONG:
            raise CrawlError(
                f"`countermark crawl {self._verb}` ended with status {status}, for the "
                f"{self.deaths}. time with nothing done between; see what it said above, mend that "
                "and run the same command again, it goes on from here"
            )
        self.start_at = now + min(_MOST_S, _FIRST_S * 2 ** (self.deaths - 1))

    def tell_to_end(self) -> None:
        """Have it end in good order; see `end`."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Wait for it to end in good order; if it does not, it is killed."""
        self.tell_to_end()
        if self.process is not None:
            try:
                self.process.wait(timeout=_END_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._out.close()

    def _said(self) -> Worked | None:
        """Give what it said last: how its work went."""
        self._out.seek(0)
        lines = self._out.read().splitlines()
        return msgspec.json.decode(lines[-1], type=Worked) if lines else None
