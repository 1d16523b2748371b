"""Signed HTTP: the app's request URL is verified once, then gets events, commands and interactions."""

import asyncio
import json
import secrets
from urllib.parse import urlencode

import httpx2

from bot.workspace.config import Clock, Config, Json
from bot.workspace.delivery import Ack, Kind, answer_of, signature

FORM = "application/x-www-form-urlencoded"
VERIFY_AGAIN_S = 1.0


class Hooks:
    """The app's request URL."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._http = httpx2.AsyncClient(timeout=config.ack_s, trust_env=False)
        self._verified = False

    async def event(self, payload: Json) -> None:
        """See `Delivery.event`. A `X-Slack-No-Retry: 1` answer ends the attempts."""
        while not await self._verify():
            await asyncio.sleep(VERIFY_AGAIN_S)
        body = json.dumps(payload).encode()
        retry: dict[str, str] = {}
        for attempt, delay in enumerate((0.0, *self._config.http_retries)):
            await asyncio.sleep(delay)
            answer = await self._post(body, "application/json", retry)
            if isinstance(answer, httpx2.Response):
                if answer.is_success or answer.headers.get("X-Slack-No-Retry") == "1":
                    return
                answer = "http_error"
            retry = {"X-Slack-Retry-Num": str(attempt + 1), "X-Slack-Retry-Reason": answer}

    async def ask(self, kind: Kind, payload: Json) -> Ack:
        """See `Delivery.ask`."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        answer = await self._post(urlencode(form).encode(), FORM, {})
        if isinstance(answer, str):
            return Ack(False, error="operation_timeout" if answer == "http_timeout" else "dispatch_failed")
        if not answer.is_success:
            return Ack(False, error="dispatch_failed")
        return Ack(True, answer_of(answer.text))

    async def close(self) -> None:
        """See `Delivery.close`."""
        await self._http.aclose()

    async def _verify(self) -> bool:
        if not self._verified:
            challenge = secrets.token_urlsafe(24)
            body = json.dumps({"type": "url_verification", "token": "deprecated", "challenge": challenge}).encode()
            answer = await self._post(body, "application/json", {})
            self._verified = isinstance(answer, httpx2.Response) and challenge in answer.text
        return self._verified

    async def _post(self, body: bytes, kind: str, more: dict[str, str]) -> httpx2.Response | str:
        stamp = int(self._clock())
        headers = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(stamp),
            "X-Slack-Signature": signature(self._config.signing_secret, stamp, body),
            **more,
        }
        try:
            return await self._http.post(self._config.request_url, content=body, headers=headers)
        except httpx2.TimeoutException:
            return "http_timeout"
        except httpx2.TransportError:
            return "connection_failed"
