"""countermark conf: check."""

from __future__ import annotations

import sys

import cyclopts

app = cyclopts.App(name="countermark conf", help="Check what is known before anything runs.")


@app.command
def check(*, json: bool = False) -> None:
    """Read every YAML file of conf/ and tell all faults at once; status 1 if there is one.

    Args:
        json: Print the result as JSON instead of lines.

    """
    import msgspec

    from conf import check as checking

    found = checking.check()
    faults = [fault for one in found for fault in one.faults]
    if json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        sys.stdout.writelines(f"{one.kind:<10} {one.files:>4} read\n" for one in found)
        sys.stdout.writelines(f"conf: {fault}\n" for fault in faults)
    raise SystemExit(1 if faults else 0)
