"""Print a judgement for people: what was found, how sure that is, and that it is simulated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from infra.sandbox.intervals import Area, Share
from infra.sandbox.judge import Judged, Verdict
from infra.sandbox.world import date_of

_WIDTH = 100  # of the tables where the output is no terminal
_FOUND = ("scored", "fake", "flags", "precision", "recall")


def print_verdict(verdict: Verdict) -> None:
    """Print the summary and a table each by platform, tactic, honest kind and seller."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    for line in _summary(verdict):
        console.print(line)
    for table in (
        _platforms(verdict),
        _tactics(verdict),
        _crossed(verdict),
        _honest(verdict),
        _sellers(verdict),
        _kinds(verdict),
    ):
        console.print(table)
    console.print(
        "[dim]In brackets: 95 % intervals, whole sellers drawn anew (Wilson's where they are few). "
        "scored: of all that were there. rules: the readable rules alone. Simulated: the truth is "
        "planted, so the figures say how well the machinery works, not how well it would do on a "
        "real marketplace.[/dim]"
    )


def _summary(verdict: Verdict) -> list[str]:
    world, ours, rules = verdict.world, verdict.listings.all, verdict.rules.all
    days = ", ".join(f"{day} ({date_of(day)})" for day in world.days)
    lines = [
        "[bold]SIMULATED[/bold]: scores against the planted truth of the sandbox",
        "",
        f"  world                seed {world.seed}, {world.listings:,} listings, day {days}",
        f"  scored by            {', '.join(verdict.models)}",
        f"  pages fetched        {verdict.pages_fetched:>8,}",
        f"  listings there       {ours.there:>8,}   scored {ours.scored:,}",
        f"  counterfeit (truth)  {ours.counterfeit:>8,}",
        f"  red flags            {ours.flags:>8,}   of the rules alone {rules.flags:,}",
        f"  precision            {_share(ours.precision)}",
        f"    of the rules alone {_share(rules.precision)}",
        f"  recall               {_share(ours.recall)}",
        f"    of the rules alone {_share(rules.recall)}",
        f"  AUC                  {_area(ours.auc)}",
        f"    of the rules alone {_area(rules.auc)}",
    ]
    if verdict.vendors is not None:
        lines += [
            f"  pairs of accounts held to be one vendor  {_share(verdict.vendors.precision)} right",
            f"  pairs that are one vendor's              {_share(verdict.vendors.recall)} found",
        ]
    if verdict.left_out:
        lines.append(
            f"  left out             {', '.join(verdict.left_out)}: nothing was scored there"
        )
    if verdict.strangers:
        lines.append(
            f"  [bold]{verdict.strangers} scored listings were never shown on these days[/bold]"
        )
    return lines


def _platforms(verdict: Verdict) -> Table:
    table = _table("Simulated: listings by platform", "platform", *_FOUND, "AUC", "rules")
    for one, rules in _paired(verdict.listings.platforms, verdict.rules.platforms):
        table.add_row(*_found(one), _short(one.auc), _short(rules.auc))
    return table


def _tactics(verdict: Verdict) -> Table:
    title = "Simulated: counterfeit listings by tactic"
    table = _table(title, "tactic", "scored", "flags", "recall", "recall of rules")
    for one, rules in _paired(verdict.listings.tactics, verdict.rules.tactics):
        table.add_row(one.name, _scored(one), str(one.flags), *_shares(one.recall, rules.recall))
    return table


def _crossed(verdict: Verdict) -> Table:
    platforms = [one.name for one in verdict.listings.platforms if one.counterfeit]
    title = "Simulated: red flags of counterfeits, tactic by platform"
    table = _table(title, "tactic", *platforms)
    for one in verdict.listings.tactics:
        cells = verdict.listings.tactics_by_platform[one.name]
        found = [cells.get(name, Share(0, 0)) for name in platforms]
        table.add_row(one.name, *[f"{c.hits}/{c.of}" if c.of else "·" for c in found])
    return table


def _honest(verdict: Verdict) -> Table:
    title = "Simulated: honest listings by kind"
    table = _table(title, "kind", "scored", "flags", "false alarms", "of rules")
    for one, rules in _paired(verdict.listings.honest_kinds, verdict.rules.honest_kinds):
        shares = _shares(one.false_alarms, rules.false_alarms)
        table.add_row(one.name, _scored(one), str(one.flags), *shares)
    return table


def _sellers(verdict: Verdict) -> Table:
    table = _table("Simulated: sellers by platform", "platform", *_FOUND, "AUC")
    for one in (*verdict.sellers.platforms, verdict.sellers.all):
        table.add_row(*_found(one), _short(one.auc))
    return table


def _kinds(verdict: Verdict) -> Table:
    title = "Simulated: sellers by kind"
    table = _table(title, "kind", "scored", "flags", "recall", "false alarms")
    for one in verdict.sellers.kinds:
        shares = _shares(one.recall, one.false_alarms)
        table.add_row(one.name, _scored(one), str(one.flags), *shares)
    return table


def _found(one: Judged) -> tuple[str, ...]:
    counts = (_scored(one), str(one.counterfeit), str(one.flags))
    return (one.name, *counts, *_shares(one.precision, one.recall))


def _scored(one: Judged) -> str:
    return f"{one.scored}/{one.there}"


def _table(title: str, *names: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.pad_edge, table.collapse_padding = False, True
    for at, name in enumerate(names):
        table.add_column(name, justify="right" if at else "left", no_wrap=True)
    return table


def _paired(ours: Sequence[Judged], rules: Sequence[Judged]) -> Sequence[tuple[Judged, Judged]]:
    """Set each group beside the same group as the rules alone judge it."""
    return list(zip(ours, rules, strict=True))


def _shares(*found: Share) -> Iterator[str]:
    return map(_share, found)


def _share(found: Share) -> str:
    """Write "53% (26-72)"."""
    if found.value is None or found.low is None or found.high is None:
        return "·"
    return f"{found.value:.0%} ({100 * found.low:.0f}-{100 * found.high:.0f})"


def _area(found: Area) -> str:
    if found.low is None or found.high is None:
        return _short(found)
    return f"{_short(found)} ({found.low:.2f}-{found.high:.2f})"


def _short(found: Area) -> str:
    return "·" if found.value is None else f"{found.value:.2f}"
