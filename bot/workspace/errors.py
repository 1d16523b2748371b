"""How the workspace says no, in Slack's own words."""

from collections.abc import Sequence

from bot.workspace.config import Json


class Refused(Exception):
    """A call that Slack would answer with `{"ok": false, "error": code}`.

    `messages` become `response_metadata.messages`, as Slack does for invalid blocks and arguments.
    """

    def __init__(self, code: str, messages: Sequence[str] = (), *, retry_after: int = 0, **extra: str) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.retry_after = retry_after
        self.extra = extra

    def body(self) -> Json:
        """The JSON answer."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": list(self.messages)}
        return body
