"""The bot's request URL, called in the process as Slack calls it over HTTP; what comes through is recorded."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from bot.chat import ChatError, Drafted, Heard, Message, Place, Pressed, Submitted
from bot.hearing.ears import Ears
from bot.slack.door import LISTENERS, Slack
from bot.slack.web_api import SlackChat
from bot.workspace.delivery import signature
from bot.workspace.person import Person
from tests.workspace.harbour import Running

PATIENCE = 20.0
"""Seconds that a listener has on a busy machine; none waits for more than a row or one call of the chat."""
CURRENT = '{"v":"1","request":"r1"}'
"""The value of a button that this version wrote."""


class Listener:
    """Records what was heard; breaks, waits or complains when told to."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.homes: list[tuple[str, str]] = []
        self.pressed: list[Pressed] = []
        self.submitted: list[Submitted] = []
        self.drafted: list[Drafted] = []
        self.wrong: Mapping[str, str] = {}
        self.form: str = "Only ana can change it."
        self.breaks = False
        self.gate = threading.Event()
        self.gate.set()

    def _keep(self, kept: list[Any], value: Any) -> None:
        self.gate.wait(5)
        if self.breaks:
            raise RuntimeError("the database is away")
        kept.append(value)

    def _submit(self, form: Submitted) -> Mapping[str, str]:
        self._keep(self.submitted, form)
        return self.wrong

    def ears(self) -> Ears:
        return Ears(
            heard=lambda value: self._keep(self.heard, value),
            pressed=lambda value: self._keep(self.pressed, value),
            submitted=self._submit,
            form=lambda press: self.form,
            drafted=lambda value: self._keep(self.drafted, value),
            anew=lambda press: self.form,
            scrub=lambda text: (text.replace("hunter2", "[password]"), ("password",) if "hunter2" in text else ()),
            ours=lambda channel, root: root == "1.1",
            home=lambda workspace, user: self._keep(self.homes, (workspace, user)),
        )


class Listeners(ThreadPoolExecutor):
    """The threads that listen, and a way to wait for them: bolt answers at the ack, a listener may still be at work."""

    def __init__(self) -> None:
        super().__init__(LISTENERS, thread_name_prefix="listener")
        self._work: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        work = super().submit(fn, *args, **kwargs)
        self._work.add(work)
        work.add_done_callback(self._work.discard)
        return work

    def rest(self) -> None:
        """Wait until nobody listens any more."""
        assert not wait(set(self._work), PATIENCE).not_done, "a listener does not end"


class Outsider(SlackChat):
    """A chat whose channels we were removed from; records what it answers by address."""

    def __init__(self) -> None:
        super().__init__("xoxb-test", "http://localhost/")
        self.responded: list[tuple[str, str]] = []

    def whisper(self, place: Place, user: str, message: Message) -> None:
        raise ChatError("not_in_channel", permanent=True)

    def respond(self, response_url: str, text: str) -> None:
        self.responded.append((response_url, text))


class Door:
    """The bot's request URL, called as Slack calls it."""

    def __init__(self, harbor: Running, chat: SlackChat | None = None, slack: Slack | None = None) -> None:
        """Behind the door: `slack`, or a listener that records."""
        self.listener, self._config = Listener(), harbor.config
        self.ana, self.ops = harbor.person("ana"), harbor.channel("ops")
        url, token = harbor.config.api_url, harbor.config.bot_token
        self.slack = slack or Slack(
            token=token,
            app_token="",
            signing_secret="signing",
            api_url=url,
            ears=self.listener.ears(),
            chat=chat or SlackChat(token, url),
        )

    def post(self, body: bytes, kind: str, *, secret: str = "signing", stamp: str = "") -> tuple[str, Any]:
        """The status and what was answered."""
        stamp = stamp or str(int(time.time()))
        signed = signature(secret, int(stamp), body) if stamp.isdigit() else "v0=00"
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "QUERY_STRING": "",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp,
            "HTTP_X_SLACK_SIGNATURE": signed,
        }
        status: list[str] = []
        answer = b"".join(self.slack.wsgi()(environ, lambda line, headers, *_: status.append(line)))
        return status[0][:3], json.loads(answer) if answer.startswith(b"{") else answer.decode()

    def event(self, event: Mapping[str, Any], ident: str = "Ev1", **how: str) -> tuple[str, Any]:
        body = {
            "type": "event_callback",
            "team_id": self._config.team_id,
            "event_id": ident,
            "event": {"user": self.ana.id, "channel": self.ops, "ts": "2.2", **event},
        }
        return self.post(json.dumps(body).encode(), "application/json", **how)

    def command(self, text: str) -> tuple[str, Any]:
        form = {
            "command": "/slipway",
            "text": text,
            "team_id": self._config.team_id,
            "channel_id": self.ops,
            "user_id": self.ana.id,
            "trigger_id": "t1",
            "response_url": "http://localhost/r",
        }
        return self.post(urlencode(form).encode(), "application/x-www-form-urlencoded")

    def press(
        self,
        action: str,
        value: str = CURRENT,
        *,
        who: Person | None = None,
        team: str = "",
        at: str = "3.3",
        **how: str,
    ) -> tuple[str, Any]:
        return self._interact(
            who,
            team,
            how,
            type="block_actions",
            channel={"id": self.ops},
            message={"ts": "1.1"},
            trigger_id="t1",
            response_url="http://localhost/r",
            actions=[{"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": at}],
        )

    def submit(self, callback: str, about: str = CURRENT, who: Person | None = None, **fields: str) -> tuple[str, Any]:
        return self._interact(who, "", {}, type="view_submission", view=_view(callback, about, fields))

    def typed(self, callback: str, **fields: str) -> tuple[str, Any]:
        """These fields of a form were filled in, the last of them now; nothing was sent yet."""
        *_, (name, said) = fields.items()
        typed = {"action_id": name, "block_id": name, "type": "plain_text_input", "value": said}
        view = _view(callback, CURRENT, fields)
        return self._interact(None, "", {}, type="block_actions", actions=[typed], trigger_id="t1", view=view)

    def _interact(self, who: Person | None, team: str, how: Mapping[str, str], **payload: Any) -> tuple[str, Any]:
        team = team or self._config.team_id
        body = {"team": {"id": team}, "user": {"id": (who or self.ana).id, "team_id": team}, **payload}
        form = urlencode({"payload": json.dumps(body)}).encode()
        return self.post(form, "application/x-www-form-urlencoded", **how)

    def whispered(self) -> str:
        """What ana alone was told last."""
        told = self.ana.whispers("#ops")
        return str(told[-1]["text"]) if told else ""


def _view(callback: str, about: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    values = {name: {name: {"type": "plain_text_input", "value": said}} for name, said in fields.items()}
    view = {"id": "V1", "hash": "h", "type": "modal", "callback_id": callback, "private_metadata": about}
    return {**view, "state": {"values": values}}
