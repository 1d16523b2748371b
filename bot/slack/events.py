"""What Slack tells that nobody says to us: links that were shared, channels that are open to us again."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.hearing.ears import Ears
from bot.slack import payloads

log = logging.getLogger("slipway.slack")


def listen(app: Any, ears: Ears, acked: Callable[..., Any]) -> None:
    """Hear them on a bolt app; as with all events, a row is made before the ack."""

    def shared(next_: Callable[[], Any], body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        if event.get("user") not in payloads.ours(body) and not event.get("bot_id"):
            _kept(lambda: ears.shared(payloads.shared(body, event)))
        next_()

    def opened(next_: Callable[[], Any], body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        joined = event.get("type") == "member_joined_channel"
        if event.get("channel") and (not joined or event.get("user") in payloads.ours(body)):
            _kept(lambda: ears.opened(body["team_id"], str(event["channel"])))
        next_()

    app.event("link_shared", middleware=[shared])(acked)
    # After these a channel may take what it did not.
    app.event("member_joined_channel", middleware=[opened])(acked)
    app.event("channel_unarchive", middleware=[opened])(acked)
    app.event("group_unarchive", middleware=[opened])(acked)


def _kept(keep: Callable[[], None]) -> None:
    try:
        keep()
    except Exception:
        # The rim: a link without its card is a link still, and what is parked is tried again within the hour.
        log.exception("news of a channel could not be kept")
