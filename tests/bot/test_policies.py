"""`platformctl policy`: a commit, CI and the bot say the same about the same document, to the byte."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from bot.platformctl import command
from bot.reviewing import checked, reviewer
from bot.settings import BadSetting
from guardrails.policy import RULES, Policies
from guardrails.verdict import Verdict
from runtime.bundles import BundleStore
from templates.manifest import EgressCapability
from tests.bot.cases import COUNT, RECORDED, by_the_library, cases, recorded
from tests.bot.house import House
from tests.templates.shelf import bundle

pytestmark = pytest.mark.scenario

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
PERSONAL = {"data_class": "personal"}
SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
TOO_LONG = {"retention_days": 3650}


def written(folder: Path, name: str = "app.slipway.json", **changes: object) -> str:
    """The file of a survey's manifest, changed."""
    app = bundle("survey").manifest.model_copy(update=changes)
    (folder / name).write_text(
        app.model_dump_json() if name.endswith("json") else yaml.safe_dump(json.loads(app.model_dump_json()))
    )
    return str(folder / name)


def hooked(*files: str) -> subprocess.CompletedProcess[bytes]:
    """What a commit of these files runs."""
    (hook,) = yaml.safe_load(HOOKS.read_text())
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(HOOKS.parent)}
    return subprocess.run([*shlex.split(hook["entry"]), *files], capture_output=True, timeout=50, env=environ)


def test_two_hundred_recorded_inputs_have_the_verdicts_that_were_recorded() -> None:  # S14
    lines = RECORDED.read_text().splitlines()
    assert len(lines) == len(set(lines)) == COUNT
    assert [recorded(*one) for one in zip(cases(), by_the_library(), strict=True)] == lines
    counted = [line.split()[1] for line in lines]
    assert min(counted.count(one) for one in ("allow", "needs_approval", "deny")) > 20


def test_hook_command_line_and_bot_give_the_same_bytes_for_all_of_them(  # S14, G3
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, one in enumerate(cases()):
        files.append(str(tmp_path / f"{number}.slipway.yaml"))
        Path(files[-1]).write_text(yaml.safe_dump(one.model_dump(mode="json")))
    bot = "".join(
        house.wiring.review(one.manifest, one.audience, one.asked_in, one.stage).model_dump_json() + "\n"
        for one in cases()
    )
    assert command.main(["policy", "check", *files]) == 1
    assert capsys.readouterr().out == bot
    hook = hooked(*files)
    assert (hook.returncode, hook.stdout.decode()) == (1, bot)
    assert Policies().digest in bot


@pytest.mark.parametrize(
    ("changes", "code", "committed"),
    [({}, 0, True), (PERSONAL, 3, True), (TOO_LONG, 1, False)],
    ids=["allow", "needs approval", "deny"],
)
def test_the_code_says_what_the_verdict_is_and_a_commit_stops_at_a_denial(  # G3
    tmp_path: Path, changes: Mapping[str, object], code: int, committed: bool
) -> None:
    asked = written(tmp_path, **changes)
    assert command.main(["policy", "check", asked]) == code
    assert (hooked(asked).returncode == 0) == committed


def test_the_strictest_of_several_decides_the_code(tmp_path: Path) -> None:
    fine, personal, long = (
        written(tmp_path, "a.json"),
        written(tmp_path, "b.yaml", **PERSONAL),
        written(tmp_path, "c.yml", **TOO_LONG),
    )
    assert command.main(["policy", "check", fine, personal]) == 3
    assert command.main(["policy", "check", long, personal]) == 1


def test_a_denial_is_told_in_words_beside_its_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, **TOO_LONG)
    command.main(["policy", "check", path])
    shown = capsys.readouterr()
    assert Verdict.model_validate_json(shown.out).decision == "deny"
    assert shown.err == (
        f"{path}: deny (retention, app.retention_days): Entries would be kept for 3650 days; the longest allowed is "
        "365. Ask for 365 days or less. Rule of privacy.\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not a mapping of keys"),
        ("name: x\nname: y\n", "name stands here twice"),
        ("name: [", "not YAML"),
        ("name: x\n", "template: field required"),
        ('{"manifest": {}, "granted": ["store"]}', "field required"),
    ],
)
def test_what_cannot_be_read_is_never_allowed(
    tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.yaml").write_text(text)
    assert command.main(["policy", "check", str(tmp_path / "odd.yaml")]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("platformctl: ") and told in shown.err and len(shown.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_named_and_the_others_are_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["policy", "check", str(tmp_path / "gone.json"), written(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "gone.json" in shown.err
    assert Verdict.model_validate_json(shown.out).decision == "allow"


def test_the_index_of_a_bundle_is_judged_as_the_store_keeps_it(tmp_path: Path) -> None:
    store = BundleStore(tmp_path / "bundles")
    digest = store.put(bundle("survey"))
    path = store.folder / "blobs" / "sha256" / digest.removeprefix("sha256:")
    assert command.main(["policy", "check", str(path)]) == 0


def test_who_commits_past_the_hook_is_stopped_by_the_same_verdict_when_publishing(  # G3
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = house.ask("a survey about pensions, keep the answers for 10 years")
    request = house.request()
    assert request.bundle is not None and request.verdict is not None
    index = house.home / "bundles" / "blobs" / "sha256" / request.bundle.removeprefix("sha256:")
    case = {**json.loads(index.read_bytes()), "stage": "preview"}
    (tmp_path / "app.slipway.json").write_text(json.dumps(case))
    hook = hooked(str(tmp_path / "app.slipway.json"))
    assert hook.returncode == 1
    assert hook.stdout.decode() == request.verdict + "\n"
    assert "slipway.publish" not in house.offered(thread)


def test_another_folder_may_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules").symlink_to(RULES)
    egress = written(tmp_path, capabilities=(EgressCapability(hosts=("api.example.com",)),))
    assert command.main(["policy", "check", "--policies", str(tmp_path / "rules"), egress]) == 1


def test_the_tests_of_a_folder_name_the_bundle_that_they_tested(capsys: pytest.CaptureFixture[str]) -> None:  # S14
    assert command.main(["policy", "test"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"bundle {Policies().digest}"


def test_policies_that_ci_did_not_check_let_nothing_go_live(house: House) -> None:  # S14
    other = "sha256:" + "c" * 64
    house.wire(review=reviewer(house.judge, house.wiring.catalog, other))
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    assert f"• CI checked bundle {other}, production runs {Policies().digest}." in house.card(thread)
    assert house.request().app is not None
    assert "app.live" not in house.actions()
    house.press(thread, "slipway.plead")
    assert "cannot get past the rule `unchecked_policies`." in house.card(thread)
    house.wire(review=reviewer(house.judge, house.wiring.catalog, Policies().digest))
    house.press(thread, "slipway.publish")
    assert house.live(thread)


def test_a_digest_that_is_none_is_refused_before_anything_starts() -> None:  # S14
    with pytest.raises(BadSetting, match="SLIPWAY_POLICY_DIGEST is 'latest': set it to what `platformctl policy test`"):
        checked("latest")
    assert checked("") == ""
