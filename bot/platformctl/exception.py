"""`platformctl policy except`: one app is spared one rule for a while. Works while control is away."""

from datetime import date
from pathlib import Path

from sqlmodel import Session

from bot.approving import excepting
from bot.clockwork import DAY, Clock
from bot.database import transaction
from bot.platformctl.installation import Undone, account, opened, operator
from bot.rows import requests
from bot.rows.requests import Request
from bot.wording import words
from guardrails import exceptions
from guardrails.exceptions import Exemption
from guardrails.policy import Policies
from guardrails.scrub import scrub
from runtime import apps

LONGEST_DAYS = 365


def run(home: Path, name: str, rule: str, until: date, reason: str, owner: str) -> str:
    """Agree on an exception; what to print."""
    _may_be_excepted(rule)
    said, answers = scrub(reason).text.strip(), scrub(owner).text.strip() or account()
    if not said:
        raise Undone("an exception needs a reason, in words that somebody will read in a year")
    with opened(home) as engine, transaction(engine) as session:
        request, now = _request(session, name), Clock(session).now()
        end = (until - date(1970, 1, 1)).days * DAY
        if not now < end <= now + LONGEST_DAYS * DAY:
            raise Undone(f"{until} must be after today, and at most {LONGEST_DAYS} days away")
        one = Exemption(
            workspace=request.workspace,
            subject=request.app or request.id,
            rule=rule,
            owner=answers,
            reason=said,
            since=now,
            until=end,
        )
        excepting.agree(session, request, one, operator())
    return f"{name} is excepted from {rule} until {words.when(end)}; {answers} answers for it."


def held(home: Path, name: str) -> tuple[Exemption, ...]:
    """What an app, or a request, is spared now, as the bot sees it. Undone when there is none of that name."""
    with opened(home) as engine, transaction(engine) as session:
        request = _request(session, name)
        return exceptions.held(session, Clock(session).now(), request.app, request.id)


def _may_be_excepted(rule: str) -> None:
    known = Policies().rules
    if rule not in known or rule == "findings":
        raise Undone(f"there is no rule {rule}; there are {', '.join(sorted(set(known) - {'findings'}))}")
    if not known[rule].custom.exceptions:
        raise Undone(f"nothing is excepted from {rule}: its file says so")


def _request(session: Session, name: str) -> Request:
    app = apps.by_slug(session, name) or apps.get(session, name)
    found = requests.of_app(session, app.id) if app else requests.get(session, name)
    if found is None:
        raise Undone(f"there is no app and no request {name}")
    return found
