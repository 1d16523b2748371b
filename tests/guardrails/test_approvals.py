"""A Proposal has one digest; who may decide it, and that two clicks have one effect."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, SQLModel, create_engine

from bot import database
from guardrails import approvals
from guardrails.approvals import Refusal, Standing
from guardrails.proposal import Proposal
from guardrails.verdict import Decision, Finding, Verdict
from templates.audience import Audience
from templates.manifest import Digest
from tests import engines

NOW = 1_800_000_000
POLICY = Digest("sha256:" + "b" * 64)
GROUPS = {
    "platform-approvers": frozenset({"ben", "ana"}),
    "data-stewards": frozenset({"dora"}),
    "only-ana": frozenset({"ana"}),
}


def members(group: str) -> frozenset[str]:
    return GROUPS.get(group, frozenset())


def proposal(**changes: object) -> Proposal:
    fields: dict[str, object] = {
        "workspace": "T1",
        "app": "app_1",
        "bundle": "sha256:" + "a" * 64,
        "grants": ("store",),
        "audience": Audience(kind="channel", id="C1", label="#ops"),
        "policy": POLICY,
        "ttl_days": 30,
        "cost_low": 1,
        "cost_high": 5,
    }
    return Proposal.model_validate({**fields, **changes})


def verdict(decision: Decision, *groups: str) -> Verdict:
    found = tuple(
        Finding(rule="r", decision=decision, field="f", why="because", fix="", approvers=group)
        for group in groups or ("",)
    )
    return Verdict(decision=decision, findings=found, policy=POLICY)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as one:
        yield one
    engine.dispose()


def asked(session: Session, *groups: str) -> str:
    standing = approvals.propose(session, proposal(), verdict("needs_approval", *groups), "ana", NOW)
    assert isinstance(standing, Standing)
    return proposal().digest


def decide(session: Session, digest: str, person: str, yes: bool = True, at: int = NOW + 60) -> Standing | Refusal:
    return approvals.decide(session, digest, person, yes=yes, reason="fine", in_group=members, now=at)


def test_an_allow_verdict_approves_at_once(session: Session) -> None:
    standing = approvals.propose(session, proposal(), verdict("allow"), "ana", NOW)
    assert isinstance(standing, Standing)
    assert standing.state == "approved"
    assert approvals.approved(session, proposal().digest)


def test_a_denied_proposal_is_never_put_up(session: Session) -> None:
    assert approvals.propose(session, proposal(), verdict("deny"), "ana", NOW) == Refusal("because")
    assert not approvals.approved(session, proposal().digest)


def test_ben_of_the_group_approves_and_it_says_who_and_when(session: Session) -> None:
    decided = decide(session, asked(session, "platform-approvers"), "ben")
    assert isinstance(decided, Standing)
    assert decided.state == "approved"
    assert [(one.person, one.yes, one.at) for one in decided.approvals] == [("ben", True, NOW + 60)]


def test_ana_cannot_approve_her_own_request_though_she_is_in_the_group(session: Session) -> None:  # G2
    refused = decide(session, asked(session, "platform-approvers"), "ana")
    assert isinstance(refused, Refusal)
    assert refused.why.startswith("Nobody approves their own request.")


def test_cy_who_has_no_rights_is_told_who_could(session: Session) -> None:
    refused = decide(session, asked(session, "platform-approvers"), "cy")
    assert refused == Refusal("Only @platform-approvers can decide this. You can point one of them to this thread.")


def test_an_empty_group_means_nobody(session: Session) -> None:  # G2
    refused = decide(session, asked(session, "nobody-there"), "ben")
    assert refused == Refusal("No approver exists: the group @nobody-there is empty. Ask the platform team.")


def test_two_groups_need_a_yes_each(session: Session) -> None:
    digest = asked(session, "platform-approvers", "data-stewards")
    first = decide(session, digest, "ben")
    assert isinstance(first, Standing)
    assert first.state == "open"
    assert isinstance(decide(session, digest, "ben"), Refusal)
    second = decide(session, digest, "dora")
    assert isinstance(second, Standing)
    assert second.state == "approved"


def test_a_late_click_changes_nothing_and_says_who_decided_and_when(session: Session) -> None:
    digest = asked(session, "platform-approvers")
    decide(session, digest, "ben", yes=False)
    late = decide(session, digest, "dora", at=NOW + 90)
    assert late == Refusal("This was already rejected; your click changed nothing.", "ben", NOW + 60)


def test_two_replicas_deciding_at_once_have_one_effect(tmp_path: Path) -> None:  # D6, U3
    engine = engines.fresh(tmp_path)
    with database.transaction(engine) as first:
        digest = asked(first, "platform-approvers")
    ready = threading.Barrier(4)

    def click(person: str, yes: bool) -> Standing | Refusal:
        ready.wait()
        with database.transaction(engine) as mine:
            return approvals.decide(mine, digest, person, yes=yes, reason="", in_group=everyone, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        clicks = [pool.submit(click, *one) for one in [("ben", True), ("ben", True), ("dora", False), ("eve", True)]]
        ends = [one.result() for one in clicks]
    engine.dispose()
    assert sum(isinstance(one, Standing) for one in ends) == 1
    winner = next(one for one in ends if isinstance(one, Standing)).approvals[0]
    assert {(one.by, one.at) for one in ends if isinstance(one, Refusal)} == {(winner.person, NOW)}


def everyone(_: str) -> frozenset[str]:
    return frozenset({"ben", "dora", "eve"})


def test_yeses_of_two_groups_at_the_same_moment_are_both_counted(tmp_path: Path) -> None:
    engine = engines.fresh(tmp_path)
    with database.transaction(engine) as first:
        digest = asked(first, "platform-approvers", "data-stewards")
    ready = threading.Barrier(2)

    def click(person: str) -> None:
        ready.wait()
        with database.transaction(engine) as mine:
            decide(mine, digest, person)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(click, "ben"), pool.submit(click, "dora")]:
            one.result()
    with Session(engine) as session:
        assert approvals.approved(session, digest)
    engine.dispose()


def test_ana_alone_in_the_group_still_finds_no_way_round(session: Session) -> None:  # G2
    digest = asked(session, "only-ana")
    assert isinstance(decide(session, digest, "ana"), Refusal)
    stranger = decide(session, digest, "ben")
    assert stranger == Refusal("No approver exists: in @only-ana there is nobody but the asker. Ask the platform team.")


def test_the_group_is_asked_at_the_click_and_not_before(session: Session) -> None:  # G2
    digest = asked(session, "platform-approvers")
    left = approvals.decide(session, digest, "ben", yes=True, reason="", in_group=lambda _: frozenset({"eve"}), now=NOW)
    assert isinstance(left, Refusal)


def test_putting_the_same_proposal_up_again_changes_nothing(session: Session) -> None:
    digest = asked(session, "platform-approvers")
    decide(session, digest, "ben")
    again = approvals.propose(session, proposal(), verdict("needs_approval", "platform-approvers"), "ana", NOW + 99)
    assert isinstance(again, Standing)
    assert (again.state, again.expires_at) == ("approved", NOW + approvals.OPEN_SECONDS)


def test_a_rejected_proposal_does_not_come_back_by_itself(session: Session) -> None:
    digest = asked(session, "platform-approvers")
    decide(session, digest, "ben", yes=False)
    again = approvals.propose(session, proposal(), verdict("needs_approval", "platform-approvers"), "ana", NOW + 99)
    assert isinstance(again, Refusal)


@pytest.mark.parametrize(
    "edit",
    [
        r"""UPDATE proposal SET content = replace(content, '"ttl_days"\:30', '"ttl_days"\:900')""",
        "UPDATE approval SET person = 'ana'",
        "DELETE FROM approval",
    ],
)
def test_an_approval_counts_only_for_what_was_approved_by_someone_else(session: Session, edit: str) -> None:
    digest = asked(session, "platform-approvers")  # Invariant 1
    decide(session, digest, "ben")
    assert approvals.approved(session, digest)
    session.execute(text(edit))
    session.expire_all()
    assert not approvals.approved(session, digest)


def test_an_undecided_proposal_expires(session: Session) -> None:
    digest = asked(session, "platform-approvers")
    late = NOW + approvals.OPEN_SECONDS
    assert isinstance(decide(session, digest, "ben", at=late), Refusal)
    assert approvals.expire(session, late) == (digest,)
    assert approvals.expire(session, late) == ()


def test_a_changed_proposal_voids_the_one_before(session: Session) -> None:  # N4
    first = asked(session, "platform-approvers")
    decide(session, first, "ben")
    changed = proposal(bundle="sha256:" + "c" * 64)
    approvals.propose(session, changed, verdict("needs_approval", "platform-approvers"), "ana", NOW)
    assert not approvals.approved(session, first)
    assert isinstance(decide(session, first, "ben"), Refusal)


def test_every_part_of_a_proposal_is_in_its_digest() -> None:
    changes: list[dict[str, object]] = [
        {"bundle": "sha256:" + "d" * 64},
        {"grants": ("store", "notify")},
        {"audience": Audience(kind="org", label="all")},
        {"policy": "sha256:" + "e" * 64},
        {"ttl_days": 31},
        {"cost_high": 6},
        {"revision": 2},
    ]
    digests = {proposal().digest, *(proposal(**one).digest for one in changes)}
    assert len(digests) == len(changes) + 1


CLICKS = st.tuples(st.sampled_from(["ana", "ben", "cy", "dora"]), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.lists(CLICKS | st.sampled_from(["change", "wait a week"]), max_size=8))
def test_any_order_of_clicks_has_one_winner_who_was_allowed(events: list[tuple[str, bool] | str]) -> None:  # G1
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        digest = asked(session, "platform-approvers")
        ends, now = [], NOW
        for event in events:
            before = standing_of(session, digest)
            if event == "change":
                approvals.void_others(session, "app_1", now)
            elif event == "wait a week":
                now += approvals.OPEN_SECONDS
                approvals.expire(session, now)
            elif isinstance(event, tuple):
                decided = decide(session, digest, *event, at=now)
                ends += [decided.state] if isinstance(decided, Standing) else []
            after = standing_of(session, digest)
            assert before.state in ("open", after.state) or (before.state, after.state) == ("approved", "void")
        standing = standing_of(session, digest)
        assert len(ends) <= 1
        assert {one.person for one in standing.approvals} <= {"ben"}
        assert standing.state != "approved" or ends == ["approved"]
    engine.dispose()


def standing_of(session: Session, digest: str) -> Standing:
    standing = approvals.get(session, digest)
    assert standing is not None
    return standing


def stood_in(session: Session, digest: str, person: str, for_whom: str) -> Standing | Refusal:
    """A stand-in's yes."""
    speaking = {person: frozenset({for_whom})}
    return approvals.decide(
        session, digest, person, yes=True, reason="", in_group=groups_now, now=NOW + 60, stand_ins=speaking
    )


