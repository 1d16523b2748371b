"""The doorman: signs visitors in with OpenID Connect, and lets in whom the app's audience includes.

A worker holds no credential: the code of a sign-in and the question "may they enter?" go to control.

Identity providers take redirect addresses without wildcards, and every app has an origin of its own. So the provider
sends everybody back to one sign-in origin, which only passes the code on to the app's origin that the state names.
The code is worth nothing there without the verifier in that origin's cookie.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import quote, urlencode

from runtime import linkpage, pages, visit
from runtime.entry import GUEST, NONE, Doors, Entry, of_the_public
from runtime.identity import COOKIE, SESSION_SECONDS, token_digest
from runtime.pages import Page
from runtime.routes import SHELF, Route, Routes, Session, Where
from runtime.visit import Receive, Reply, Visit
from runtime.wire import ControlWire, Unreachable

SIGN_IN_LABEL = "signin"
"""The host label of the sign-in origin; no app may have it."""
SIGN_IN, CALLBACK = "/_slipway/sign-in", "/_slipway/callback"
WAYS = {CALLBACK: "slack", f"{CALLBACK}/company": "company"}
"""Each provider answers at an address of its own: the answer of one is never taken for that of the other."""
SIGN_OUT, SIGNED_OUT = "/_slipway/sign-out", "/_slipway/signed-out"
PENDING = "slipway_signin"
PENDING_SECONDS = 600
"""How long a visitor may take at the identity provider."""
FRESH_SECONDS = 60
"""How long an answer of control is used again; membership itself is at most 5 minutes old there (D7)."""
STALE_SECONDS = 3600
"""How long the last answer is used while control does not reply; then nobody gets in (D7)."""


@dataclass(frozen=True, slots=True)
class _Known:
    admitted: bool
    owner: bool
    at: int
    """When the chat said so."""
    asked: int
    """When control did."""


class Doorman:
    """Stands in front of every app of one worker."""

    def __init__(
        self,
        routes: Routes,
        wire: ControlWire,
        doors: Doors = NONE,
        *,
        authorize_url: str,
        client_id: str,
        scheme: str,
        domain: str,
        wall: Callable[[], int],
    ) -> None:
        self._routes = routes
        self.doors = doors
        self._domain = domain
        self._wire = wire
        self._authorize_url = authorize_url
        self._client_id = client_id
        self._scheme = scheme
        self._wall = wall
        # Over HTTPS the browser itself refuses such a cookie from any other host or path.
        self._prefix = "__Host-" if scheme == "https" else ""
        self._session_cookie, self._pending_cookie = self.named(COOKIE), self.named(PENDING)
        self._known: dict[tuple[str, Where, str], _Known] = {}
        self._version = -1
        self.linking = linkpage.Linking(wire, self)

    async def enter(self, asked: Visit, route: Route) -> Entry | Page | Reply:
        """Who this is, or what they see instead: the way to sign in, or why not."""
        session = self._session(asked, route)
        if route.public and self.doors.public:
            return await self._of_the_public(asked, route, session)
        if session is None:
            if asked.method not in ("GET", "HEAD"):
                return pages.SIGN_IN_FIRST
            target = asked.path + ("?" + urlencode(asked.query, doseq=True) if asked.query else "")
            return _redirect(f"{SIGN_IN}?to={quote(target)}")
        try:
            known = await self._admitted(route, session.person)
        except Unreachable:
            return pages.TRY_LATER
        if not known.admitted:
            return pages.outsider(route.title)
        return Entry(session.person, session.name, session.handle, known.owner, session.csrf)

    async def _of_the_public(self, asked: Visit, route: Route, session: Session | None) -> Entry:
        """Somebody with the link: who signed in is known; nobody else is, and nobody has to be."""
        if session is not None:
            try:
                known = await self._admitted(route, session.person)
            except Unreachable:
                known = None
            if known is not None and known.admitted:
                return Entry(session.person, session.name, session.handle, known.owner, session.csrf)
        return of_the_public(asked.cookies.get(self.named(GUEST), ""), route.name, self.cookie)

    def _session(self, asked: Visit, route: Route) -> Session | None:
        digest = token_digest(asked.cookies.get(self._session_cookie, ""))
        found = self._routes.session(digest, route.app, route.stage)
        return found if found and found.expires_at > self._wall() + self._routes.clock_offset() else None

    async def _admitted(self, route: Route, person: str) -> _Known:
        """Whether they belong to the audience; an audience that changed is asked anew."""
        if self._routes.version != self._version:
            self._known.clear()
            self._version = self._routes.version
        key, now = (route.app, route.stage, person), self._wall()
        known = self._known.get(key)
        if known is not None and now - known.asked < FRESH_SECONDS and now - known.at < STALE_SECONDS:
            return known
        try:
            answer = await self._wire.ask("admits", {"app": route.app, "stage": route.stage, "person": person})
            if "admitted" not in answer:
                # Control itself cannot say: the chat is away.
                raise Unreachable(str(answer.get("why", "")))
        except Unreachable:
            if known is None or now - known.at >= STALE_SECONDS:
                raise
            return known
        age = answer.get("age", 0)
        heard = now - age if isinstance(age, int) and age > 0 else now
        fresh = _Known(bool(answer.get("admitted")), bool(answer.get("owner")), heard, now)
        self._known[key] = fresh
        return fresh

    def relay(self, asked: Visit) -> Reply | Page | None:
        """The sign-in origin's answer: on to the app that began this sign-in; None at any other origin."""
        if visit.address(asked.host, self._domain) != (SIGN_IN_LABEL, "live"):
            return None
        host = _host_in(asked.query.get("state", [""])[0])
        where = visit.address(host, self._domain)
        if asked.method != "GET" or asked.path not in WAYS or where is None or self._routes.find(*where) is None:
            return pages.BAD_SIGN_IN
        return _redirect(f"{self._scheme}://{host}{asked.path}?{urlencode(asked.query, doseq=True)}")

    def genuine(self, asked: Visit, entry: Entry, form: Mapping[str, list[str]]) -> bool:
        """Whether a form comes from this very app's own page, filled in by this very visitor."""
        origin = asked.headers.get("origin")
        if origin not in (None, f"{self._scheme}://{asked.host}"):
            return False
        return compare_digest(form.get("_csrf", [""])[0].encode(), entry.csrf.encode())

    async def platform_path(self, asked: Visit, route: Route, receive: Receive) -> Reply | Page | None:
        """The platform's own addresses under each app's origin; None for any other."""
        if asked.method == "GET" and asked.path == SIGN_IN:
            return await self._begin(asked, route)
        if asked.method == "GET" and asked.path in WAYS:
            return await self._finish(asked, route, WAYS[asked.path])
        if asked.path == linkpage.PATH and self.doors.company:
            return await self.linking.answer(asked, route, receive)
        if asked.method == "GET" and asked.path == SIGNED_OUT:
            return pages.SIGNED_OUT
        if asked.method == "GET" and asked.path == SIGN_OUT:
            return await self._leave(asked, route)
        return None

    async def _begin(self, asked: Visit, route: Route) -> Reply | Page:
        """To a provider; where there are two, first the question which."""
        target = asked.query.get("to", ["/"])[0]
        if not visit.stays(target):
            target = "/"
        way = "slack"
        if self.doors.company and route.app != SHELF:
            way = asked.query.get("way", [""])[0]
            if way not in WAYS.values():
                return linkpage.choice(self.doors.company, f"{SIGN_IN}?to={quote(target, safe='')}&way=")
        authorize, client = self._authorize_url, self._client_id
        if way == "company":
            try:
                told = await self._wire.ask("company", {})
                authorize, client = str(told["authorize_url"]), str(told["client_id"])
            except (Unreachable, KeyError):
                return pages.TRY_LATER
        state, nonce, verifier = (secrets.token_urlsafe(24) for _ in range(3))
        state = f"{state}.{asked.host}"
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "to": target, "way": way}
        pending = urlsafe_b64encode(json.dumps(kept).encode()).decode()
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = urlencode(
            {
                "response_type": "code",
                "scope": "openid profile" if way == "slack" else "openid profile email",
                "client_id": client,
                "redirect_uri": self._redirect_uri(asked, way),
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        joint = "&" if "?" in authorize else "?"
        return _redirect(f"{authorize}{joint}{query}", (self._cookie(self._pending_cookie, pending, PENDING_SECONDS),))

    async def _finish(self, asked: Visit, route: Route, way: str) -> Reply | Page:
        try:
            pending = json.loads(urlsafe_b64decode(asked.cookies.get(self._pending_cookie, "")))
            code, state = asked.query["code"][0], asked.query["state"][0]
            right = compare_digest(state.encode(), str(pending["state"]).encode())
            if not right or pending.get("way", "slack") != way:
                return pages.BAD_SIGN_IN
            answer = await self._wire.ask(
                "sign-in" if way == "slack" else "company-sign-in",
                {
                    "app": route.app,
                    "stage": route.stage,
                    "code": code,
                    "redirect_uri": self._redirect_uri(asked, way),
                    "verifier": pending["verifier"],
                    "nonce": pending["nonce"],
                    "issuer": asked.query.get("iss", [""])[0],
                },
            )
            target = str(pending["to"])
            over = self._cookie(self._pending_cookie, "", 0)
            if ticket := answer.get("ticket"):
                kept = self.cookie(linkpage.TICKET, str(ticket), PENDING_SECONDS)
                return _redirect(f"{linkpage.PATH}?to={quote(target, safe='')}", (kept, over))
            token = answer["token"]
        except Unreachable:
            return pages.TRY_LATER
        except (KeyError, ValueError, TypeError):
            return pages.BAD_SIGN_IN
        return _redirect(target if visit.stays(target) else "/", (self.entered(token), over))

    def entered(self, token: str) -> tuple[str, str]:
        """The cookie of a session that was opened."""
        return self._cookie(self._session_cookie, token, SESSION_SECONDS)

    async def _leave(self, asked: Visit, route: Route) -> Reply | Page:
        """Sign out: the session ends where it is kept, not only in this browser."""
        document = {"app": route.app, "session": token_digest(asked.cookies.get(self._session_cookie, ""))}
        try:
            await self._wire.ask("sign-out", document)
        except Unreachable:
            return pages.TRY_LATER
        return _redirect(SIGNED_OUT, (self._cookie(self._session_cookie, "", 0),))

    def named(self, cookie: str) -> str:
        """What a cookie of ours is called here."""
        return self._prefix + cookie

    def cookie(self, name: str, value: str, seconds: int) -> tuple[str, str]:
        """A host-only cookie of ours: no other app's origin ever sees it."""
        return self._cookie(self.named(name), value, seconds)

    def _cookie(self, name: str, value: str, seconds: int) -> tuple[str, str]:
        secure = "; Secure" if self._scheme == "https" else ""
        return ("set-cookie", f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")

    def _redirect_uri(self, asked: Visit, way: str) -> str:
        _, colon, port = asked.host.partition(":")
        path = next(path for path, one in WAYS.items() if one == way)
        return f"{self._scheme}://{SIGN_IN_LABEL}.{self._domain}{colon}{port}{path}"


def _host_in(state: str) -> str:
    """The app's host that a state of ours names."""
    return state.partition(".")[2]


def _redirect(target: str, cookies: tuple[tuple[str, str], ...] = ()) -> Reply:
    return Reply(302, headers=(("location", target), *cookies))
