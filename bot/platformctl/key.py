"""`platformctl key`: the keys that sign apps, listed, changed and taken back. Works while control is away, too."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from bot import named
from bot.clockwork import Clock
from bot.database import transaction
from bot.notary import KEY
from bot.operating import keyring
from bot.operating.keyring import Stopped
from bot.platformctl.installation import Undone, opened, operator
from bot.wording import words
from guardrails import keys
from guardrails.keys import Key
from guardrails.signing import NoKey


def run(home: Path, action: str, wanted: str, why: str, days: int) -> str:
    """Do one action; what to print."""
    with opened(home) as engine:
        try:
            return _done(engine, home, action, wanted, why, days)
        except (NoKey, OSError) as error:
            raise Undone(str(error)) from error


def _done(engine: Engine, home: Path, action: str, wanted: str, why: str, days: int) -> str:
    with transaction(engine) as session:
        known, now = keys.every(session), Clock(session).now()
    if not known:
        raise Undone("there is no key yet: start `platformctl control` once")
    if action == "rotate":
        made = keyring.rotate(engine, home / KEY, operator(), now, days)
        return (
            f"{made.id} signs from now on. It ends on {words.when(made.ends_at)}. What older keys signed runs on until "
            "their own grace is over; `platformctl key revoke` stops it at once."
        )
    if action == "revoke":
        one, channel = _trusted(known, wanted), named.operators()
        return _told(keyring.revoke(engine, home, one, why, operator(), now, channel))
    current = keyring.current_key(home)
    return "\n".join(_line(one, current.id if current else "", now) for one in known)


def _trusted(known: Sequence[Key], wanted: str) -> str:
    """The id of the one trusted key that is called so, or begins with these six digits or more."""
    digits = wanted.removeprefix("sha256:")
    found = [
        one.id
        for one in known
        if one.revoked_at is None and len(digits) >= 6 and one.id.removeprefix("sha256:").startswith(digits)
    ]
    if len(found) != 1:
        raise Undone("no key that is trusted here begins so; see `platformctl key list`")
    return found[0]


def _line(one: Key, current: str, now: int) -> str:
    state = "signs" if one.id == current else "trusted"
    if now >= one.ends_at:
        state = f"ENDED, what it signed runs until {words.when(one.grace_at)}"
    elif now >= one.ends_at - keys.NOTICE:
        state = f"ENDS SOON, {state}"
    if one.revoked_at is not None:
        state = f"revoked {words.when(one.revoked_at)}" + (f" ({one.why})" if one.why else "")
    return f"{one.id}  made {words.when(one.created_at)}  ends {words.when(one.ends_at)}  {state}"


def _told(stopped: Sequence[Stopped]) -> str:
    """Which apps a revocation stopped."""
    if not stopped:
        return "Revoked. No app that stands anywhere was signed with it alone."
    lines = [f"{one.app.slug}  {one.stage}  owner {one.app.owner}  {one.why}" for one in stopped]
    return "\n".join([f"Revoked. {words.counted(len(lines), 'deployment', 'deployments')} stopped:", *lines])
