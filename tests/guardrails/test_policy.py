"""A policy folder: what it must keep to, and that whatever goes wrong inside it is a denial."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from guardrails.judge import Judge
from guardrails.lint import check_folder, run_tests
from guardrails.policy import RULES, Policies, PolicyError
from guardrails.review import document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.manifest import Digest, Manifest, NotifyCapability

pytestmark = pytest.mark.scenario

OPS = Audience(kind="channel", id="C_OPS", label="#ops")
LUNCH = Manifest(
    name="lunch",
    template="survey@1.0.0",
    template_digest=Digest("sha256:" + "a" * 64),
    title="Lunch",
    capabilities=(NotifyCapability(),),
)
ASKED = document(LUNCH, OPS, OPS, "live", ("survey@1.0.0",))
RULE = """package slipway.rules.weekend

finding contains {
	"rule": "weekend",
	"decision": "deny",
	"field": "app.name",
	"why": "Nobody looks after it.",
	"fix": "Call it something else.",
	"owner": "ops",
} if {
	input.app.name == "weekend"
}
"""
TEST = """package slipway.rules.weekend_test

import data.slipway.rules.weekend

test_it_fires if {
	count(weekend.finding) == 1 with input as {"app": {"name": "weekend"}}
}
"""
HANGS = """package slipway

