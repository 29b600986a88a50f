"""What a shared frontier is filled with: at the beginning of a crawl, and after it was lost."""

from __future__ import annotations

from collections.abc import Sequence

from conf.platform import Platform
from conf.site import Site
from crawler import beginning
from crawler.frontier.known import Known
from crawler.frontier.ledger import Ledger
from crawler.workers import shared
from crawler.workers.recalling import Recaller


def begin(plan: shared.Running, ledger: Ledger) -> None:
    """Note the limit of a crawl that begins, before anything else.

    Whoever does not find it there knows that the store has lost all it had before, and that
    whatever else is there now is a part only.

    Raises:
        ConfError: it began with another limit.

    """
    if is_lost(ledger):
        ledger.unnote(*(beginning.seeded(name) for name in plan.names))
    beginning.check_limit(ledger, plan.crawl, plan.limit)


def fill(site: Site, plan: shared.Running, due: Sequence[Platform], ledger: Ledger) -> None:
    """Fill the frontier with what it was not filled with before: first with what the lake has.

    Of a frontier that was lost nothing is known. What of its pages is not in the lake is asked for
    again, and what comes twice stays out of it, see `Taken`.
    """
    new = beginning.unseeded(ledger, due)
    if new:
        frontier = shared.join(site, plan, new)
        try:
            Recaller(site, plan, new, ledger).recall(frontier)
            beginning.seed(site, frontier, new, plan.crawl)
        finally:
            frontier.close()
    ledger.let_go([one.name for one in due])


def is_lost(ledger: Ledger) -> bool:
    """Say whether the store knows nothing of a crawl that has begun."""
    return ledger.fact("limit") is None


def is_over(due: Sequence[Platform], ledger: Ledger, silent: dict[str, str]) -> bool:
    """Say whether nothing is left but what waits for silent hosts."""
    known = Known(due)
    known.silent.update(silent)
    known.count(ledger.open())
    return known.is_empty
