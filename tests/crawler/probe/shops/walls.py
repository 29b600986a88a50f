"""Sites that cannot be probed: no shops, or shops that let no program in."""

from __future__ import annotations

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tests.crawler.probe.shops.served import Answers, Asked

_POSTS = [f"/2026/0{at}/a-walk-in-the-hills-{at}" for at in range(1, 8)]


def blog(asked: Asked) -> Response | str | None:
    """Answer as a blog, whose posts are dated and sell nothing."""
    if asked.path in _POSTS:
        return (
            "<html><head><title>A walk</title><meta property='og:type' content='article'></head>"
            f"<body><article><h1>A walk, part {asked.path[-1]}</h1><time>May</time><p>We went up "
            "in 2026 and came down.</p></article><a href='/'>Home</a></body></html>"
        )
    links = "".join(f"<a href='{path}'>A walk</a>" for path in _POSTS)
    return f"<html><body><h1>Walks</h1>{links}</body></html>" if asked.path == "/" else None


def login(asked: Asked) -> Response | str | None:
    """Answer as a shop for members only."""
    if asked.path == "/account/login":
        return (
            "<html><body><h1>Members</h1><form method=post><input name=mail><input type=password "
            "name=word></form><a href='/terms'>Terms</a></body></html>"
        )
    return None if asked.path == "/robots.txt" else RedirectResponse("/account/login")


def captcha(asked: Asked) -> Response | str | None:
    """Answer with a riddle."""
    if asked.path == "/robots.txt":
        return None
    return "<html><body><h1>Verify you are human</h1><div class='g-recaptcha'></div></body></html>"


def closed(asked: Asked) -> Response | str | None:
    """Answer with rules that let nobody in."""
    rules = "User-agent: *\nDisallow: /\n"
    return Response(rules) if asked.path == "/robots.txt" else "<h1>Shop</h1>"


def refusing(status: int) -> Answers:
    """Answer every page with one status."""

    def answers(asked: Asked) -> Response | str | None:
        return None if asked.path == "/robots.txt" else HTMLResponse("no", status_code=status)

    return answers
