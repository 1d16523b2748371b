"""Policies judge a Manifest: deny by default, each finding with its field, its reason and its fix."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.grants import names
from guardrails.policy import Policies, PolicyError
from guardrails.review import Bounds, document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.manifest import (
    Capability,
    Digest,
    EgressCapability,
    Lifecycle,
    MailCapability,
    Manifest,
    NotifyCapability,
    ScheduleCapability,
    StoreCapability,
    Table,
    Time,
)

pytestmark = pytest.mark.scenario

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
    excess: Sequence[str] = (),
) -> Verdict:
    return review(POLICIES, document(app, audience, OPS, stage, SHELF, grants, excess=excess))


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


def test_a_tracker_with_an_email_field_needs_a_steward_whatever_its_template_says() -> None:
    contacts = StoreCapability(tables={"entries": Table(fields={"name": "text", "mail": "email"})})
    assert judged(manifest(capabilities=(contacts,))).approvers == ("data-stewards",)


def test_personal_data_for_another_channel_needs_both_groups() -> None:  # G2
    assert judged(manifest(data_class="personal"), FINANCE).approvers == ("data-stewards", "platform-approvers")


@pytest.mark.parametrize("kind", ["org", "group", "channel"])
def test_every_wider_audience_needs_approval_and_a_preview_does_not(kind: Literal["org", "group", "channel"]) -> None:
    wider = Audience(kind=kind, id="all", label="")
    assert judged(manifest(), wider).findings[0].why.startswith(f"The app would be open to {kind},")
    assert judged(manifest(), wider, "live").decision == "needs_approval"
    assert judged(manifest(), wider, "preview").decision == "allow"


def test_the_asker_alone_is_never_wider() -> None:
    assert judged(manifest(), Audience(kind="me", id="ana")).decision == "allow"


def test_the_public_is_denied_until_the_organisation_opens_it() -> None:
    assert judged(manifest(), Audience(kind="public"), "preview").decision == "deny"
    opened = document(manifest(), Audience(kind="public"), OPS, "live", SHELF, bounds=Bounds(public=True))
    asked = review(POLICIES, opened)
    assert (asked.decision, asked.approvers) == ("needs_approval", ("platform-approvers",))
    tried = document(manifest(), Audience(kind="public"), OPS, "preview", SHELF, bounds=Bounds(public=True))
    assert review(POLICIES, tried).decision == "allow"


@pytest.mark.parametrize(
    ("changes", "field", "why", "fix", "owner"),
    [
        (
            {"retention_days": 3650},
            "app.retention_days",
            "Entries would be kept for 3650 days; the longest allowed is 365.",
            "Ask for 365 days or less.",
            "privacy",
        ),
        (
            {"lifecycle": Lifecycle(ttl_days=181)},
            "app.lifecycle.ttl_days",
            "The app would run for 181 days; the longest allowed is 180.",
            "Ask for 180 days or less; it can be kept longer when the reminder comes.",
            "platform",
        ),
        (
            {"template": "miner@6.6.6"},
            "app.template",
            "miner@6.6.6 is not a template on the shelf.",
            "Choose a template from the shelf.",
            "platform",
        ),
        (
            {"policies": ("sandbox/deny-everything",)},
            "app.policies",
            "The template wants to be judged by sandbox/deny-everything, which does not exist here.",
            "Ask the template's owner to correct the name, or choose another template.",
            "platform",
        ),
        (
            {"budget_tag": ""},
            "app.budget_tag",
            "The app has no billing tag, so nobody would see what it costs.",
            "Press Change answers and name one; the platform team knows your team's. The preview works without.",
            "platform",
        ),
    ],
)
def test_a_denial_names_the_field_the_reason_the_fix_and_the_owner(
    changes: dict[str, Any], field: str, why: str, fix: str, owner: str
) -> None:  # S15
    verdict = judged(manifest(**changes))
    finding = verdict.findings[0]
    assert (verdict.decision, finding.decision) == ("deny", "deny")
    assert (finding.field, finding.why, finding.fix, finding.owner) == (field, why, fix, owner)


@pytest.mark.parametrize("stage", ["preview", "live"])
def test_a_manifest_that_asks_for_more_than_its_template_may_is_denied(stage: Literal["preview", "live"]) -> None:
    verdict = judged(manifest(), stage=stage, excess=("mail: the template has no such capability",))
    [denied] = [one for one in verdict.findings if one.decision == "deny"]
    assert verdict.decision == "deny"
    assert denied.why == ("The app asks for more than survey@1.0.0 may: mail: the template has no such capability.")
    assert not [one for one in verdict.findings if one.decision == "allow"]


def test_no_budget_tag_means_previews_only() -> None:  # D11
    assert judged(manifest(budget_tag=""), stage="preview").decision == "allow"
    assert judged(manifest(budget_tag=""), stage="live").decision == "deny"


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


@pytest.mark.parametrize("stage", ["preview", "live"])
def test_mail_needs_an_approval_for_each_domain(stage: Literal["preview", "live"]) -> None:  # S11
    asks = manifest(capabilities=(MailCapability(domains=("example.com", "example.org")),))
    verdict = judged(asks, stage=stage, grants=("mail:example.com",))
    assert verdict.decision == "needs_approval"
    assert [one.why for one in verdict.findings if one.rule == "mail"] == [
        "The app wants to send mail to addresses at example.org."
    ]
    assert judged(asks, stage=stage, grants=("mail:example.com", "mail:example.org")).decision == "allow"


@dataclass
class Told:
    """Rules that say what they are told to say, or raise."""

    says: Sequence[Mapping[str, Any]] | Exception
    digest: Digest = POLICIES.digest

    def findings(self, _: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def test_nothing_found_is_a_denial() -> None:
    verdict = review(Told([]), {})
    assert (verdict.decision, verdict.findings[0].rule) == ("deny", "no_rule_allows")


@pytest.mark.parametrize("error", [PolicyError("boom"), RuntimeError(), KeyError("app"), RecursionError("deep")])
def test_a_raising_engine_is_a_denial(error: Exception) -> None:  # S13
    verdict = review(Told(error), {})
    assert (verdict.decision, verdict.findings[0].rule) == ("deny", "policy_error")


ASKS = {"rule": "x", "decision": "needs_approval", "field": "app", "why": "because", "fix": "ask"}


@pytest.mark.parametrize(
    "finding",
    [{"decision": "maybe"}, {**ASKS, "decision": "ALLOW"}, {**ASKS, "more": 1}, ASKS],
    ids=["a word unknown", "another spelling", "a field unknown", "an approval by nobody"],
)
def test_a_finding_that_cannot_be_believed_is_a_denial(finding: dict[str, Any]) -> None:  # S13
    assert review(Told([finding]), {}).findings[0].rule == "policy_error"


def test_the_strictest_finding_comes_first_and_decides() -> None:
    worst = judged(manifest(retention_days=3650, data_class="personal"), FINANCE)
    assert [one.decision for one in worst.findings] == ["deny", "needs_approval", "needs_approval", "allow"]
    assert worst.decision == "deny"


SCHEDULE = ScheduleCapability(times={"weekly": Time(every="monday", at="09:00")})
CAPABILITIES = st.lists(
    st.sampled_from(
        [
            STORE,
            NotifyCapability(),
            EgressCapability(hosts=("a.example",)),
            EgressCapability(hosts=("b.example:8443",)),
            MailCapability(domains=("example.com",)),
        ]
    ),
    max_size=3,
)
STRICTNESS = {"allow": 0, "needs_approval": 1, "deny": 2}


AUDIENCES = st.sampled_from([OPS, FINANCE, Audience(kind="public")])


@settings(max_examples=60, deadline=None)
@given(CAPABILITIES, AUDIENCES, st.sampled_from([30, 3650]), st.booleans(), st.sampled_from(["preview", "live"]))
def test_adding_a_capability_never_makes_a_verdict_more_lenient(
    few: list[Capability], audience: Audience, days: int, granted: bool, stage: Literal["preview", "live"]
) -> None:  # Invariant 2
    given_to = names(tuple(few)) if granted else ()
    less = judged(manifest(capabilities=tuple(few), retention_days=days), audience, stage, given_to)
    extras = (STORE, EgressCapability(hosts=("c.example",)), MailCapability(domains=("example.org",)), SCHEDULE)
    for extra in extras:
        more = judged(manifest(capabilities=(*few, extra), retention_days=days), audience, stage, given_to)
        assert STRICTNESS[more.decision] >= STRICTNESS[less.decision]


def places(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path into a document, the inner ones too."""
    pairs: Any = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


