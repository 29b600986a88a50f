"""countermark vendor: find, show, top, link, history, decide, learn."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import cyclopts

from jobs import printing

app = cyclopts.App(name="countermark vendor", help="Who is behind seller accounts.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]


@app.command
def find(text: str, /, *, as_json: Json = False) -> None:
    """Find sellers by a phone number, handle, address, name or key, and who is behind them.

    Args:
        text: As it was seen, disguised or not; or a seller_key or vendor_key.
        as_json: Print the hits as JSON.

    """
    import msgspec

    from jobs.vendors import _asked

    found = _asked.find(_lake(), text)
    _print([msgspec.to_builtins(one) for one in found], as_json=as_json)


@app.command
def show(vendor_key: str, /, *, as_json: Json = False) -> None:
    """Show a vendor: what it is suspected of, its accounts, and what links them.

    Args:
        vendor_key: Vendor.
        as_json: Print it as JSON.

    """
    from jobs.vendors import _asked

    found = _asked.show(_lake(), vendor_key)
    if as_json:
        printing.as_json(found)
        return
    _print_facts(found.summed)
    _print([_short(one) for one in found.accounts], as_json=False)
    _print([_short(one) for one in found.links], as_json=False)


@app.command
def top(
    *,
    brand: str | None = None,
    place: str | None = None,
    limit: int = 20,
    as_json: Json = False,
) -> None:
    """List the most suspect vendors.

    Args:
        brand: Only those who offer this brand.
        place: Only those with this country among their places, as CN.
        limit: How many.
        as_json: Print them as JSON.

    """
    from jobs.vendors import _asked

    found = _asked.top(_lake(), brand, place, limit)
    shown = (
        "vendor_key",
        "suspicion",
        "seller_count",
        "platforms",
        "brands",
        "red_flag_count",
        "flagged_value_usd",
        "countries",
        "came_back_count",
    )
    rows = found if as_json else [_short({name: one[name] for name in shown}) for one in found]
    _print(rows, as_json=as_json)


@app.command
def link(seller_a: str, seller_b: str, /, *, as_json: Json = False) -> None:
    """Say why two sellers are held to be one vendor or not, how sure that is, and by which values.

    Args:
        seller_a: seller_key, platform:id.
        seller_b: The other.
        as_json: Print it as JSON.

    """
    import msgspec

    from jobs.vendors import _asked

    found = _asked.link(_lake(), seller_a, seller_b)
    if as_json:
        printing.as_json(found)
        return
    facts = msgspec.to_builtins(found)
    shared = facts.pop("shared")
    _print_facts(facts)
    _print(shared, as_json=False)


@app.command
def history(vendor_key: str, /, *, as_json: Json = False) -> None:
    """Tell how a vendor came about: accounts that joined, merges and splits, the newest first.

    Args:
        vendor_key: Vendor.
        as_json: Print the changes as JSON.

    """
    from jobs.vendors import _asked

    found = _asked.history(_lake(), vendor_key)
    rows = found if as_json else [_short(one) for one in found]
    _print(rows, as_json=as_json)


@app.command
def decide(  # noqa: PLR0913 - each is an argument of the command
    verdict: Literal["confirmed", "cut", "forbidden", "open"],
    seller_a: str,
    seller_b: str,
    /,
    *,
    by: str,
    note: str = "",
    now: datetime | None = None,
    as_json: Json = False,
) -> None:
    """Decide of a link; it holds from the next `job run all` on, until it is decided anew.

    Args:
        verdict: confirmed (one vendor), cut (what links the two does not count), forbidden (never
            one vendor) or open (as if nobody had decided).
        seller_a: seller_key, platform:id.
        seller_b: The other.
        by: Role or name of who decides.
        note: Why.
        now: When, default now.
        as_json: Print what was decided as JSON.

    """
    from conf.site import site
    from jobs.vendors import _asked, _decided

    here = site()
    _asked.link(_lake(), seller_a, seller_b)  # both are known
    at = now or datetime.now(UTC)
    two = _decided.pair(seller_a, seller_b)
    _decided.decide(here, [two], verdict, by, note, at)
    told = {"verdict": verdict, "seller_key_a": two[0], "seller_key_b": two[1], "decided_by": by}
    _print([told], as_json=as_json)


@app.command
def learn(*, as_json: Json = False) -> None:
    """Learn from decisions of links how much each kind of evidence weighs; kept if it tells more.

    The next `countermark job run all` links every account anew by it.

    Args:
        as_json: Print what came of it as JSON.

    """
    from conf.site import site
    from jobs.vendors import _taught

    found = _taught.teach(site())
    if as_json:
        printing.as_json(found)
        return
    kept = f"kept in {found.file}" if found.file else "no better than without, so it was not kept"
    sys.stdout.write(
        f"{found.confirmed} confirmed and {found.forbidden} forbidden pairs: of those not learned "
        f"from {found.right:.1%} are told right, {found.right_without:.1%} without; {kept}\n"
    )


def _lake() -> Any:
    from conf.site import site
    from jobs.reader import Lake

    return Lake(site().lake)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _told(value) for name, value in row.items()}


def _told(value: Any) -> Any:
    """Give a value as a cell of a table shows it."""
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value


def _print_facts(facts: dict[str, Any]) -> None:
    width = max(map(len, facts))
    known = _short({name: one for name, one in facts.items() if one not in (None, [], ())})
    sys.stdout.writelines(f"{name:<{width}}  {value}\n" for name, value in known.items())
    sys.stdout.write("\n")


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        printing.as_json(rows)
    else:
        printing.as_table(rows, "nothing")
