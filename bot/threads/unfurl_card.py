"""What stands below a link to an app: its short form, or one line that tells nothing of it. Pure but for `short`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.chat import Block
from bot.rows.requests import Request
from bot.threads import card_view
from bot.threads.card import all_quoted, title_of
from bot.wiring import Stage, Wiring
from bot.wording import labels, words
from bot.wording.blocks import context, quoted, section
from runtime import apps, deployments
from runtime.apps import App

NEUTRAL: Sequence[Block] = (section(":lock: A Slipway app. Open it to sign in."),)
"""All that is shown where somebody reads along who may not open the app."""


@dataclass(frozen=True, slots=True)
class Short:
    """An app in short. `audience` is mrkdwn; `ends_at` is 0 when nothing stands behind the link any more."""

    title: str
    stage: str
    audience: str
    owner: str
    can: Sequence[str] = ()
    ends_at: int = 0
    over: str = ""


def short(session: Session, wiring: Wiring, request: Request, app: App, stage: Stage, owner: str) -> Short:
    """The short form of what a link leads to now."""
    lease = deployments.leased(session, app.id, stage)
    seen = card_view.view(session, wiring, request)
    where = labels.STAGE["previewed" if stage == "preview" else app.stage] if lease else labels.STAGE["retired"]
    return Short(
        title=app.title,
        stage=labels.STAGE[app.stage] if app.stage in apps.ENDED else where,
        audience=_audience(app) if stage == "live" else "",
        owner=owner,
        can=seen.can,
        ends_at=lease.ends_at if lease else 0,
    )


def _audience(app: App) -> str:
    """In another place than its thread, `this channel` would be another."""
    audience = app.audience
    return f"the people in <#{audience.id}>" if audience.kind == "channel" else quoted(audience.label, 100)


def card(seen: Short) -> Sequence[Block]:
    """The blocks for `chat.unfurl`: what it is, who may open it, what it can do and until when. No buttons."""
    facts = [
        f"*{title_of(seen.title)}* · {seen.stage}",
        *([words.open_to(seen.audience)] if seen.audience else []),
        *([words.may(all_quoted(seen.can), ())] if seen.can and seen.ends_at else []),
        *([words.ends(seen.ends_at)] if seen.ends_at else []),
    ]
    return (
        section("\n".join(facts)),
        context(f"Slipway · made by {quoted(seen.owner, 80)}" if seen.owner else "Slipway"),
    )
