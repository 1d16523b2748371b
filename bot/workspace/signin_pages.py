"""The HTTP side of signing in: discovery, the page that asks for a click, tokens, user info, keys."""

import base64
import binascii
import html
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.workspace.config import Json
from bot.workspace.directory import User
from bot.workspace.door import Door
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.signin import SignIn, discovery

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/page/signin.css"></head>
<body><main class="card">{body}</main></body></html>"""


def routes(harbor: Harbor, signin: SignIn, door: Door) -> list[Route]:
    """Where the provider answers."""

    async def configuration(request: Request) -> Response:
        return JSONResponse(discovery(harbor.config))

    async def keys(request: Request) -> Response:
        return JSONResponse(signin.keys())

    async def authorize(request: Request) -> Response:
        query = dict(request.query_params)
        try:
            wish = signin.wish(query)
        except Refused as no:
            return _page("Cannot sign in", f"<h1>Cannot sign in</h1><p>{_why(no.code)}</p>", status=400)
        if error := signin.objection(query):
            return RedirectResponse(wish.back(error=error), 302)
        return _ask(harbor, wish.redirect_uri, urlencode(query), door.person(request.cookies))

    async def allow(request: Request) -> Response:
        form = await request.form()
        person = harbor.directory.users.get(str(form.get("person")))
        if not door.own_origin(request.headers, required=True) or person is None or person.bot:
            return _page("Cannot sign in", "<h1>Cannot sign in</h1><p>Start again from the app.</p>", status=403)
        try:
            location = signin.allow(dict(parse_qsl(str(form.get("query")))), person.id)
        except Refused as no:
            return _page("Cannot sign in", f"<h1>Cannot sign in</h1><p>{_why(no.code)}</p>", status=400)
        return RedirectResponse(location, 303)

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        form |= _basic(request.headers.get("authorization", ""))
        return _answered(lambda: signin.token(form))

    async def user_info(request: Request) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return _answered(lambda: signin.user_info(token.strip() if kind.lower() == "bearer" else ""))

    return [
        Route("/.well-known/openid-configuration", configuration),
        Route("/openid/connect/keys", keys),
        Route("/openid/connect/authorize", authorize),
        Route("/openid/connect/allow", allow, methods=["POST"]),
        Route("/api/openid.connect.token", token, methods=["POST"]),
        Route("/api/openid.connect.userInfo", user_info, methods=["GET", "POST"]),
    ]


def _ask(harbor: Harbor, redirect_uri: str, query: str, chosen: User | None) -> Response:
    target = urlsplit(redirect_uri)
    people = list(harbor.directory.people)
    first = chosen or people[0]
    others = "".join(_button(one, "quiet", one.name) for one in people if one.id != first.id)
    body = (
        f'<p class="team">{html.escape(harbor.config.team)}</p>'
        f"<h1>Sign in with {html.escape(harbor.config.team)}</h1>"
        f"<p><strong>{html.escape(harbor.config.bot_name)}</strong> ({html.escape(target.netloc)}) wants to know "
        "who you are: your name, picture and e-mail address.</p>"
        '<form method="post" action="/openid/connect/allow">'
        f'<input type="hidden" name="query" value="{html.escape(query)}">'
        f"{_button(first, 'primary', f'Continue as {first.name}')}"
        f"<details{'' if chosen else ' open'}><summary>Someone else</summary>"
        f'<div class="others">{others}</div></details></form>'
    )
    return _page("Sign in", body, form_action=_onward(target))


def _onward(target: SplitResult) -> str:
    """Where a sign-in may lead: the registered address, and from there on to its siblings, such as an app's origin."""
    parent = target.netloc.partition(".")[2]
    siblings = f" {target.scheme}://*.{parent}" if parent else ""
    return f"{target.scheme}://{target.netloc}{siblings}"


def _button(user: User, kind: str, label: str) -> str:
    picture = f'<img src="/page/picture/{user.id}.svg" alt="" width="24" height="24">'
    return f'<button class="{kind}" name="person" value="{user.id}">{picture}{html.escape(label)}</button>'


def _page(title: str, body: str, *, status: int = 200, form_action: str = "") -> Response:
    # A browser holds every redirect after a form to form-action as well, so the origins on the way must be named.
    policy = f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {form_action}"
    headers = {"Content-Security-Policy": f"{policy.strip()}; base-uri 'none'; frame-ancestors 'none'"}
    return HTMLResponse(_PAGE.format(title=title, body=body), status, headers)


def _why(code: str) -> str:
    return {
        "invalid_client_id": "The app that sent you here is not known in this workspace.",
        "bad_redirect_uri": "The app asked to send you to an address that is not its own.",
    }[code]


def _basic(header: str) -> dict[str, str]:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _answered(run: Callable[[], Json]) -> Response:
    try:
        return JSONResponse(run(), headers={"Cache-Control": "no-store"})
    except Refused as no:
        return JSONResponse(no.body(), headers={"Cache-Control": "no-store"})
