"""Slack's events, commands and buttons, as values for our ears. The door to bolt.

A listener scrubs, hands over a value, and acks; whatever takes time happens in a tick. Nothing is kept of a message
that could not be scrubbed. Only what opens a form is acked first: nothing of it is kept.
"""

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.chat import ChatError, Heard, Message, Place, Pressed
from bot.hearing.ears import Ears
from bot.slack import events, filling, payloads, pointing
from bot.slack.filling import why_not
from bot.slack.guarded_http import guarded
from bot.slack.web_api import SlackChat
from bot.wording import blocks, words

LISTENERS = 5
"""Threads that listen, as many as bolt would begin by itself; each waits at most for one row."""
PING_SECONDS = 1.0
"""The SDK gives up a dead connection at the fifth failed ping; at its own 10 s we would be deaf for a minute."""

log = logging.getLogger("slipway.slack")


class Unscrubbed(Exception):
    """A text could not be read for secrets, so nothing of it may be kept, not even in a log."""


class Slack:
    """The connection: Socket Mode with an app token, signed HTTP otherwise."""

    def __init__(
        self,
        *,
        token: str,
        app_token: str,
        signing_secret: str,
        api_url: str,
        ears: Ears,
        chat: SlackChat,
        listeners: Executor | None = None,
    ) -> None:
        """`listeners` runs what listens, and is shut down by `stop`; by default a few threads of our own."""
        self._ears = ears
        self._chat = chat
        self._listeners = listeners or ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener")
        client = WebClient(token=token, base_url=api_url)
        # Bolt keeps the base URL and the token of this client, and makes a new one for each request.
        self._app = App(
            client=client,
            token=token,
            signing_secret=signing_secret or "socket-mode-needs-none",
            token_verification_enabled=False,
            raise_error_for_unhandled_request=False,
            logger=_quiet(),
            listener_executor=self._listeners,
        )
        self._listen()
        self._socket = (
            SocketModeHandler(self._app, app_token=app_token, web_client=client, ping_interval=PING_SECONDS)
            if app_token
            else None
        )
        self._connected = False

    def connect(self) -> None:
        """Connect, in Socket Mode, unless that was done; a chat that is away is no error: call it again later.

        Once connected, the SDK keeps the connection up. With signed HTTP, `wsgi` is served by main.
        """
        if self._socket is None or self._connected:
            return
        try:
            self._socket.connect()  # type: ignore[no-untyped-call]  # bolt has no types here
        except OSError as error:
            log.warning("the chat does not answer yet: %s", error)
        else:
            self._connected = True

    def stop(self) -> None:
        """Disconnect, and let those who listen end."""
        try:
            if self._socket is not None:
                self._socket.close()  # type: ignore[no-untyped-call]  # bolt has no types here
        finally:
            self._listeners.shutdown()

    def wsgi(self) -> Callable[..., Any]:
        """Signed HTTP as a WSGI application, with a guard in front for what bolt answers with a 500."""
        return guarded(SlackRequestHandler(self._app, path="/slack/events"))

    def _listen(self) -> None:
        app = self._app
        app.command("/slipway")(self._command)
        # Bolt acks an event before its listener runs, but after the listener's middleware: there a row is made first.
        app.event("app_mention", middleware=[self._mention])(_acked)
        app.event("message", middleware=[self._message])(_acked)
        app.event("app_home_opened", middleware=[self._home])(_acked)
        events.listen(app, self._ears, _acked)
        app.action(
            re.compile(r"^slipway\.(answer|consent|reject|look|sent|allow|versions|who|share|keep|hand|people)\b")
        )(self._open)
        app.action(re.compile(r"^slipway\.open\b"))(_acked)
        filling.listen(app, self._chat, self._ears, self._scrub)
        app.action(re.compile(r"^slipway\.\w+"))(self._press)
        app.action(re.compile(r".*"))(self._other)
        pointing.listen(app, self._chat, self._ears, self._scrub)

    def _command(self, ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        place = payloads.place(body["team_id"], body["channel_id"], None)
        try:
            said = payloads.MENTION.sub("", body.get("text", ""))
            self._hear(body["trigger_id"], place, body["user_id"], said, "command", None, body["response_url"])
        except Exception as error:
            # Fail closed: nothing was kept; the person is told, privately, to say it again.
            log.exception("a command could not be kept")
            ack(why_not(error, words.SAY_AGAIN))
        else:
            ack()

    def _mention(self, next_: Callable[[], Any], body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        self._event(body, event, "mention")
        next_()

    def _message(self, next_: Callable[[], Any], body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        if event.get("subtype") in (None, "file_share") and not event.get("bot_id") and event.get("user"):
            if event.get("channel_type") == "im":
                self._event(body, event, "dm")
            elif self._in_our_thread(body, event):
                self._event(body, event, "thread")
        elif payloads.by_bot(body, event) and self._in_our_thread(body, event):
            root, user = str(event["thread_ts"]), str(event.get("user") or "")
            _tried_to_count(lambda: self._ears.overheard(body["event_id"], event["channel"], root, user))
        next_()

    def _home(self, next_: Callable[[], Any], body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        look = {"home": self._ears.home, "messages": self._ears.came}.get(str(event.get("tab")))
        if look:
            try:
                look(body["team_id"], event["user"])
            except Exception:
                # The rim: it is asked for again with the next look.
                log.exception("that %s opened a tab could not be kept", event.get("user"))
        next_()

    def _in_our_thread(self, body: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
        """Whether this is said under a Request of ours; a mention of us comes as its own event."""
        root, text = event.get("thread_ts"), event.get("text", "")
        return bool(root) and payloads.addressed(body, text) == text and self._ears.ours(event["channel"], str(root))

    def _event(self, body: Mapping[str, Any], event: Mapping[str, Any], via: Any) -> None:
        place = payloads.place(body["team_id"], event["channel"], event.get("thread_ts"))
        try:
            # A redelivery has the same event_id, and so has the mention that also comes as a message.
            said = payloads.addressed(body, payloads.words_of(event))
            self._hear(body["event_id"], place, event["user"], said, via, event["ts"], "")
        except Exception as error:
            # Fail closed: only the event's id is known to us; the person is asked to say it again.
            log.exception("event %s could not be kept", body.get("event_id"))
            self._whisper(place, event["user"], why_not(error, words.SAY_AGAIN))

    def _hear(self, key: str, place: Place, user: str, raw: str, via: Any, ts: str | None, response_url: str) -> None:
        scrubbed, removed = self._scrub(raw)
        self._ears.heard(Heard(key, place, user, payloads.plain_text(scrubbed).strip(), via, ts, removed, response_url))

    def _scrub(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Raises Unscrubbed, which says nothing of the text: whatever the scrubber says may hold a secret."""
        try:
            return self._ears.scrub(payloads.NO_TEXT.sub("", text))
        except Exception as error:
            # Not its words: they may be those of the text.
            raise Unscrubbed(type(error).__name__) from None

    def _press(self, ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        """Kept, then acked: who is killed in between leaves Slack's own sign that the click did not arrive."""
        press = payloads.pressed(body)
        if not blocks.current(press.value):
            ack()
            self._tell(press, words.OLD_BUTTON)
            return
        try:
            self._ears.pressed(press)
        except Exception as error:
            # The rim: the press was not kept, so say so; a click is never silently ignored.
            log.exception("a press could not be kept")
            ack()
            self._tell(press, why_not(error, words.NOT_NOW))
        else:
            ack()

    def _open(self, ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        ack()
        press = payloads.pressed(body)
        if not blocks.current(press.value):
            self._tell(press, words.OLD_BUTTON)
            return
        try:
            form = self._ears.form(press)
            if isinstance(form, str):
                self._tell(press, form)
            else:
                self._chat.open_form(press.trigger, form)
        except Exception:
            # The rim: the form did not open, so say so.
            log.exception("a form could not be opened")
            self._tell(press, words.NOT_NOW)

    def _other(self, ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        """A button that we do not know any more."""
        ack()
        self._tell(payloads.pressed(body), words.OLD_BUTTON)

    def _tell(self, press: Pressed, why: str) -> None:
        """A reason for the one who pressed; where we are no member, by the address that came with the press."""
        failed = self._whisper(press.place, press.user, why)
        if failed in ("not_in_channel", "channel_not_found") and press.response_url:
            why = f"{why} {words.NOT_IN_CHANNEL}"
            _tried(lambda: self._chat.respond(press.response_url, why))

    def _whisper(self, place: Place, user: str, text: str) -> str:
        return _tried(lambda: self._chat.whisper(place, user, Message(text)))


def _tried(tell: Callable[[], None]) -> str:
    """The chat's word for why it could not be told; empty when it was."""
    try:
        tell()
    except ChatError as error:
        log.warning("a reason could not be told: %s", error)
        return error.code
    return ""


def _tried_to_count(count: Callable[[], None]) -> None:
    try:
        count()
    except Exception:
        # The rim: that somebody spoke who is not listened to is worth no redelivery.
        log.exception("a message that is not listened to could not be counted")


def _acked(ack: Callable[..., Any]) -> None:
    ack()


def _quiet() -> logging.Logger:
    quiet = logging.getLogger("slipway.bolt")
    quiet.setLevel(logging.ERROR)
    return quiet
