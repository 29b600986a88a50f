"""countermark crawl words."""

from __future__ import annotations

import sys


def words(*platforms: str, adopt: tuple[str, ...] = (), json: bool = False) -> None:
    """Show which words find counterfeits, and propose new ones; nothing is searched for by itself.

    Args:
        platforms: Names of platforms; none means all that the site has.
        adopt: Word that every later crawl of the named platforms searches for; may be repeated.
        json: Print it as JSON, last.

    """
    from datetime import UTC, datetime

    from conf.errors import ConfError
    from conf.platform import platform
    from conf.site import site
    from crawler.words import adopted, telling

    here = site()
    if adopt and not platforms:
        raise ConfError("--adopt needs the platforms that are to be searched; name them first")
    for name in platforms:
        if adopt and not platform(name, here.platforms).discovery.searches:
            raise ConfError(
                f"platform {name} has no search; add discovery.searches to "
                f"{here.platforms / name}.yaml before it is searched for words"
            )
    for name in platforms if adopt else ():
        adopted.adopt(here.state, name, adopt, datetime.now(UTC).replace(microsecond=0))
    telling.write(telling.tell(here, platforms), sys.stdout, as_json=json)