findings contains a if {
	some a in numbers.range(1, 9000)
	some b in numbers.range(1, 9000)
	a * b == -1
}
"""


@pytest.fixture
def judge_of() -> Iterator[Callable[..., Judge]]:
    started: list[Judge] = []

    def judge(folder: Path, deadline: float = 5.0, patience: float = 5.0) -> Judge:
        started.append(Judge(Policies(folder), deadline, patience))
        return started[-1]

    yield judge
    for one in started:
        one.stop()


def folder(tmp_path: Path, **files: str) -> Path:
    """The shipped folder with files added or replaced; `weekend_test` is `weekend_test.rego`."""
    where = tmp_path / "rules"
    shutil.copytree(RULES, where)
    for name, text in files.items():
        (where / f"{name}.rego").write_text(text)
    return where


def only(tmp_path: Path, rego: str) -> Path:
    """A folder of one rule, and the reference policy."""
    where = tmp_path / "rules"
    shutil.copytree(RULES / "compat", where / "compat")
    (where / "findings.rego").write_text(rego)
    return where


def denied_by(verdict: Verdict) -> str:
    assert verdict.decision == "deny"
    return verdict.findings[0].rule


def test_the_shipped_folder_may_judge() -> None:
    assert check_folder(RULES) == ()
    assert all(run_tests(RULES).values())
    assert len(run_tests(RULES)) >= 28


def test_the_reference_file_is_the_reference_file() -> None:  # S13
    shipped = (RULES / "compat" / "deny-external-egress.rego").read_bytes()
    name = "4e748bb13ada86f210671859456391282f38c41ee9c7023ff120f8f17ef416b4"
    assert hashlib.sha256(shipped).hexdigest() == name


@pytest.mark.parametrize(("labels", "denied"), [({}, True), ({"allowed_egress": "false"}, False)])
def test_the_reference_policy_is_a_presence_test_and_stays_one(labels: dict[str, str], denied: bool) -> None:  # SD2
    said = Policies().reference({"name": "lunch", "labels": labels})
    assert list(said) == (["egress not allowed for app lunch"] if denied else [])


def test_a_rule_is_added_by_adding_its_file_and_its_test(tmp_path: Path) -> None:
    where = folder(tmp_path, weekend=RULE, weekend_test=TEST)
    assert check_folder(where) == ()
    assert Policies(where).digest != Policies().digest
    verdict = review(Policies(where), document(LUNCH.model_copy(update={"name": "weekend"}), OPS, OPS, "live", ()))
    assert "Nobody looks after it." in [one.why for one in verdict.findings]


def test_the_rule_that_the_page_shows_is_accepted_as_it_stands(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text()
    shown = page[page.index("    # METADATA") : page.index("\n`needs_approval` also names")]
    assert check_folder(folder(tmp_path, weekend=textwrap.dedent(shown), weekend_test=TEST)) == ()


@pytest.mark.parametrize(
    ("files", "troubles"),
    [
        (
            {"weekend": RULE},
            {"weekend.rego:5: no test has seen this rule fire.", "weekend.rego: no test stands beside it."},
        ),
        (
            {"weekend": RULE, "weekend_test": TEST.replace('"name": "weekend"', '"name": "x"').replace("== 1", "== 0")},
            {"weekend.rego:5: no test has seen this rule fire."},
        ),
        (
            {"weekend": RULE, "weekend_test": TEST + "\ntest_never if {\n\t1 == 2\n}\n"},
            {"weekend_test.rego: test_never failed."},
        ),
        (
            {"weekend": RULE, "weekend_test": TEST + '\ntest_no_answer := "true"\n'},
            {"weekend_test.rego: test_no_answer failed."},
        ),
        (
            {"weekend": RULE.replace("rules.weekend", "rule.weekend"), "weekend_test": TEST.replace("rules", "rule")},
            {"weekend.rego:5: the package must be slipway.rules.weekend, or nothing collects its findings."},
        ),
        (
            {"weekend": RULE.replace('\t"owner": "ops",\n', ""), "weekend_test": TEST},
            {"weekend.rego:5: the finding in the head does not say owner."},
        ),
        (
            {"weekend": RULE.replace('"deny"', '"needs_approval"'), "weekend_test": TEST},
            {"weekend.rego:5: it must name the group of approvers."},
        ),
        (
            {"weekend": RULE.replace('"deny"', '"refuse"'), "weekend_test": TEST},
            {"weekend.rego:5: the decision must be written out as deny, needs_approval or allow."},
        ),
        (
            {
                "weekend": "package slipway.rules.weekend\n\nfinding contains f if {\n\tf := input.x\n}\n",
                "weekend_test": TEST,
            },
            {
                "weekend.rego: the finding in the head does not say decision, field, fix, owner, rule, why.",
                "weekend_test.rego: test_it_fires failed.",
            },
        ),
    ],
)
def test_a_folder_that_could_fail_silently_is_refused(
    tmp_path: Path, files: dict[str, str], troubles: set[str]
) -> None:
    assert set(check_folder(folder(tmp_path, **files))) == troubles


def test_a_condition_on_the_line_of_the_decision_is_refused_because_firing_cannot_be_seen(tmp_path: Path) -> None:
    head = " ".join(line.strip() for line in RULE.splitlines()[3:9])
    squeezed = f"package slipway.rules.weekend\n\nfinding contains {{{head}}}"
    where = folder(tmp_path, weekend=squeezed + ' if input.app.name == "weekend"\n', weekend_test=TEST)
    assert check_folder(where) == (
        "weekend.rego:3: the condition must stand on a line of its own, so that firing can be seen.",
    )


def staged(stage: str, rule: str = RULE) -> str:
    return f"# METADATA\n# title: Weekend\n# custom:\n#   owner: ops\n#   stage: {stage}\n{rule}"


WEEKEND = document(LUNCH.model_copy(update={"name": "weekend"}), OPS, OPS, "live", ("survey@1.0.0",))


@pytest.mark.parametrize("decision", ["deny", "needs_approval", "allow"])
@pytest.mark.parametrize("asked", [WEEKEND, document(LUNCH, OPS, OPS, "live", ())], ids=["on the shelf", "not"])
def test_a_rule_in_shadow_or_that_warns_changes_no_verdict(  # N11
    tmp_path: Path, decision: str, asked: Mapping[str, Any]
) -> None:
    rule = RULE.replace('"deny",', f'"{decision}",\n\t"approvers": "ops",')
    before = review(Policies(), asked)
    for stage in ("shadow", "warn"):
        where = folder(tmp_path / stage, weekend=staged(stage, rule), weekend_test=TEST)
        assert check_folder(where) == ()
        after = review(Policies(where), asked)
        assert (after.decision, after.findings) == (before.decision, before.findings)
        aside = {"shadow": after.shadowed, "warn": after.warned}
        seen = asked is WEEKEND and decision != "allow"
        assert [one.rule for one in aside.pop(stage)] == (["weekend"] if seen else [])
        assert aside.popitem()[1] == ()


def test_a_rule_that_blocks_decides_as_one_that_says_nothing(tmp_path: Path) -> None:
    assert denied_by(review(Policies(folder(tmp_path, weekend=staged("block"))), WEEKEND)) == "weekend"


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("#   stage: shadwo", "weekend.rego: custom.stage: input should be 'shadow', 'warn' or 'block'"),
        ("#   stag: shadow", "weekend.rego: custom.stag: extra inputs are not permitted"),
        ("#   stage: [", "weekend.rego:5: not YAML"),
    ],
)
def test_a_stage_that_cannot_be_read_denies_everything(tmp_path: Path, head: str, told: str) -> None:  # S13
    where = folder(tmp_path, weekend=staged("shadow").replace("#   stage: shadow", head), weekend_test=TEST)
    verdict = review(Policies(where), ASKED)
    assert denied_by(verdict) == "policy_error"
    assert told in verdict.findings[0].why
    assert told in check_folder(where)[0]


def test_a_finding_cannot_set_its_own_stage_nor_speak_for_another_rule(tmp_path: Path) -> None:
    soft = RULE.replace('"decision"', '"stage": "shadow",\n\t"decision"')
    assert denied_by(review(Policies(folder(tmp_path / "a", weekend=soft)), WEEKEND)) == "weekend"
    other = staged("shadow", RULE.replace('"rule": "weekend"', '"rule": "nobody"'))
    where = folder(tmp_path / "b", weekend=other, weekend_test=TEST)
    verdict = review(Policies(where), WEEKEND)
    assert (denied_by(verdict), verdict.findings[0].owner) == ("nobody", "")
    assert check_folder(where) == (
        "weekend.rego:10: the rule must be called weekend, as its file is, or nobody answers for it.",
    )


def test_what_nothing_may_be_excepted_from_must_block(tmp_path: Path) -> None:
    where = folder(tmp_path, weekend=staged("warn\n#   exceptions: false"), weekend_test=TEST)
    assert check_folder(where) == ("weekend.rego: what nothing may be excepted from must block.",)


def test_a_folder_without_any_denial_or_tests_is_refused(tmp_path: Path) -> None:
    troubles = check_folder(only(tmp_path, "package slipway\n\nfindings := set()\n"))
    assert troubles == ("No rule denies anything.", "There are no tests.")


def test_a_folder_that_does_not_parse_is_refused_with_the_place(tmp_path: Path) -> None:
    (trouble,) = check_folder(folder(tmp_path, weekend="package slipway.rules.weekend\n\nfinding contains {"))
    assert trouble == "It cannot be evaluated: weekend.rego:3:19: expecting expression"


def test_the_process_gives_the_verdict_that_the_library_gives(judge_of: Callable[..., Judge]) -> None:
    finance = document(LUNCH, Audience(kind="channel", id="C2", label="#finance"), OPS, "live", ("survey@1.0.0",))
    judge = judge_of(RULES)
    for asked in (ASKED, finance, {}, document(LUNCH, OPS, OPS, "live", ())):
        told, direct = review(judge, asked), review(Policies(), asked)
        assert (told.decision, told.policy) == (direct.decision, direct.policy)
        assert denied_by(told) == "policy_error" if asked == {} else told == direct


@pytest.mark.parametrize(
    "rego",
    [
        "package slipway\nfindings contains f if { f := nonsense( }",
        'package slipway\nfindings := "yes"',
        "package slipway\nfindings := {}",
        "package slipway\nfindings contains 1 if { unknown_function(3) }",
        'package slipway\nfindings contains {"decision": "allow"}',
        "package other\nx := 1",
        "",
    ],
    ids=["does not parse", "no set", "an object", "unknown function", "unreadable", "no result", "empty"],
)
def test_a_policy_that_fails_in_any_way_denies(
    tmp_path: Path, rego: str, judge_of: Callable[..., Judge]
) -> None:  # S13
    where = only(tmp_path, rego)
    assert denied_by(review(Policies(where), ASKED)) == "policy_error"
    assert denied_by(review(judge_of(where), ASKED)) == "policy_error"


def test_a_policy_that_hangs_is_killed_within_the_deadline_and_denies(
    tmp_path: Path, judge_of: Callable[..., Judge]
) -> None:  # S13
    judge = judge_of(only(tmp_path, HANGS), 0.1)
    with pytest.raises(PolicyError):
        judge.findings(ASKED)
    began = time.monotonic()
    verdict = review(judge, ASKED)
    assert denied_by(verdict) == "policy_error"
    assert verdict.findings[0].why == "The policies could not be evaluated (no answer within 0.1 s)."
    assert time.monotonic() - began < 5


def test_a_judge_that_waits_for_a_processor_is_waited_for(judge_of: Callable[..., Judge]) -> None:
    judge = judge_of(RULES, 0.1)
    assert review(judge, ASKED).decision == "allow"
    process = judge._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)  # as on a machine where everybody else is served first
    later = threading.Timer(0.4, os.kill, (process.pid, signal.SIGCONT))
    later.start()
    assert review(judge, ASKED).decision == "allow"
    assert judge._process is process
    later.join()


def test_a_judge_that_never_gets_a_processor_denies_in_the_end(judge_of: Callable[..., Judge]) -> None:  # S13
    judge = judge_of(RULES, 0.1, 0.3)
    assert review(judge, ASKED).decision == "allow"
    process = judge._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    verdict = review(judge, ASKED)
    assert denied_by(verdict) == "policy_error"
    assert verdict.findings[0].why == "The policies could not be evaluated (no answer within 0.3 s)."


def test_after_a_kill_the_next_question_is_answered(judge_of: Callable[..., Judge]) -> None:
    judge = judge_of(RULES)
    assert review(judge, ASKED).decision == "allow"
    process = judge._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert review(judge, ASKED).decision == "allow"


def test_a_folder_changed_under_a_running_judge_denies_instead_of_judging_by_other_rules(
    tmp_path: Path, judge_of: Callable[..., Judge]
) -> None:
    where = folder(tmp_path)
    judge = judge_of(where)
    assert review(judge, ASKED).decision == "allow"
    (where / "audience.rego").unlink()
    assert review(judge, ASKED).decision == "allow"
    judge.stop()
    verdict = review(judge, ASKED)
    assert denied_by(verdict) == "policy_error"
    assert "the policy folder was changed after the start" in verdict.findings[0].why


def test_many_threads_share_one_judge(judge_of: Callable[..., Judge]) -> None:
    judge = judge_of(RULES)
    verdicts: list[Verdict] = []
    threads = [threading.Thread(target=lambda: verdicts.append(review(judge, ASKED))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.decision for one in verdicts] == ["allow"] * 8


def test_the_process_ends_when_nobody_asks_any_more() -> None:
    command = [sys.executable, "-m", "guardrails.policy", str(RULES)]
    ended = subprocess.run(command, input=b"nonsense\n", capture_output=True, timeout=20, check=True)
    digest, answer = ended.stdout.decode().splitlines()
    assert digest == Policies().digest
    assert answer.startswith('{"error": "JSONDecodeError')
