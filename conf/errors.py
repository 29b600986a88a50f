"""The one error tree. A message says what is wrong, where, and what to do about it.

    CountermarkError
    ├── ConfError        a YAML file, an option or the machine's set-up is wrong
    │   └── ContractError    rows do not keep what a table's contract promises
    ├── CrawlError       a page, a capture or a pack could not be taken or read
    ├── FeedError        a partner's file cannot be read at all
    ├── LakeError        a table is missing, held by another writer, or damaged
    └── ModelError       a model is missing, damaged, or may not be promoted

The command line prints the message alone and ends with status 1; anything else is a fault of ours
and keeps its traceback.
"""

from __future__ import annotations


class CountermarkError(Exception):
    """Whatever a user can mend."""


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
    """A model is missing, damaged, or may not be promoted."""
