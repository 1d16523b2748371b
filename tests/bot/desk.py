"""Control without its processes: real rows, real policies, the real shelf; a chat that remembers what it was told."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from bot import database
from bot.building import journey
from bot.chat import ChatError, GroupState, Heard, Message, Place, Pressed, Profile, Submitted
from bot.hearing import commands, listening
from bot.notary import Notary
from bot.operating import keyring
from bot.posting import outbox
from bot.rows.requests import Request, RequestRow
from bot.rows.requests import get as request_named
from bot.steps import STEPS
from bot.verbs import decisions, filling
from bot.wiring import Smoked, Wiring
from generator.offline_model import OfflineModel
from guardrails.review import document, review
from runtime.appdata import SqliteAppData
from runtime.bundles import BundleStore
from runtime.destination import Places
from tests.bot.histories import migrated, policies, shelf

DAY = 86_400
START = 1_796_637_600
"""Mon 7 Dec 2026, 10:00 UTC."""
WORKSPACE, OPS = "T1", "C-OPS"
PEOPLE = {"U1": "ana", "U2": "ben", "U3": "cy"}
SURVEY = "a lunch survey, three questions, keep it two weeks"


class Thread:
    """The chat: one message a key, and how often each was changed."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.messages: dict[str, Message] = {}
        self.updates = 0
        self.whispers: list[str] = []
        self.groups: dict[str, GroupState] = {}
        """What became of a user group; the others are active."""

    def post(self, place: Place, message: Message, key: str) -> str:
        self.keys.append(key)
        ts = f"{len(self.keys)}.0"
        self.messages[ts] = message
        return ts

    def find(self, place: Place, key: str, since: int) -> str | None:
        return None

    def update(self, channel: str, ts: str, message: Message) -> None:
        self.messages[ts] = message
        self.updates += 1

    def whisper(self, place: Place, user: str, message: Message) -> None:
        self.whispers.append(message.text)

    def profile(self, user: str) -> Profile:
        if user not in PEOPLE:
            raise ChatError("user_not_found", permanent=True)
        return Profile(user, PEOPLE[user].title(), PEOPLE[user])

    def known(self, handles: Collection[str]) -> Mapping[str, Profile]:
        everybody = (self.profile(user) for user in PEOPLE)
        return {one.handle: one for one in everybody if one.handle in handles}

    def group_state(self, handle: str) -> GroupState:
        return self.groups.get(handle, "active")

    def mention(self, handle: str) -> str:
        return f"<!subteam^{handle}>"

    def members(self, channel: str) -> frozenset[str]:
        return frozenset(PEOPLE)

    def group(self, handle: str) -> frozenset[str]:
        return frozenset({"U2"}) if handle == "platform-approvers" else frozenset()

    def channel_named(self, name: str) -> str | None:
        return OPS if name == "ops" else None

    def shown(self, key: str) -> str:
        """All that is written in the newest message of a key."""
        found = [at for at, one in enumerate(self.keys) if one.startswith(key)]
        blocks: Any = self.messages[f"{found[-1] + 1}.0"].blocks
        return "\n".join(_texts(blocks))


def _texts(part: Any) -> list[str]:
    if isinstance(part, Mapping):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() if not isinstance(value, str) for text in _texts(value)]
    return [text for one in part for text in _texts(one)] if isinstance(part, list | tuple) else []


class Desk:
    """One installation, ticked by hand."""

    def __init__(self, home: Path, **parts: Any) -> None:
        (home / "control.db").write_bytes(migrated())
        self.now = START
        self.chat = Thread()
        self._count = 0
        refs = tuple(shelf().get(name).ref for name in shelf().names)
        bundles = BundleStore(home / "bundles")
        self.wiring = replace(
            Wiring(
                engine=database.connect(f"sqlite:///{home / 'control.db'}"),
                chat=self.chat,
                catalog=shelf(),
                model=OfflineModel(),
                review=lambda manifest, wanted, here, stage: review(
                    policies(), document(manifest, wanted, here, stage, refs)
                ),
                bundles=bundles,
                notary=Notary(home, bundles, shelf()),
                smoke=lambda bundle: Smoked(),
                url=lambda slug, stage: f"http://{slug}.{stage}.test/",
                now=lambda: self.now,
                data=SqliteAppData(home / "data"),
                exports=home / "exports",
                archives=Places(home / "archives"),
                last_used=lambda app: 0,
                usage=home / "usage",
                team=lambda place: "ops" if place.kind == "channel" else "Harbour",
            ),
            **parts,
        )
        keyring.ready(self.wiring.engine, self.wiring.notary, bundles, self.now)

    def tick(self) -> None:
        """Let everything that is due happen."""
        for _ in range(6):
            journey.tick(self.wiring, STEPS)
            decisions.tick(self.wiring)
            outbox.deliver(self.wiring.engine, self.wiring.chat, self.now)

    def ask(self, words: str = SURVEY, user: str = "U1") -> Request:
        """Somebody asks for an app; what became of it."""
        self._count += 1
        place = Place(WORKSPACE, OPS)
        heard = Heard(f"Ev{self._count}", place, user, words, "mention", f"{self._count}.5")
        listening.hear(self.wiring, commands.Commands(self.wiring, None), heard)
        self.tick()
        with Session(self.wiring.engine) as session:
            (newest,) = session.exec(select(RequestRow.id).where(RequestRow.key == heard.key)).all()
        return self.seen(newest)

    def press(self, action: str, request: Request, user: str = "U1") -> Request:
        """Somebody presses a button of the card."""
        self._count += 1
        hint = f'{{"request": "{request.id}"}}'
        place = Place(WORKSPACE, OPS)
        listening.keep(self.wiring, Pressed(f"P{self._count}", place, user, action, hint, "1.0", "trigger"))
        self.tick()
        return self.seen(request.id)

    def form(self, request: Request, user: str = "U1") -> Mapping[str, Any]:
        """The form behind Change answers."""
        hint = f'{{"request": "{request.id}"}}'
        found = filling.form(
            self.wiring, Pressed("F", Place(WORKSPACE, OPS), user, "slipway.answer", hint, "1.0", "trigger")
        )
        assert not isinstance(found, str)
        return found

    def send(self, request: Request, user: str = "U1", **values: str) -> Mapping[str, str]:
        """Somebody sends that form; what is wrong, by field."""
        self._count += 1
        hint = f'{{"request": "{request.id}"}}'
        sent = Submitted(f"V{self._count}", WORKSPACE, user, "slipway.answers", hint, values)
        wrong = listening.submitted(self.wiring, sent)
        self.tick()
        return wrong

    def seen(self, request: str) -> Request:
        """The Request as it stands now."""
        with Session(self.wiring.engine) as session:
            found = request_named(session, request)
        assert found is not None
        return found

    def card(self, request: Request) -> str:
        """All that is written on its card."""
        return self.chat.shown(f"card:{request.id}")
