"""The front door: `countermark GROUP VERB …`.

Each group's verbs live in the package that does the work, and are loaded only when that group is
named, so that `countermark --help` answers at once and `crawl` never starts a JVM.
"""

from __future__ import annotations

import sys

import cyclopts

from conf.errors import CountermarkError

# group -> module:app and what it is for; the module is imported when the group is asked for
GROUPS = {
    "crawl": ("crawler.cli:app", "Fetch listings, read saved pages, look at what a page gave."),
    "feed": ("crawler.feeds.cli:app", "Import files that partners and platforms send."),
    "job": ("jobs.cli:app", "Turn what was seen into scores and reports."),
    "lake": ("jobs.lake_cli:app", "Look at the tables."),
    "model": ("ml.cli:app", "Train, judge and promote models."),
    "report": ("jobs.report.cli:app", "Write the reports that people read."),
    "evidence": ("jobs.evidence_cli:app", "Follow a number back to the page it rests on."),
    "sandbox": ("infra.sandbox.cli:app", "Marketplaces on this machine, with a known truth."),
    "conf": ("conf.check_cli:app", "Check every YAML file; write the generated docs."),
}

app = cyclopts.App(
    name="countermark",
    help="Find counterfeit listings, prove each one, trace who sells them.",
    version_flags=["--version"],
)
for _name, (_where, _help) in GROUPS.items():
    app.command(_where, name=_name, help=_help)


def main() -> None:
    """Run one command; what a user can mend is told in one line, with status 1."""
    try:
        app()
    except CountermarkError as error:
        sys.stderr.write(f"countermark: {error}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("countermark: stopped; run it again to go on from here\n")
        raise SystemExit(130) from None