STRICT = copy.deepcopy(
    document(
        manifest(
            data_class="personal",
            capabilities=(
                STORE,
                EgressCapability(hosts=("a.example",)),
                MailCapability(domains=("example.com",)),
                SCHEDULE,
            ),
            policies=("sandbox/deny-external-egress",),
            labels={"allowed_egress": "yes"},
        ),
        FINANCE,
        OPS,
        "live",
        SHELF,
    )
)
MAIL = StoreCapability(tables={"entries": Table(fields={"mail": "email"})})
CONTACTS = copy.deepcopy(document(manifest(capabilities=(MAIL,)), OPS, OPS, "live", SHELF))
LONG = copy.deepcopy(
    document(manifest(retention_days=3650, lifecycle=Lifecycle(ttl_days=999)), OPS, OPS, "live", SHELF)
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([STRICT, CONTACTS, LONG]), st.data())
def test_a_document_with_a_hole_in_it_is_never_judged_more_leniently(
    whole: Mapping[str, Any], data: st.DataObject
) -> None:
    *way, last = data.draw(st.sampled_from(list(places(whole))))
    junk = data.draw(st.sampled_from([None, "?", {}, {"?": []}, "missing"]))
    holed: Any = copy.deepcopy(whole)
    parent = holed
    for key in way:
        parent = parent[key]
    if junk == "missing":
        del parent[last]
    else:
        parent[last] = junk
    # Wishing for less may well be judged more leniently; that is no hole.
    in_store = "tables" in (*way, last)
    wishes_less = (junk == "missing" and isinstance(last, int)) or (in_store and junk in ("missing", {}, "?"))
    if not wishes_less:
        verdict = review(POLICIES, holed)
        assert STRICTNESS[verdict.decision] >= STRICTNESS[review(POLICIES, whole).decision], (way, last, junk)
