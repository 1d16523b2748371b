"""`platformctl person links`: which sign-ins of the organisation's provider are linked to whom. Control may be away."""

from pathlib import Path

from bot.clockwork import Clock
from bot.database import transaction
from bot.entrance import links
from bot.platformctl.installation import Undone, opened, operator
from bot.who import linking, people
from bot.wording import words
from guardrails import selves


def run(home: Path, who: str, remove: str) -> str:
    """The links of one person, or all of them; with `remove`, the id of one, take it away. Raises Undone."""
    with opened(home) as engine, transaction(engine) as session:
        if remove:
            link = links.get(session, remove)
            if link is None:
                raise Undone(f"no sign-in is linked by {remove}; `platformctl person links` shows those that are")
            linking.unlink(session, link, operator(), Clock(session).now())
            return f"{link.shown} at {link.issuer} is nobody's any more, and its person is signed out of every app."
        persons: list[str] = []
        if who:
            found = people.called(session, who)
            if len(found) != 1:
                raise Undone(f"{'nobody' if not found else 'more than one person'} here is called {who}")
            persons = sorted(selves.all_of(session, found[0].id))
        rows = []
        for one in links.every(session, persons):
            person = people.by_id(session, one.person)
            name = f"@{person.handle}" if person else one.user
            doubt = f"  to be confirmed anew ({one.invalid})" if one.invalid else ""
            rows.append(f"{one.id}  {name}  {one.shown}  {one.issuer}  since {words.when(one.confirmed_at)}{doubt}")
        return "\n".join(rows) or "No sign-in is linked."
