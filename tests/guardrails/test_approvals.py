"""A Proposal has one digest; who may decide it, and that two clicks have one effect."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine

from guardrails import approvals, grants
from guardrails.approvals import Refusal, Standing
from guardrails.proposal import Proposal
from guardrails.verdict import Decision, Finding, Verdict
from templates.audience import Audience
from templates.manifest import Digest, EgressCapability, NotifyCapability

NOW = 1_800_000_000
POLICY = Digest("sha256:" + "b" * 64)
GROUPS = {"platform-approvers": frozenset({"ben", "ana"}), "data-stewards": frozenset({"dora"})}


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


def test_a_late_click_changes_nothing_and_says_so(session: Session) -> None:
    digest = asked(session, "platform-approvers")
    decide(session, digest, "ben", yes=False)
    assert decide(session, digest, "dora") == Refusal("This was already rejected; your click changed nothing.")


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


@given(st.lists(st.tuples(st.sampled_from(["ana", "ben", "cy", "dora"]), st.booleans()), max_size=8))
def test_any_order_of_clicks_has_one_winner_who_was_allowed(clicks: list[tuple[str, bool]]) -> None:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        digest = asked(session, "platform-approvers")
        ends = [
            one.state
            for person, yes in clicks
            if isinstance(one := decide(session, digest, person, yes), Standing) and one.state != "open"
        ]
        standing = approvals.get(session, digest)
        assert standing is not None
        assert len(ends) <= 1
        assert {one.person for one in standing.approvals} <= {"ben"}
        assert (standing.state == "approved") == (ends == ["approved"])
    engine.dispose()


def test_grants_are_what_was_approved_and_can_be_taken_back(session: Session) -> None:
    wanted = grants.names((NotifyCapability(), EgressCapability(hosts=("a.example", "b.example"))))
    assert wanted == ("egress:a.example", "egress:b.example", "notify")
    grants.grant(session, workspace="T1", app="app_1", wanted=wanted, proposal="p", until=NOW + 100, now=NOW)
    assert grants.active(session, "app_1", NOW) == frozenset(wanted)
    grants.revoke(session, "app_1", NOW, "notify")
    assert "notify" not in grants.active(session, "app_1", NOW)
    assert grants.active(session, "app_1", NOW + 100) == frozenset()
    grants.grant(session, workspace="T1", app="app_1", wanted=("store",), proposal="q", until=NOW + 100, now=NOW)
    assert grants.active(session, "app_1", NOW) == frozenset({"store"})
