"""Exceptions: one app is spared one rule until a day; somebody answers for it, and it is over by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.billing import Billing
from bot.conversation import Thread
from bot.platformctl import command
from bot.reviewing import Case
from bot.rows import requests
from bot.rows.requests import RequestRow
from bot.who import audiences
from guardrails import aliases, approvals, audit, exceptions
from guardrails.exceptions import Exemption
from guardrails.policy import Policies
from guardrails.review import verdict
from guardrails.verdict import Finding
from templates.bundle import digest_of
from templates.manifest import Digest
from tests.bot.house import House

PENSIONS = "a survey about pensions, keep the answers for 10 years"
EVERYONE = "a feedback survey about the new office for everyone in the company"
WHY = "The law wants it, see case 4711."
KEPT = "Entries would be kept for 3650 days; the longest allowed is 365."
POLICY = Digest("sha256:" + "0" * 64)


def day(house: House, days: int) -> str:
    return (datetime.fromtimestamp(house.now(), UTC) + timedelta(days=days)).date().isoformat()


def excepted(house: House, app: str, rule: str = "retention", days: int = 3, why: str = WHY) -> int:
    until = day(house, days)
    done = command.main(
        ["policy", "except", app, rule, "--until", until, "--reason", why, "--owner", "dora", "--home", str(house.home)]
    )
    house.settle()
    return done


@pytest.fixture
def pensions(house: House) -> Thread:
    """A survey that is denied for keeping its answers too long, then excepted and built again."""
    thread = house.ask(PENSIONS)
    assert KEPT in house.card(thread)
    assert excepted(house, house.request().id, days=1) == 0
    assert house.fill(thread, title="Pensions") == {}
    return thread


def test_a_denied_app_is_spared_the_rule_and_its_card_says_until_when_why_and_who(
    house: House, pensions: Thread
) -> None:
    said = house.card(pensions)
    assert f"{KEPT} “{WHY}” _dora answers for it._" in said
    assert "_Excepted until " in said
    assert "slipway.publish" in house.offered(pensions)
    house.press(pensions, "slipway.publish")
    assert house.live(pensions)


def checked(house: House, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """What the command line says of the bundle of the only Request, as it was asked to be published."""
    with Session(house.engine) as session:
        request = requests.get(session, house.request().id)
    assert request is not None
    bundle = house.wiring.bundles.get(Digest(str(request.bundle)))
    here = audiences.asked_in(request.place, request.person or "")
    wanted = audiences.wanted(house.chat, request, request.person or "")
    case = Case(manifest=bundle.manifest, audience=wanted, asked_in=here, stage="live")
    (folder / "case.json").write_text(case.model_dump_json())
    capsys.readouterr()
    code = command.main(["policy", "check", str(folder / "case.json"), *more, "--home", str(house.home)])
    return code, capsys.readouterr().out.removesuffix("\n")


def published(house: House) -> str:
    """The bytes of the Verdict that Publish gave."""
    with Session(house.engine) as session:
        return session.exec(select(RequestRow.verdict)).one() or ""


def test_hook_and_ci_judge_with_the_exceptions_and_the_tags_that_the_bot_goes_by(  # S14, G3
    house: House, pensions: Thread, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ("--except-from", house.request().id)
    house.wire(billing=Billing(tags={"hr": ""}))
    house.press(pensions, "slipway.publish")
    assert "publish.denied" in house.actions()
    assert checked(house, tmp_path, capsys, *named, "--tag", "hr") == (1, published(house))
    house.wire(billing=Billing(tags={"ops": "4711"}))
    house.press(pensions, "slipway.publish")
    assert house.live(pensions)
    assert checked(house, tmp_path, capsys, *named, "--tag", "ops", "--tag", "hr") == (0, published(house))
    assert checked(house, tmp_path, capsys, "--tag", "ops")[0] == 1, "without its exception it is denied"
    assert checked(house, tmp_path, capsys, "--except-from", "nobody")[0] == 1


def test_it_is_audited_without_its_words(house: House, pensions: Thread) -> None:  # G8
    with Session(house.engine) as session:
        (event,) = [one for one in audit.story(session, house.request().id) if one.action == "policy.excepted"]
        assert audit.verify(session, event.workspace) == ()
        assert aliases.name(session, event.actor).startswith("operator ")
    assert event.facts["rule"] == "retention"
    with Session(house.engine) as session:
        assert aliases.name(session, str(event.facts["owner"])) == "dora", "by reference, as everybody"
    assert event.facts["reason"] == digest_of(WHY.encode())
    assert WHY not in event.model_dump_json()


def test_once_it_is_over_the_rule_counts_again_and_the_thread_says_so_once(house: House, pensions: Thread) -> None:
    house.later(days=1.1)
    house.later(days=0.1)
    said = [one for one in pensions.messages(house.ana) if "rule `retention` is over." in one["text"]]
    assert len(said) == 1
    assert house.actions().count("policy.exception_ended") == 1
    house.press(pensions, "slipway.publish")
    assert "app.live" not in house.actions()
    assert "publish.denied" in house.actions()


def test_approvers_see_what_an_app_is_spared_and_cannot_approve_past_its_end(house: House) -> None:
    thread = house.ask(EVERYONE + ", keep the answers for 10 years")
    excepted(house, house.request().id)
    house.fill(thread, title="Office")
    house.press(thread, "slipway.publish")
    asked = [one for one in thread.messages(house.ben) if "slipway.approve" in str(one)]
    assert f"“{WHY}”" in str(asked[-1])
    request = house.request()
    with Session(house.engine) as session:
        (held,) = exceptions.held(session, house.now(), request.id, request.app)
        standing = approvals.get(session, str(request.proposal))
    assert standing is not None
    assert standing.expires_at == held.until
    assert standing.proposal.exceptions == (f"retention until {held.until}",)
    house.later(days=3.1)
    assert "slipway.approve" not in house.offered(thread)


@pytest.mark.parametrize(
    ("app", "rule", "days", "why", "told"),
    [
        ("nobody", "retention", 3, WHY, "there is no app and no request nobody"),
        ("pensions", "weekend", 3, WHY, "there is no rule weekend; there are audience, budget,"),
        ("pensions", "template", 3, WHY, "nothing is excepted from template: its file says so"),
        ("pensions", "capability", 3, WHY, "nothing is excepted from capability: its file says so"),
        ("pensions", "retention", 0, WHY, "must be after today, and at most 365 days away"),
        ("pensions", "retention", 400, WHY, "must be after today, and at most 365 days away"),
        ("pensions", "retention", 3, "  ", "an exception needs a reason"),
    ],
)
def test_what_cannot_be_excepted_changes_nothing(
    house: House, app: str, rule: str, days: int, why: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    house.ask(PENSIONS)
    asked = house.request().id if app == "pensions" else app
    assert excepted(house, asked, rule, days, why) == 1
    assert told in capsys.readouterr().err
    with Session(house.engine) as session:
        assert exceptions.held(session, house.now(), house.request().id) == ()
    assert "policy.excepted" not in house.actions()


def test_a_secret_in_a_reason_is_taken_out_first(house: House) -> None:  # P2
    house.ask(PENSIONS)
    excepted(house, house.request().id, why="the pw is hunter2!x9, the law wants it")
    with Session(house.engine) as session:
        (held,) = exceptions.held(session, house.now(), house.request().id)
    assert "hunter2" not in held.reason


def finding(rule: str, *, firm: bool = False, decision: str = "deny") -> Finding:
    return Finding.model_validate(
        {"rule": rule, "decision": decision, "field": "app", "why": "No.", "fix": "", "firm": firm}
    )


def exemption(rule: str) -> Exemption:
    return Exemption(workspace="T1", subject="app_1", rule=rule, owner="dora", reason=WHY, since=0, until=10)


def test_an_exception_spares_its_own_rule_alone_and_never_a_firm_one() -> None:
    allowed = finding("template", decision="allow")
    both = verdict((finding("retention"), finding("audience"), allowed), POLICY)
    assert exceptions.excuse(both, [exemption("retention")]).decision == "deny"
    assert exceptions.excuse(both, [exemption("retention"), exemption("audience")]).decision == "allow"
    firm = verdict((finding("template", firm=True), allowed), POLICY)
    assert exceptions.excuse(firm, [exemption("template")]) == firm, "whatever a row says"


def test_where_nothing_allows_an_exception_does_not_either() -> None:
    spared = exceptions.excuse(verdict((finding("retention"),), POLICY), [exemption("retention")])
    assert (spared.decision, spared.findings[0].rule) == ("deny", "no_rule_allows")


def test_the_policies_own_failures_are_firm() -> None:  # S13
    failed = verdict((finding("policy_error", firm=True),), POLICY)
    assert exceptions.excuse(failed, [exemption("policy_error")]) == failed
    assert not Policies().rules["template"].custom.exceptions
