"""Slack's Web API: one door for every method, its arguments, tokens, scopes, limits and refusals."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace.config import Json
from bot.workspace.errors import Refused
from bot.workspace.faults import fail
from bot.workspace.harbor import Harbor

Auth = Literal["bot", "app", "none"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: who is asked, with which arguments."""

    harbor: Harbor
    args: Json

    def text(self, name: str, default: str | None = "") -> str:
        """A string argument; without a default a missing one is `invalid_arguments`."""
        value = self.args.get(name, default)
        if value is None or (default is None and value == ""):
            if default is not None:
                return default
            raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument, however it was spelled."""
        value = self.args.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true", "yes")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = str(self.args.get(name) or default)
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise Refused("invalid_limit" if name == "limit" else "invalid_arguments")
        return int(value)

    def parsed(self, name: str, broken: str) -> Any:
        """An argument that is JSON, itself or as a string; None when it is not there."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refused(broken) from None


Method = Callable[[Ask], Json]


@dataclass(frozen=True, slots=True)
class _Known:
    run: Method
    auth: Auth
    scope: str


METHODS: dict[str, _Known] = {}


def method(name: str, scope: str = "", auth: Auth = "bot") -> Callable[[Method], Method]:
    """Put a function behind `/api/{name}`; callers need this token and scope."""

    def put(run: Method) -> Method:
        METHODS[name] = _Known(run, auth, scope)
        return run

    return put


async def answer(harbor: Harbor, name: str, request: Request) -> Response:
    """Answer one call, as Slack would."""
    headers = {"X-OAuth-Scopes": ",".join(harbor.config.scopes)}
    try:
        args = await _arguments(request)
        fault = harbor.faults.take(name, args)
        if fault is not None and not fault.late:
            return Response(status_code=await fail(fault), headers=headers)
        body = _run(harbor, name, _token(request, args), args)
        if fault is not None:
            return Response(status_code=await fail(fault), headers=headers)
    except Refused as no:
        if no.code == "ratelimited":
            return JSONResponse(no.body(), 429, {**headers, "Retry-After": str(no.retry_after)})
        body = no.body()
    return JSONResponse(body, headers=headers)


def _run(harbor: Harbor, name: str, token: str, args: Json) -> Json:
    known = METHODS.get(name)
    if known is None:
        raise Refused("unknown_method", req_method=name)
    _admit(harbor, known, token)
    posting = name in ("chat.postMessage", "chat.postEphemeral")
    buckets = harbor.posts if posting else harbor.calls
    buckets.take((name, str(args.get("channel")) if posting else ""), harbor.clock())
    return {"ok": True, **known.run(Ask(harbor, args))}


def _admit(harbor: Harbor, known: _Known, token: str) -> None:
    if known.auth == "none":
        return
    if not token:
        raise Refused("not_authed")
    config = harbor.config
    if token not in (config.bot_token, config.app_token):
        raise Refused("invalid_auth")
    if token != (config.bot_token if known.auth == "bot" else config.app_token):
        raise Refused("not_allowed_token_type")
    if known.scope and known.scope not in config.scopes:
        raise Refused("missing_scope", needed=known.scope, provided=",".join(config.scopes))


async def _arguments(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            parsed = json.loads(await request.body() or b"{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(parsed, dict):
            raise Refused("json_not_object")
        return parsed
    form = await request.form()
    return {**request.query_params, **{name: value for name, value in form.items() if isinstance(value, str)}}


def _token(request: Request, args: Json) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(args.get("token") or "")