def groups_now(group: str) -> frozenset[str]:
    return frozenset({"ana", "ben"}) if group == "platform-approvers" else frozenset()


def test_a_stand_in_speaks_for_an_approver_and_the_record_says_so(session: Session) -> None:  # N4
    decided = stood_in(session, asked(session, "platform-approvers"), "cy", "ben")
    assert isinstance(decided, Standing) and decided.state == "approved"
    assert [(one.person, one.stands_for) for one in decided.approvals] == [("cy", "ben")]


@pytest.mark.parametrize(("person", "for_whom"), [("cy", "ana"), ("cy", "dora"), ("ana", "ben")])
def test_nobody_speaks_for_the_asker_or_for_who_is_not_in_the_group(  # N4 G2
    session: Session, person: str, for_whom: str
) -> None:
    digest = asked(session, "platform-approvers")
    assert isinstance(stood_in(session, digest, person, for_whom), Refusal)
    assert standing_of(session, digest).state == "open"


def test_who_decides_for_themselves_stands_in_for_nobody(session: Session) -> None:  # N4
    decided = stood_in(session, asked(session, "platform-approvers"), "ben", "ana")
    assert isinstance(decided, Standing)
    assert [one.stands_for for one in decided.approvals] == [""]


def test_a_sequence_is_asked_in_its_order(session: Session) -> None:  # N4
    digest = asked(session, "data-stewards>platform-approvers")
    early = decide(session, digest, "ben")
    assert early == Refusal("It is not your turn yet: this needs a yes from @data-stewards, then @platform-approvers.")
    assert isinstance(decide(session, digest, "dora"), Standing)
    last = decide(session, digest, "ben")
    assert isinstance(last, Standing) and last.state == "approved"


def test_any_of_several_groups_is_enough(session: Session) -> None:  # N4
    decided = decide(session, asked(session, "data-stewards|platform-approvers"), "dora")
    assert isinstance(decided, Standing) and decided.state == "approved"
