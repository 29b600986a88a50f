"""countermark conf: check | docs."""

from __future__ import annotations

import cyclopts

app = cyclopts.App(name="countermark conf", help="Check every YAML file; write the generated docs.")
