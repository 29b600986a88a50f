"""What a made row tells the framework beside its contract's columns."""

from __future__ import annotations

# Of a row made of new rows alone: its content changed among them, even if it changed back.
CHANGED = "_has_changed"
# It was made of all rows of its key, and not of new ones alone: it is right as it is.
WHOLE = "_is_whole"
# It breaks a rule: where it would have been taken, the stored one goes.
BAD = "_is_bad"
