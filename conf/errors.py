"""The one error tree. A message says what is wrong, where, and what to do about it.

    CountermarkError
    ├── ConfError        a YAML file, an option or the machine's set-up is wrong
    │   └── ContractError    rows do not keep what a table's contract promises
    ├── CrawlError       a page, a capture or a pack could not be taken or read
    ├── FeedError        a partner's file cannot be read at all
    ├── LakeError        a table is missing, held by another writer, or damaged
    └── ModelError       a model is missing or damaged, or was not judged
        └── GateError        a judged model does not pass its gate

The command line prints the message alone and ends with the error's status; anything else is a
fault of ours and keeps its traceback.
"""

from __future__ import annotations


class CountermarkError(Exception):
    """Whatever a user can mend."""

    status = 1  # what the command line ends with


class ConfError(CountermarkError):
    """A YAML file, an option or the machine's set-up is wrong."""


class ContractError(ConfError):
    """Rows do not keep what a table's contract promises."""


class CrawlError(CountermarkError):
    """A page, a capture or a pack could not be taken or read."""


class FeedError(CountermarkError):
    """A partner's file cannot be read at all."""


class LakeError(CountermarkError):
    """A table is missing, held by another writer, or damaged."""


class ModelError(CountermarkError):
    """A model is missing or damaged, or was not judged."""


class GateError(ModelError):
    """A judged model does not pass its gate; a schedule goes on with what scored before."""

    status = 3
