"""countermark model: learning, judging, promoting and watching models."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import cyclopts

app = cyclopts.App(name="countermark model", help="Train, judge and promote models.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Flag = Annotated[bool, cyclopts.Parameter(negative="")]


@app.command
def train(name: str, /, *, tasks: int = 0, as_json: Json = False) -> None:
    """Learn from people's decisions, calibrate and register; the same examples make nothing new.

    Args:
        name: Model, a file in conf/models.
        tasks: Fit on the site's cluster by so many tasks at once; 0 fits on this machine.
        as_json: Print the version as JSON.

    """
    from conf.site import site
    from ml import telling
    from ml.train import train as make

    found = make(site(), name, tasks)
    _print(found, telling.trained(found), as_json=as_json)


@app.command
def judge(name: str, /, *, version: str | None = None, as_json: Json = False) -> None:
    """Judge a version on platforms, times and sellers that it did not learn from.

    One page (HTML, and its numbers as JSON) is kept with the version in MLflow: curves, slices,
    attacks, costs, controls, the gate and the model's card.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the newest.
        as_json: Print the judgement as JSON.

    """
    from conf.site import site
    from ml import telling
    from ml.judge import judge as make
    from ml.judge import page_of

    found = make(site(), name, version, datetime.now(UTC))
    where = page_of(site(), found)
    _print(found, f"{telling.judged(found)}\nthe page: {where}", as_json=as_json)


@app.command
def promote(name: str, /, *, version: str | None = None, as_json: Json = False) -> None:
    """Let a version score from now on, if its judgement passes the gate in conf/models.

    The status is 3 when it does not pass: what scored before goes on.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the newest.
        as_json: Print each number beside its gate as JSON.

    """
    from conf.site import site
    from ml import shelf, telling

    found = shelf.promote(site(), name, version)
    _print(found, telling.promoted(found), as_json=as_json)


@app.command
def compare(a: str, b: str, /, *, as_json: Json = False) -> None:
    """Say whether B is better than A on platforms that neither saw, and how sure that is.

    Args:
        a: Version as NAME or NAME:VERSION, the newest by default.
        b: The other.
        as_json: Print the figures of both as JSON.

    """
    from conf.site import site
    from ml.compare import compare as make
    from ml.compare import told

    found = make(site(), a, b)
    _print(found, "\n".join(told(found)), as_json=as_json)


@app.command
def explain(listing_key: str, /, *, as_of: date | None = None, as_json: Json = False) -> None:
    """Explain a listing's score, computed anew from the tables and the model that it names.

    The status is 1 when it does not come out the same to the digit.

    Args:
        listing_key: Listing, as platform:listing_id.
        as_of: Explain the score that it had at the end of this day, UTC.
        as_json: Print score, features and weights as JSON.

    """
    from conf.site import site
    from ml.explain import explain as make
    from ml.explain import told

    found = make(site(), listing_key, as_of)
    _print(found, "\n".join(told(found)), as_json=as_json)
    raise SystemExit(not found.anew.is_same)


@app.command
def frame(name: str, /, *, as_of: date, out: Path, as_json: Json = False) -> None:
    """Write the training frame as it was at the end of a day, as Parquet.

    One row a labelled listing: keys, times, label and trust, then the model's features; nothing
    that was seen, decided or computed after that day is in it.

    Args:
        name: Model, a file in conf/models.
        as_of: Day, UTC.
        out: File to write.
        as_json: Print what was written as JSON.

    """
    from conf.site import site
    from ml import telling
    from ml.frame import write

    found = write(site(), name, as_of, out)
    _print(found, telling.framed(found), as_json=as_json)


@app.command(name="list")
def list_(*, as_json: Json = False) -> None:
    """List the versions of the site's model with their judged figures.

    Args:
        as_json: Print the list as JSON.

    """
    from conf.site import site
    from ml import shelf, telling

    found = shelf.listed(site())
    _print(found, telling.listed(found), as_json=as_json)


@app.command
def weigh(*, as_json: Json = False) -> None:
    """Learn what tells a product from the site's own listings that give its number.

    The next `countermark job run all` matches every listing anew by it.

    Args:
        as_json: Print the weights as JSON.

    """
    from conf.site import site
    from ml.products import weigh as make

    found = make(site())
    _print(found, f"weights of {found.listings} listings: {found.file}", as_json=as_json)


@app.command
def rollback(name: str, /, *, as_json: Json = False) -> None:
    """Let the champion before this one score again; once more changes nothing.

    Args:
        name: Model, a file in conf/models.
        as_json: Print which version scores now as JSON.

    """
    from conf.site import site
    from ml import shelf, watching_told

    found = shelf.rollback(site(), name)
    _print(found, watching_told.rolled_back(found), as_json=as_json)


@app.command
def shadow(
    name: str,
    /,
    *,
    version: str | None = None,
    stop: Flag = False,
    show: Flag = False,
    as_json: Json = False,
) -> None:
    """Let a version score beside the champion, unseen; `job run shadow_scores` scores.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the newest.
        stop: Let none score in the shadow any more.
        show: Say what would be another if it were champion.
        as_json: Print the result as JSON.

    """
    from conf.errors import ConfError
    from conf.site import site
    from ml import shadow as shadows
    from ml import watching_told

    if stop + show + (version is not None) > 1:
        raise ConfError("give one of --version, --stop and --show")
    if show:
        compared = shadows.shown(site(), name)
        _print(compared, watching_told.compared(compared), as_json=as_json)
        return
    found = shadows.stop(site(), name) if stop else shadows.start(site(), name, version)
    _print(found, watching_told.shadow(found), as_json=as_json)


@app.command
def watch(name: str, /, *, version: str | None = None, as_json: Json = False) -> None:
    """Say how far listings and scores have moved since training, and what is missed.

    The status is 3 on an alarm, or when the model should be trained anew.

    Args:
        name: Model, a file in conf/models.
        version: Version, default the champion.
        as_json: Print what was found as JSON.

    """
    from conf.site import site
    from ml import watching, watching_told

    found = watching.watch(site(), name, version)
    _print(found, watching_told.watched(found), as_json=as_json)
    raise SystemExit(3 if found.alarms or found.retrain else 0)


@app.command
def queue(
    name: str,
    /,
    *,
    budget: int = 50,
    random_share: float = 0.1,
    today: date | None = None,
    out: Path | None = None,
    as_json: Json = False,
) -> None:
    """List what to look at or to buy next, so that the model learns the most from it.

    `feed import FILE --feed review_queue` reads the filled list back.

    Args:
        name: Model, a file in conf/models.
        budget: Listings on the list.
        random_share: Share of them drawn at random, 0 to 1.
        today: Day of the draw, default today in UTC.
        out: CSV for people to fill in.
        as_json: Print the list as JSON.

    """
    from conf.site import site
    from ml import queueing

    found = queueing.queue(site(), name, budget, random_share, today or datetime.now(UTC).date())
    if out is not None:
        queueing.write(found, out)
    _print(found, queueing.as_table(found), as_json=as_json)


@app.command
def hidden(
    name: str, /, *, budget: int = 50, out: Path | None = None, as_json: Json = False
) -> None:
    """List undecided listings that look like confirmed counterfeits, while no model can be trained.

    For a site whose decisions confirm counterfeits and say of hardly anything that it is genuine.
    `feed import FILE --feed review_queue` reads the filled list back.

    Args:
        name: Model whose features are taken, a file in conf/models.
        budget: Listings on the list, one a seller.
        out: CSV for people to fill in.
        as_json: Print the list and what it rests on as JSON.

    """
    from conf.site import site
    from ml import hidden as hiding
    from ml import queueing

    found = hiding.hidden(site(), name, budget)
    if out is not None:
        queueing.write(list(found.picks), out)
    _print(found, hiding.as_table(found), as_json=as_json)


@app.command
def words(
    *,
    language: str | None = None,
    since: date | None = None,
    until: date | None = None,
    most: int = 30,
    out: Path | None = None,
    as_json: Json = False,
) -> None:
    """Propose words that tell counterfeit offers, learned from decisions; nothing is applied.

    Log-odds with their intervals, counted once a seller, on two platforms or more, with the first
    and last day on which they were seen; words of conf/lexicons that honest sellers say as well.

    Args:
        language: Only texts of this language, as en or zh.
        since: Only listings that were decided upon from this day on, UTC.
        until: Only those up to this day.
        most: Additions a language, the surest first.
        out: YAML for a person to read.
        as_json: Print the words as JSON.

    """
    from conf.site import site
    from ml import words_told
    from ml.learned_words import learned

    found = learned(site(), language, since, until, most)
    if out is not None:
        from jobs.whole import whole

        with whole(out) as part:
            part.write_text(words_told.as_yaml(found), encoding="utf-8")
    _print(found, words_told.told(found), as_json=as_json)


@app.command
def ui(*, port: int = 5000) -> None:
    """Open MLflow's pages on this machine alone, until stopped with Ctrl-C.

    Args:
        port: Port on 127.0.0.1.

    """
    from conf.site import site
    from ml import pages

    raise SystemExit(pages.serve(site(), port))


def _print(found: Any, text: str, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        text = msgspec.json.encode(found).decode()
    sys.stdout.write(text + "\n")
