"""What people read about an app's versions: what each was, what becomes of the entries, why one cannot return."""

from collections.abc import Sequence

from bot.wording import words
from bot.wording.blocks import quoted
from runtime.compatible import Fit
from runtime.history import Version
from runtime.snapshots import Snapshot

KEPT = "Schema unchanged: data kept."
OVERTAKEN = (
    "What is live has changed since this was shown, so nothing was changed now. Press *Versions* on the card to see "
    "what there is to choose from."
)
COMING = "A newer version has been approved and is about to go live. Wait until it is there, then go back from it."
RESTORING = "The entries of this app are being put back right now. Please look again in a minute."
ONLY_ONE = "This app has had one version only, so there is nothing to go back to yet. A publish makes the next one."
NOT_OFFERED = "That is none of the last ten versions that were live. Press *Versions* to see them."
IS_LIVE = "That version is live already. Nothing was changed."
NO_ANSWERS = "Its answers are not kept any more, so it cannot be changed from there. Publish them anew instead."
NEVER_APPROVED = "Nobody whose yes counts approved it."
NOT_ASKED = (
    "The policies ask for an approval of it now, and nobody gave one. Change the answers to what they were and "
    "publish that: then it is asked for."
)
DAMAGED = "Its files are missing or damaged. Change the answers to what they were and publish that instead."


def named(version: Version) -> str:
    """A version in a sentence."""
    return f"version {version.number} (published {words.when(version.published_at)})"


def data(fit: Fit, snapshot: Snapshot | None, shorter: int = 0) -> str:
    """What becomes of the entries, before anybody chooses; `shorter` are the days it keeps them, where that is less."""
    told = KEPT
    if fit.fate == "unreadable":
        what = ", ".join(_spelled(one) for one in fit.unreadable[:5])
        told = f"It keeps {what} in another way, and could not read what was entered since. "
        told += restore(snapshot) if snapshot else "No copy of the entries from before is kept, so it is refused."
    elif fit.fate == "hidden":
        what = ", ".join(_spelled(one) for one in fit.hidden[:5])
        told = f"Data kept. This version does not know {what}: what was entered there stays and is not shown."
    if shorter and not (fit.fate == "unreadable" and snapshot is None):
        told += f" It keeps entries for {words.counted(shorter, 'day', 'days')} only: older ones are removed."
    return told


def restore(snapshot: Snapshot) -> str:
    """With which entries a version can be live again."""
    count = words.counted(snapshot.entries, "entry", "entries")
    return (
        f"Needs data restore to {words.when(snapshot.taken_at)} ({count} then). What was entered since is set aside "
        "and not lost: going forward again can bring it back."
    )


def _spelled(name: str) -> str:
    table, _, field = name.partition(".")
    return f"the field *{quoted(words.plain(field), 60)}*" if field else f"the list *{quoted(words.plain(table), 60)}*"


def paragraph(version: Version, by: str, *, live: bool, changed: Sequence[str], fate: str) -> str:
    """One version in the list. `by` is a mention, `changed` and `fate` are mrkdwn."""
    head = f"*Version {version.number}*{' · live now' if live else ''} · {words.when(version.published_at)}"
    who = f" · by {by}" if by else ""
    broken = _broken(version.reverted_at) if version.reverted_at else ""
    what = "".join(f"\n• {one}" for one in changed)
    return f"{head}{who}{broken}{what}" + (f"\n_{fate}_" if fate and not live else "")


def _broken(at: int) -> str:
    return f"\n:warning: Slipway went back from it on {words.when(at)}: it was broken."


def choice(version: Version, snapshot: Snapshot | None) -> str:
    """In the menu."""
    if snapshot is None:
        return f"Version {version.number} of {words.when(version.published_at)}"
    return f"Version {version.number}, entries of {words.when(snapshot.taken_at)}"


def rolled(title: str, version: Version, user: str, at: int, fate: str, url: str, kept_back: Sequence[str]) -> str:
    """In the thread. `title` and `user` are mrkdwn; `kept_back` are rights that stay taken back."""
    back = f"\nStill not allowed: {', '.join(f'`{quoted(one, 80)}`' for one in kept_back)}." if kept_back else ""
    return f":rewind: {user} made {named(version)} of *{title}* live on {words.when(at)}: <{url}>\n{fate}{back}"


def restoring(snapshot: Snapshot) -> str:
    """In place of the fate, while the entries are being put back."""
    return f"Its entries are those of {words.when(snapshot.taken_at)}; what came since is set aside, not lost."


def gone_on(version: Version, user: str, at: int) -> str:
    """Where the buttons of what was live before had been."""
    return f"Version {version.number} took its place on {words.when(at)}, by {user}."


def refused(version: Version, why: str) -> str:
    """Why a version cannot be live again."""
    return f"Version {version.number} cannot be live again. {why}"


def damaged_proof(why: str) -> str:
    """Nothing proves where a version's files come from any more."""
    return f"Nothing proves any more where its files come from: {quoted(why)}. Publish its answers anew instead."


def withdrawn(ref: str) -> str:
    """Its template is not what was released, or not there any more."""
    return f"Its template {quoted(ref, 80)} was withdrawn. Ask the people who run Slipway what to use instead."


def forbidden(why: str, fix: str) -> str:
    """The policies say no today; both are escaped."""
    return f"The policies do not allow it any more: {why} {fix}".rstrip()


def warning(version: Version, fate: str) -> str:
    """Asked before a button goes back at once."""
    return f"Version {version.number} is live again within seconds. {fate}"


def undone(user: str, at: int) -> str:
    """Where the button was: a change was undone before it was published."""
    return f":leftwards_arrow_with_hook: Undone by <@{user}> on {words.when(at)}; the answers are as they were."


NO_UNDO = (
    "This cannot be undone any more: the answers were changed again, published, or undone already. Nothing was "
    "changed. Of what is live, *Versions* goes back."
)
