"""Policies judge a Manifest: deny by default, each finding with its field, its reason and its fix."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.judge import Judge
from guardrails.policy import RULES, Policies, PolicyError
from guardrails.review import document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.manifest import Capability, EgressCapability, Manifest, NotifyCapability, StoreCapability, Table

POLICIES = Policies()
OPS = Audience(kind="channel", id="C_OPS", label="#ops")
FINANCE = Audience(kind="channel", id="C_FINANCE", label="#finance")
SHELF = ("survey@1.0.0",)
STORE = StoreCapability(tables={"answers": Table(fields={"text": "text"})})


def manifest(**changes: Any) -> Manifest:
    fields: dict[str, Any] = {
        "name": "lunch",
        "template": "survey@1.0.0",
        "template_digest": "sha256:" + "a" * 64,
        "title": "Lunch",
        "capabilities": (STORE,),
    }
    return Manifest(**{**fields, **changes})


def judged(
    app: Manifest,
    audience: Audience = OPS,
    stage: Literal["preview", "live"] = "live",
    grants: Sequence[str] = (),
) -> Verdict:
    return review(POLICIES.findings, POLICIES.digest, document(app, audience, OPS, stage, SHELF, grants))


def test_the_shipped_folder_passes_its_own_tests() -> None:
    assert POLICIES.check() == ()


def test_a_survey_in_its_own_channel_is_allowed_with_a_reason() -> None:
    verdict = judged(manifest())
    assert verdict.decision == "allow"
    assert verdict.findings[0].why == "survey@1.0.0 is a template on the shelf, within its limits."
    assert verdict.policy == POLICIES.digest


def test_another_channel_needs_the_platform_teams_approval() -> None:
    verdict = judged(manifest(), FINANCE)
    assert (verdict.decision, verdict.approvers) == ("needs_approval", ("platform-approvers",))
    assert verdict.findings[0].field == "audience"


def test_personal_data_needs_a_steward() -> None:
    assert judged(manifest(data_class="personal")).approvers == ("data-stewards",)


def test_ten_years_of_retention_are_denied_with_the_field_and_the_fix() -> None:
    verdict = judged(manifest(retention_days=3650))
    finding = verdict.findings[0]
    assert verdict.decision == "deny"
    assert finding.field == "app.retention_days"
    assert finding.fix == "Ask for 365 days or less."


def test_the_reference_policy_runs_unmodified_and_gives_its_documented_message() -> None:  # S13, SD6
    asks = manifest(
        capabilities=(EgressCapability(hosts=("api.example.com",)),), policies=("sandbox/deny-external-egress",)
    )
    assert "egress not allowed for app lunch" in [one.why for one in judged(asks).findings]
    assert judged(asks).decision == "deny"


def test_the_reference_policy_judges_only_an_app_that_asks_for_egress() -> None:  # SD6
    assert judged(manifest(policies=("sandbox/deny-external-egress",))).decision == "allow"


@pytest.mark.parametrize("label", ["false", "yes", "true"])
def test_a_label_is_no_approval(label: str) -> None:  # S13, SD2
    asks = manifest(
        capabilities=(EgressCapability(hosts=("api.example.com",)),),
        labels={"allowed_egress": label},
        policies=("sandbox/deny-external-egress",),
    )
    assert judged(asks).decision == "needs_approval"
    assert judged(asks, grants=("egress:api.example.com",)).decision == "allow"


def test_nothing_found_is_a_denial() -> None:
    assert review(lambda _: [], POLICIES.digest, {}).decision == "deny"


def test_a_raising_engine_is_a_denial() -> None:  # S13
    def broken(_: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        raise PolicyError("boom")

    verdict = review(broken, POLICIES.digest, {})
    assert (verdict.decision, verdict.findings[0].rule) == ("deny", "policy_error")


def test_a_finding_that_cannot_be_read_is_a_denial() -> None:
    verdict = review(lambda _: [{"decision": "maybe"}], POLICIES.digest, {})
    assert verdict.findings[0].rule == "policy_error"


capabilities = st.lists(
    st.sampled_from(
        [STORE, NotifyCapability(), EgressCapability(hosts=("a.example",)), EgressCapability(hosts=("b.example:8443",))]
    ),
    max_size=3,
)
STRICTNESS = {"allow": 0, "needs_approval": 1, "deny": 2}


@given(capabilities, st.sampled_from([OPS, FINANCE, Audience(kind="public")]), st.integers(1, 3650))
def test_adding_a_capability_never_makes_a_verdict_more_lenient(
    few: list[Capability], audience: Audience, days: int
) -> None:  # Invariant 2
    less = judged(manifest(capabilities=tuple(few), retention_days=days), audience)
    for extra in (STORE, EgressCapability(hosts=("c.example",))):
        more = judged(manifest(capabilities=(*few, extra), retention_days=days), audience)
        assert STRICTNESS[more.decision] >= STRICTNESS[less.decision]


@pytest.fixture
def judge() -> Iterator[Judge]:
    one = Judge(RULES)
    yield one
    one.stop()


def test_the_process_gives_the_verdict_that_the_library_gives(judge: Judge) -> None:
    asked = document(manifest(), FINANCE, OPS, "live", SHELF)
    assert review(judge.findings, POLICIES.digest, asked) == review(POLICIES.findings, POLICIES.digest, asked)


def folder(tmp_path: Path, rego: str) -> Path:
    (tmp_path / "compat").mkdir()
    reference = RULES / "compat" / "deny-external-egress.rego"
    (tmp_path / "compat" / reference.name).write_text(reference.read_text())
    (tmp_path / "rule.rego").write_text(rego)
    return tmp_path


@pytest.mark.parametrize(
    "rego",
    [
        "package slipway\nfindings contains f if { f := nonsense( }",
        'package slipway\nfindings := "yes"',
        "package other\nx := 1",
        "package slipway\nfindings contains 1 if { unknown_function(3) }",
    ],
)
def test_a_policy_that_fails_in_any_way_denies(tmp_path: Path, rego: str) -> None:  # S13
    judge = Judge(folder(tmp_path, rego))
    try:
        verdict = review(judge.findings, POLICIES.digest, document(manifest(), OPS, OPS, "live", SHELF))
    finally:
        judge.stop()
    assert (verdict.decision, verdict.findings[0].rule) == ("deny", "policy_error")


def test_a_policy_that_hangs_is_killed_and_denies_and_the_next_question_is_answered(tmp_path: Path) -> None:  # S13
    pairs = "some a in numbers.range(1, 9000); some b in numbers.range(1, 9000); a * b == -1"
    slow = f"package slipway\nfindings contains f if {{ {pairs}; f := a }}"
    judge = Judge(folder(tmp_path, slow), deadline=0.1)
    asked = document(manifest(), OPS, OPS, "live", SHELF)
    try:
        verdict = review(judge.findings, POLICIES.digest, asked)
        assert "no answer within" in verdict.findings[0].why
        (tmp_path / "rule.rego").write_text("package slipway\nfindings contains 1")
        assert review(judge.findings, POLICIES.digest, asked).findings[0].rule == "policy_error"
    finally:
        judge.stop()


def test_a_folder_with_an_untested_denial_is_refused(tmp_path: Path) -> None:
    rego = 'package slipway.rules.x\nfinding contains {"decision": "deny"} if input.bad'
    assert Policies(folder(tmp_path, rego)).check() == ("rule.rego: no test beside it",)


def test_a_failing_test_is_found_though_the_engine_leaves_it_out(tmp_path: Path) -> None:
    where = folder(tmp_path, 'package slipway.rules.x\nfinding contains {"decision": "deny"} if input.bad')
    (where / "rule_test.rego").write_text("package slipway.rules.x_test\ntest_never if { 1 == 2 }\n")
    assert Policies(where).check() == ("rule_test.rego: test_never failed",)
