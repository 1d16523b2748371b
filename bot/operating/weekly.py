"""The operators' one post a week: the audit chain's head, how old the advisories are, what comes up, what is wanted."""

from pathlib import Path

from sqlmodel import Session

from bot.operating import advising
from bot.rows import demand
from bot.threads import demand_words
from bot.wording import words
from guardrails import advisories, approvals, keys
from guardrails.chain import Anchor
from runtime import apps, deployments

WEEK = 7 * keys.DAY


def advisories_line(folder: Path, now: int) -> str:
    """How old the data is, loudly when nobody can rely on it. Reads every record: call it outside of a transaction."""
    try:
        snapshot = advisories.load(folder)
    except OSError as error:
        return (
            f":rotating_light: NOBODY LOOKS FOR KNOWN WEAKNESSES: {error}. Put OSV records there, or set `SLIPWAY_OSV`."
        )
    loud = ":rotating_light: " if snapshot.stale(now) else ":mag: "
    return f"{loud}{advising.age(snapshot, now)}"


def text(session: Session, anchor: Anchor, advised: str, now: int) -> str:
    """The whole post, for the workspace of the anchor."""
    lines = [words.anchored(anchor.seq, anchor.digest), advised, _coming(session, anchor.workspace, now)]
    wanted = demand.unmet(session, anchor.workspace)
    return "\n".join([*lines, demand_words.weekly(wanted.wishes, wanted.people, wanted.noticed)])


def _coming(session: Session, workspace: str, now: int) -> str:
    standing = [one for one in deployments.standing(session) if _within(session, one.app, workspace)]
    live = [one.app for one in standing if one.stage == "live"]
    leases = [deployments.leased(session, one, "live") for one in live]
    soon = sum(1 for one in leases if one is not None and one.ends_at - now <= WEEK)
    waiting = sum(1 for one in {each.app for each in standing} if approvals.open_of(session, one))
    said = f"{words.counted(len(live), 'app is', 'apps are')} live, {words.counted(soon, 'ends', 'end')} within a week"
    return f":calendar: {said}, {words.counted(waiting, 'waits', 'wait')} for approval."


def _within(session: Session, app: str, workspace: str) -> bool:
    found = apps.get(session, app)
    return found is not None and found.workspace == workspace
