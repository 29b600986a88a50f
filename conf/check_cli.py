"""countermark conf: check, accept."""

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


@app.command
def accept() -> None:
    """Note the columns of every contract as accepted, when its version says how they changed.

    A column that is added, widened or renamed raises a version's second number, anything else its
    first; bronze cannot lose what it holds. Lakes follow with `countermark lake migrate`.
    """
    from conf import shapes

    faults = shapes.accept()
    sys.stdout.writelines(f"conf: {fault}\n" for fault in faults)
    if not faults:
        sys.stdout.write(f"{shapes.SHAPES} is as the contracts are\n")
    raise SystemExit(1 if faults else 0)
