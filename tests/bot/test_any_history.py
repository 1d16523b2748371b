"""Whatever people do, in whatever order, with crashes between any two transactions: the house's invariants hold.

A rule-based state machine over control's real parts. Only the chat and the sandbox are not ours here.
"""

import json
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot import database
from bot.operating import freezing
from bot.threads import ended, forms, handing_card
from bot.versions import undoing
from bot.who.people import FRESH_SECONDS
from guardrails import audit
from guardrails.proposal import Proposal
from runtime.routes import STAGES
from tests.bot.histories import PEOPLE, History

BATCHES, EACH = 40, 50
"""2,000 histories in all (`make fuzz`)."""
ASKED = (
    "a lunch survey, three questions, keep it two weeks",  # allowed
    "a feedback survey about the new office for everyone in the company",  # needs an approval
    "a survey about pensions, keep the answers for 10 years",  # denied
)
SAID = ("make it anonymous", "not anonymous", "rename it to Snacks", "add a question about dessert", "thanks!")
BUTTONS = (
    "slipway.publish",
    "slipway.approve",
    "slipway.archive",
    "slipway.retire",
    "slipway.discard",
    "slipway.back",
)
ENDINGS = (handing_card.KEEP, handing_card.KEEP, "slipway.archive", "slipway.retire")
ANSWERS = (handing_card.ACCEPT, handing_card.ACCEPT, handing_card.DECLINE)
ENDED = ("archived", "retired")
HOUR = 3600
ROUNDS = 60
"""Ticks of each kind after which everything must have come to rest."""

users = st.sampled_from(tuple(PEOPLE))
kinds = st.sampled_from(["begin", "commit", "sent"])
any_of = st.integers(min_value=0, max_value=50)

ONE_EVENT_EACH = {
    "SELECT count(*) FROM request": ("request.received",),
    "SELECT count(*) FROM deployment WHERE stage = 'preview'": ("preview.opened",),
    "SELECT count(*) FROM deployment WHERE stage = 'live'": ("app.live", "app.rolled_back", "app.restored"),
    "SELECT count(*) FROM proposal": ("publish.proposed",),
    "SELECT count(*) FROM approval": ("approval.given", "approval.refused"),
    "SELECT count(*) FROM hand_over WHERE state = 'accepted'": ("handover.accepted",),
    "SELECT count(*) FROM freeze_line": ("freeze.begun",),
    "SELECT count(*) FROM freeze_line WHERE thawed_at IS NOT NULL": ("freeze.thawed",),
    "SELECT count(*) FROM archive WHERE state = 'restored'": ("app.restored",),
    "SELECT count(*) FROM undo WHERE state = 'done'": ("change.undone",),
    "SELECT count(*) FROM proposal WHERE state = 'expired'": ("approval.expired",),
    "SELECT count(*) FROM follow_up WHERE base != ''": ("change.shown",),
    "SELECT count(*) FROM follow_up WHERE state = 'applied'": ("request.changed",),
}
"""What there is, and the AuditEvents that tell of its coming: equally many (Invariant 5)."""


class AnyHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(mkdtemp(prefix="slipway-"))
        self.history = History(self._folder / "home")
        self._latest = self.history.now

    def teardown(self) -> None:
        try:
            self.everything_comes_to_rest()
        finally:
            self.history.close()
            self._folder.rmdir()

    @initialize(words=st.sampled_from(ASKED[:2]), presses=st.integers(0, 3), kind=kinds, places=st.integers(0, 20))
    def ana_asks_and_goes_some_way(self, words: str, presses: int, kind: str, places: int) -> None:
        self.the_process_will_die(kind, places)
        self.history.hear(words, "U-ANA")
        for _ in range(presses):
            self.ticks([0, 2, 0])
            self.the_next_press(0, handing_card.KEEP, False)

    @rule(words=st.sampled_from(ASKED), user=users)
    def ask(self, words: str, user: str) -> None:
        if len(self.history.heard) < 3:
            self.history.hear(words, user)

    @rule(which=any_of, times=st.integers(1, 5))
    def the_chat_delivers_an_event_again(self, which: int, times: int) -> None:
        for _ in range(times):
            self.history.deliver(self.history.heard[which % len(self.history.heard)])

    @rule(order=st.lists(st.integers(0, 9), min_size=1, max_size=6))
    def ticks(self, order: list[int]) -> None:
        for which in order:
            self.history.tick(which)

    @rule(which=any_of, ending=st.sampled_from(ENDINGS), quick=st.booleans())
    def the_next_press(self, which: int, ending: str, quick: bool) -> None:
        """The button that leads on, by somebody who may; with `quick`, control is not given time to see it."""
        standing = self.history.rows("SELECT id, user, state, proposal FROM request ORDER BY created_at, id")
        if not standing:
            return
        request, user, state, proposal = standing[which % len(standing)]
        hint = json.dumps({"request": request})
        if state == "previewed":
            self.history.press("slipway.publish", user, hint)
        elif state == "proposed":
            self.history.press("slipway.approve", "U-BEN", json.dumps({"proposal": proposal}))
        elif state == "live" and ending == handing_card.KEEP:
            self.history.send(handing_card.KEEP, user, hint, reason="we still need it")
        elif state == "live":
            self.history.press(ending, user, hint)
        for tick in () if quick else (1, 0, 2):
            self.history.tick(tick)

    @rule(action=st.sampled_from(BUTTONS), user=users, which=any_of, times=st.integers(1, 2))
    def press(self, action: str, user: str, which: int, times: int) -> None:
        """A button of any message there ever was, however old; Approve may be of a Proposal that is void."""
        kind, query = ("request", "SELECT id FROM request ORDER BY created_at, id")
        if action == "slipway.approve":
            kind, query = ("proposal", "SELECT digest FROM proposal ORDER BY created_at, digest")
        found = self.history.rows(query)
        if found:
            self.history.press(action, user, json.dumps({kind: found[which % len(found)][0]}), times=times)

    @rule(user=users, which=any_of, title=st.sampled_from(["Lunch", "Snacks"]), days=st.sampled_from(["30", "90"]))
    def change_the_answers(self, user: str, which: int, title: str, days: str) -> None:
        found = self.history.rows("SELECT id FROM request WHERE brief IS NOT NULL ORDER BY created_at, id")
        if found:
            about = json.dumps({"request": found[which % len(found)][0]})
            self.history.send(forms.ANSWERS, user, about, title=title, retention_days=days)

    @rule(user=users, which=any_of, words=st.sampled_from(SAID), times=st.integers(1, 2))
    def say_below_an_app(self, user: str, which: int, words: str, times: int) -> None:
        """Its asker or somebody else, delivered twice or not."""
        found = self.history.rows("SELECT thread FROM request ORDER BY created_at, id")
        if found:
            self.history.say(words, user, found[which % len(found)][0], times=times)

    @rule(user=users, which=any_of, action=st.sampled_from(["slipway.apply", "slipway.apply", "slipway.leave"]))
    def press_a_change(self, user: str, which: int, action: str) -> None:
        """Of any change that ever stood in a thread."""
        found = self.history.rows("SELECT key, request FROM follow_up ORDER BY created_at, key")
        if found:
            key, request = found[which % len(found)]
            self.history.press(action, user, json.dumps({"request": request, "change": key}), times=2)

    @rule(user=users, which=any_of)
    def reject(self, user: str, which: int) -> None:
        found = self.history.rows("SELECT digest FROM proposal ORDER BY created_at, digest")
        if found:
            self.history.send(forms.REJECT, user, json.dumps({"proposal": found[which % len(found)][0]}), reason="no")

    @rule(hours=st.sampled_from([-2, 1, 1, 25, 25, 24 * 8, 24 * 40, 24 * 91]))
    def time_passes(self, hours: int) -> None:
        """Also back by a little, as when a clock is set right."""
        self.history.now += hours * HOUR
        self._latest = max(self._latest, self.history.now)

    @rule(user=users, which=any_of, to=users, stay=st.sampled_from(["editor", "none"]))
    def hand_over(self, user: str, which: int, to: str, stay: str) -> None:
        if app := self._any("SELECT id FROM app ORDER BY created_at, id", which):
            self.history.send(handing_card.HAND, user, json.dumps({"app": app[0]}), person=to, stay=stay)

    @rule(user=users, which=any_of, yes=st.sampled_from(ANSWERS))
    def answer_a_hand_over(self, user: str, which: int, yes: str) -> None:
        if found := self._any("SELECT id, app FROM hand_over ORDER BY offered_at, id", which):
            self.history.press(yes, user, json.dumps({"hand": found[0], "app": found[1]}), times=2)

    @rule(user=users, which=any_of, yes=st.sampled_from([handing_card.VOUCH, handing_card.REFUSE]))
    def answer_a_keep(self, user: str, which: int, yes: str) -> None:
        if found := self._any("SELECT id, app FROM keep ORDER BY id", which):
            self.history.press(yes, user, json.dumps({"keep": found[0], "app": found[1]}), times=2)

    @rule(user=users, which=any_of, who=users, role=st.sampled_from(["owner", "editor", "viewer", "none"]))
    def give_a_role(self, user: str, which: int, who: str, role: str) -> None:
        if app := self._any("SELECT id FROM app ORDER BY created_at, id", which):
            self.history.send(handing_card.PEOPLE, user, json.dumps({"app": app[0]}), person=who, role=role)

    @rule(user=users, which=any_of, action=st.sampled_from([ended.RESTORE, ended.RESTORE, handing_card.ADOPT]))
    def bring_back_or_adopt(self, user: str, which: int, action: str) -> None:
        if app := self._any("SELECT id FROM app ORDER BY created_at, id", which):
            self.history.press(action, user, json.dumps({"app": app[0]}), times=2)

    @rule(user=users, which=any_of)
    def go_to_another_version(self, user: str, which: int) -> None:
        if found := self._any("SELECT app, number FROM version ORDER BY number, app", which):
            self.history.send(forms.ROLL, user, json.dumps({"app": found[0]}), version=str(found[1]))

    @rule(user=users, which=any_of)
    def undo_a_change(self, user: str, which: int) -> None:
        if found := self._any("SELECT id, request FROM undo ORDER BY created_at, id", which):
            about = {"undo": found[0], "request": found[1]}
            self.history.press(undoing.UNDO, user, json.dumps(about), times=2)

    @rule(user=users, which=any_of, to=st.sampled_from(["me", "channel", "org", "public"]))
    def say_who_may_open_it(self, user: str, which: int, to: str) -> None:
        if request := self._any("SELECT id FROM request ORDER BY created_at, id", which):
            self.history.send(forms.WHO, user, json.dumps({"request": request[0]}), open_to=to)

    @rule(user=users, which=any_of)
    def freeze(self, user: str, which: int) -> None:
        """Look at what it would stop, and press; only operators come that far."""
        if not (app := self._any("SELECT slug FROM app ORDER BY created_at, id", which)):
            return
        self.history.press(freezing.LOOK, user, json.dumps({"kind": "app", "name": app[0]}))
        self.history.tick(1)
        if offer := self._any("SELECT id FROM freeze_offer ORDER BY id", which):
            self.history.press(freezing.FREEZE, user, json.dumps({"offer": offer[0]}), times=2)

    @rule(user=users, which=any_of)
    def thaw(self, user: str, which: int) -> None:
        if found := self._any("SELECT id FROM freeze_line ORDER BY id", which):
            self.history.press(freezing.THAW, user, json.dumps({"freeze": found[0]}), times=2)

    @rule(user=st.sampled_from(["U-ANA", "U-CY"]))
    def somebody_goes_or_comes_back(self, user: str) -> None:
        self.history.chat.gone ^= {user}

    def _any(self, query: str, which: int) -> tuple[Any, ...] | None:
        found = self.history.rows(query)
        return found[which % len(found)] if found else None

    @rule(kind=kinds, places=st.integers(1, 8))
    def the_process_will_die(self, kind: str, places: int) -> None:
        # Posts are fewer than transactions.
        self.history.crashes.kind, self.history.crashes.left = kind, places if kind != "sent" else places % 3 + 1

    @invariant()
    def nothing_is_live_without_its_approval(self) -> None:
        # Invariant 1, G1
        for app, bundle, digest in self.history.rows(
            "SELECT app, bundle, proposal FROM deployment WHERE stage = 'live'"
        ):
            ((content, asker, groups),) = self.history.rows(
                "SELECT content, asker, groups FROM proposal WHERE digest = ?", digest
            )
            proposal = Proposal.model_validate_json(content)
            assert (proposal.digest, proposal.app, proposal.bundle) == (digest, app, bundle)
            yes = self.history.rows("SELECT person FROM approval WHERE proposal = ? AND yes", digest)
            assert not groups or [one for (one,) in yes if one != asker]

    @invariant()
    def every_change_has_its_one_audit_event(self) -> None:
        # Invariant 5
        counted: dict[str, int] = dict(self.history.rows("SELECT action, count(*) FROM audit_event GROUP BY action"))
        for query, actions in ONE_EVENT_EACH.items():
            assert self.history.rows(query) == [(sum(counted.get(one, 0) for one in actions),)], actions

    @invariant()
    def one_thing_said_is_one_request_and_one_app(self) -> None:
        # Invariant 6, U2
        (requests,) = self.history.rows("SELECT count(*), count(DISTINCT key) FROM request")
        assert requests[0] == requests[1] <= len(self.history.heard)
        assert self.history.rows("SELECT app FROM request WHERE app IS NOT NULL GROUP BY app HAVING count(*) > 1") == []
        assert self.history.rows("SELECT id FROM app WHERE id NOT IN (SELECT app FROM request WHERE app > '')") == []
        standing = "SELECT app FROM deployment WHERE ended_at IS NULL GROUP BY app, stage HAVING count(*) > 1"
        assert self.history.rows(standing) == []

    @invariant()
    def who_decided_was_another(self) -> None:
        # Nobody thaws what they froze, and nobody takes over what was not offered to them.
        assert self.history.rows("SELECT 1 FROM freeze_line WHERE thawed_by = person AND thawed_by <> ''") == []
        for app, owner in self.history.rows("SELECT id, owner FROM app"):
            assert self.history.rows("SELECT 1 FROM person WHERE id = ?", owner), app

    @invariant()
    def what_is_frozen_stands_still(self) -> None:
        # N14
        frozen = {name for (name,) in self.history.rows("SELECT name FROM freeze_line WHERE thawed_at IS NULL")}
        for app, slug in self.history.rows("SELECT id, slug FROM app"):
            route = self.history.routes.find(slug, "live")
            assert route is None or bool(route.frozen) == (app in frozen)

    @invariant()
    def a_lapsed_lease_answers_no_call(self) -> None:
        # Invariant 7, whether or not the reaper has come by
        now = self.history.now
        leases = {(app, stage): ends for app, stage, ends in self.history.rows("SELECT app, stage, ends_at FROM lease")}
        for app, slug, at in self.history.rows("SELECT id, slug, stage FROM app"):
            for stage in STAGES:
                route = self.history.routes.find(slug, stage)
                if route is not None and route.open(now):
                    assert now < leases[app, stage]
                    assert at not in ENDED

    def everything_comes_to_rest(self) -> None:
        """Invariant 6: left alone, ticking reaches an end that is complete or clean."""
        self.history.crashes.left = 0
        self.history.chat.gone.clear()
        # What was kept before the clock was set back is due when it has come so far again; and who has come back is
        # known to be here once their profile is read anew.
        self.history.now = self._latest + FRESH_SECONDS
        for heard in self.history.heard:
            self.history.deliver(heard)  # what was never acknowledged is delivered again
        for _ in range(ROUNDS):
            for which in range(len(self.history.ticks)):
                self.history.tick(which)
            if not self._frozen() and not self._left():
                break
            self._thaw_everything()
            self.history.now += 2  # what failed is tried again
        assert (self._frozen(), self._left()) == ([], [])
        ended = "SELECT id FROM app WHERE stage IN ('archived', 'retired')"
        assert (
            self.history.rows(f"SELECT id, trouble FROM request WHERE state = 'failed' AND app NOT IN ({ended})") == []
        )
        assert len(self.history.rows("SELECT 1 FROM request")) == len(self.history.heard)
        keys = [key for key, _ in self.history.chat.posted]
        assert len(keys) == len(set(keys))
        for name, _ in self.history.rows("SELECT id, stage FROM app WHERE stage IN ('archived', 'retired')"):
            assert self.history.rows("SELECT 1 FROM deployment WHERE app = ? AND ended_at IS NULL", name) == []
            assert (self.history.home / "exports" / f"{name}.zip").exists()
        engine = self.history.wiring.engine
        with database.transaction(engine) as session:
            for workspace in audit.workspaces(session):
                assert audit.verify(session, workspace) == ()
        for invariant_ in (
            self.nothing_is_live_without_its_approval,
            self.every_change_has_its_one_audit_event,
            self.one_thing_said_is_one_request_and_one_app,
            self.who_decided_was_another,
            self.what_is_frozen_stands_still,
            self.a_lapsed_lease_answers_no_call,
        ):
            invariant_()

    def _frozen(self) -> list[tuple[Any, ...]]:
        return self.history.rows("SELECT id FROM freeze_line WHERE thawed_at IS NULL ORDER BY id")

    def _thaw_everything(self) -> None:
        """What is frozen may rest for ever, so both operators press: whoever froze it is refused."""
        for (freeze,) in self._frozen():
            for user in ("U-BEN", "U-CY"):
                self.history.press(freezing.THAW, user, json.dumps({"freeze": freeze}))

    def _left(self) -> list[tuple[Any, ...]]:
        """What is still under way, each with what it waits for; a post that is held or parked rests."""
        return self.history.rows(
            "SELECT 'press', key, payload FROM press WHERE settled_at IS NULL "
            "UNION SELECT 'post', key, trouble FROM outbox "
            "WHERE sent_version < version AND held = '' AND parked_at IS NULL "
            "UNION SELECT 'app', id, stage FROM app WHERE ended_at IS NOT NULL AND cleared_at IS NULL "
            "UNION SELECT 'change', key, state FROM follow_up WHERE state = 'heard' "
            "UNION SELECT 'request', id, state || ' due ' || due_at || ' ' || trouble FROM request "
            "WHERE state IN ('received', 'briefed', 'bundled', 'reviewed', 'approved')"
        )


def histories(count: int) -> None:
    """So many histories of 15 steps, no two alike."""
    # A history that fails is short enough to be read; to shrink it takes minutes.
    once = settings(max_examples=count, stateful_step_count=15, deadline=None, phases=(Phase.generate,), database=None)
    run_state_machine_as_test(AnyHistory, settings=once)


@pytest.mark.scenario
def test_any_history() -> None:
    histories(10)


@pytest.mark.fuzz
@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_two_thousand_histories(batch: int) -> None:
    histories(EACH)
