"""From the store's hand to the worker's, and from there to the host: what still may go out."""

from __future__ import annotations

from crawler.frontier.held import Held, Verdict
from crawler.frontier.host import Ask, Host
from crawler.frontier.known import Known
from crawler.frontier.reply import Leased

_LATE, _LATE_S = 0.2, 0.02  # of the interval; no clock of a busy machine is better than that


def verdict(known: Known, ask: Ask, at: float, now: float) -> Verdict:
    """Say what becomes of a request whose moment has come."""
    host = known.hosts[ask.host]
    if host.is_closed:
        return "release"
    if ask.platform in known.ended and ask.target and ask.target.kind == "index":
        return "drop"
    if _is_late(host, at, now) or known.lacks_token(ask):
        return "later"
    if ask.purpose == "robots":
        return "go"
    if host.rules is None:
        return "later"
    return "go" if host.rules.allows(ask.url) else "disallowed"


def _is_late(host: Host, at: float, now: float) -> bool:
    """Say whether a moment is so long gone that a request now would crowd the next one."""
    interval_s = host.pace.interval_s
    return interval_s > 0 and now - at > max(_LATE_S, _LATE * interval_s)


def take(known: Known, held: Held, reply: Leased, delay_s: float) -> set[str]:
    """Take in hand what was handed out, and learn how the crawl stands.

    `delay_s` makes a moment of the store's clock one of ours. Gives the hosts whose requests of the
    day are used up.
    """
    for one in reply.targets:
        ask = Ask("page", one.target.platform, one.target.host, one.target.url, one.target)
        held.lease(one.at + delay_s, ask, one.wants)
    for key, moment in reply.slots:
        again = held.wanted.pop(key, None)
        if again is not None:
            held.at_hand.push(moment + delay_s, again)
    for name, moment in reply.robots:
        held.at_hand.push(moment + delay_s, known.hosts[name].robots_ask())
    for name, moment in reply.pauses:
        held.hold(name, moment + delay_s)
    for name in reply.closed:
        known.close(name)
    known.ended.update(reply.ended)
    known.uncommitted = reply.uncommitted
    known.count(reply.counts)
    return set(reply.spent) - held.at_hand.hosts
