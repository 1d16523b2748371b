"""`platformctl template`: folders begun, looked through, released once, and taken off the offer (P3, P4)."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.chat import GroupState
from bot.platformctl import command, doctor, template_lint, template_list, template_new, template_publish
from bot.platformctl.installation import Undone
from bot.platformctl.template_publish import Gates, Wanted, gates
from templates import release
from templates.catalog import SHELF, load
from templates.offer import ledger_of, offered
from templates.template import Template
from tests.templates.editing import edit

pytestmark = pytest.mark.scenario

DAY = date(2026, 11, 26)
OPEN = Gates(declared=lambda template: (), rehearse=lambda template: ())
"""Gates through which everything goes."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHELF, tmp_path / "shelf"))


def listing(folder: Path) -> Sequence[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*"))


def refusal(shelf: Path, ref: str, gates: Gates = OPEN, by: str = "", day: date = DAY) -> str:
    """Why a version is not released; and that nothing has changed."""
    before = (shelf / "releases.yaml").read_bytes()
    with pytest.raises(Undone) as caught:
        template_publish.publish(shelf, Wanted(ref, "operator", by), day, gates)
    assert (shelf / "releases.yaml").read_bytes() == before
    assert not list(shelf.glob(".releases*"))
    return str(caught.value)


def begun(shelf: Path, name: str = "log", **more: str) -> Path:
    """A version that could be released as it is."""
    template_new.run(shelf, template_new.Wanted(name, owner="ops", **more))
    edit(shelf / name / "1.0/template.yaml", 'description: ""', "description: Entries, newest first.")
    template_publish.golden(shelf, f"{name}@1.0")
    return shelf / name / "1.0"


def publish(shelf: Path, ref: str, by: str = "", day: date = DAY) -> str:
    return template_publish.publish(shelf, Wanted(ref, "operator", by), day, OPEN)


# new


def test_a_folder_to_begin_with_lacks_only_what_its_author_can_say(copy: Path) -> None:
    said = template_new.run(copy, template_new.Wanted("log"))
    assert template_lint.run(copy, "log@1.0") == ["log/1.0/template.yaml:4: nobody owns it. Say owner: and a team"]
    assert "`platformctl template lint log@1.0`" in said
    edit(copy / "log/1.0/template.yaml", 'owner: ""', "owner: ops")
    assert template_lint.run(copy, "log@1.0") == []
    assert refusal(copy, "log@1.0").splitlines()[1:] == [
        "  there is no description. Say in one sentence what the app is.",
        "  there is no golden/bundle.json: run `platformctl template golden log@1.0` and read what changed.",
    ]


def test_a_new_kind_is_told_how_to_teach_the_router(copy: Path) -> None:
    said = template_new.run(copy, template_new.Wanted("pigeons", kind="carrier_pigeon", owner="ops"))
    assert "templates/kinds/carrier_pigeon.yaml" in said and "`make router`" in said
    assert load(copy).get("pigeons").kind == "carrier_pigeon"
    assert "nothing asks for the kind carrier_pigeon" in refusal(copy, "pigeons@1.0")
    assert "make router" not in template_new.run(copy, template_new.Wanted("survey2", kind="survey"))


def test_a_copy_under_the_same_name_gets_the_next_number_and_none_of_the_golden_bundle(copy: Path) -> None:
    shutil.copytree(copy / "poll/1.0", copy / "poll/1.9")
    edit(copy / "poll/1.9/template.yaml", 'version: "1.0"', 'version: "1.9"')
    template_new.run(copy, template_new.Wanted("poll", like="poll@1.0"))
    made, source = load(copy).get("poll@1.10"), load(copy).get("poll@1.0")
    assert (made.kind, made.owner, dict(made.files)) == (source.kind, source.owner, dict(source.files))
    assert {*listing(copy / "poll/1.0")} - {*listing(copy / "poll/1.10")} == {"golden/bundle.json"}


def test_a_copy_under_another_name_is_no_rival_for_the_kind(copy: Path) -> None:
    template_new.run(copy, template_new.Wanted("vote", like="poll@1.0", owner="ops"))
    made = load(copy).get("vote@1.0")
    assert (made.kind, made.owner) == ("", "ops")


def test_of_a_scaffold_with_a_base_a_copy_is_one_too(copy: Path) -> None:
    template_new.run(copy, template_new.Wanted("simple-survey", like="simple-survey@1.0", owner="ops"))
    made = load(copy).get("simple-survey@1.1")
    assert (made.base, made.owner, made.notes) == ("survey@1.0", "ops", ())


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (template_new.Wanted("Big"), "'Big' is no name"),
        (template_new.Wanted("../etc"), "'../etc' is no name"),
        (template_new.Wanted("a" * 61), "is no name"),
        (template_new.Wanted("log", kind="a: b"), "'a: b' is no kind"),
        (template_new.Wanted("log", owner="x\nkind: survey"), "is no group"),
        (template_new.Wanted("log", like="pol@1.0"), "there is no pol@1.0"),
        (template_new.Wanted("poll"), "is there already. To change it under a new number: --from poll@1.0"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing(copy: Path, wanted: template_new.Wanted, why: str) -> None:
    before = listing(copy)
    with pytest.raises(Undone, match=None) as caught:
        template_new.run(copy, wanted)
    assert why in str(caught.value)
    assert listing(copy) == before


def test_a_folder_that_could_not_be_written_whole_is_not_there(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listing(copy)
    monkeypatch.setattr(template_new, "_write", _full_after(3))
    with pytest.raises(OSError, match="No space"):
        template_new.run(copy, template_new.Wanted("log"))
    assert listing(copy) == before


def _full_after(count: int):
    write, left = template_new._write, iter(range(count))

    def written(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        write(path, content)

    return written


def test_what_a_killed_command_left_aside_is_no_template_and_goes_with_the_next(copy: Path) -> None:
    left = Path(shutil.copytree(copy / "poll/1.0", copy / ".new.poll"))
    (copy / ".releases.yaml.new").write_text("releases:\n")
    assert offered(copy).refused == frozenset() and template_lint.run(copy, "") == []
    begun(copy)
    publish(copy, "log@1.0")
    assert not left.exists() and not (copy / ".releases.yaml.new").exists()


# lint


def test_all_faults_are_said_at_once_each_with_its_line(copy: Path) -> None:  # T13
    sheet = copy / "poll/1.0/template.yaml"
    edit(sheet, "owner: platform-templates", 'owner: ""')
    edit(copy / "poll/1.0/files/app.js.j2", "{{ title | js }}", "{{ title }}")
    text = sheet.read_text() + "\nlimts: {}\ncolour: red\n"
    sheet.write_text(text)
    line = text.splitlines().index("limts: {}") + 1
    first, second = template_lint.run(copy, "poll@1.0")
    assert first == f"poll/1.0/template.yaml:{line}: unknown key 'limts'. The nearest valid key is 'limits'"
    assert second.startswith(f"poll/1.0/template.yaml:{line + 1}: unknown key 'colour'. The nearest valid key is ")
    sheet.write_text(text.replace("\nlimts: {}\ncolour: red\n", "\n"))
    owner, blank = template_lint.run(copy, "poll@1.0")
    assert owner == "poll/1.0/template.yaml:4: nobody owns it. Say owner: and a team"
    assert blank == "poll/1.0/files/app.js.j2:1: a blank without the filter js. Write {{ name | js }}"


def test_an_unneeded_field_is_a_fault_where_it_is_asked_for(copy: Path) -> None:  # T14 P4
    sheet = copy / "poll/1.0/template.yaml"
    edit(sheet, "parameters:\n", "parameters:\n  - name: shoe_size\n    type: int\n    ask: false\n")
    line = sheet.read_text().splitlines().index("  - name: shoe_size") + 1
    (found,) = template_lint.run(copy, "poll@1.0")
    assert found == f"poll/1.0/template.yaml:{line}: it asks for 'shoe_size' and never uses it. Drop the parameter"


def test_a_changed_release_and_one_that_is_gone_are_faults(copy: Path) -> None:  # T9
    edit(copy / "poll/1.0/parts/tally.js", "\n", "\n//\n")
    shutil.rmtree(copy / "retro")
    changed, gone = template_lint.run(copy, "")
    assert changed.startswith("poll/1.0/template.yaml: poll@1.0 was released as ")
    assert gone.startswith("releases.yaml: retro@1.0 was released, and its folder is gone.")


@pytest.mark.parametrize("what", ["", "poll@1.0", "poll/1.0", "."])
def test_a_shelf_a_version_and_its_folder_can_be_looked_through(
    copy: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(copy)
    assert command.main(["template", "lint", what, "--shelf", str(copy)]) == 0
    edit(copy / "poll/1.0/template.yaml", "kind: poll", "kid: poll")
    assert command.main(["template", "lint", what, "--shelf", str(copy)]) == 1
    assert "poll/1.0/template.yaml:3: unknown key 'kid'. The nearest valid key is 'kind'" in capsys.readouterr().err


def test_a_folder_that_lies_elsewhere_is_looked_through_beside_the_shelfs_fragments(copy: Path, tmp_path: Path) -> None:
    begun(copy)
    other = tmp_path / "mine/log/1.0"
    shutil.copytree(copy / "log/1.0", other)
    shutil.rmtree(copy / "log")
    assert template_lint.run(copy, str(other)) == []
    edit(other / "template.yaml", "rows@1", "rows@7")
    assert "there is no fragment rows@7" in template_lint.run(copy, str(other))[0]
    assert not (copy / "log").exists()


def test_what_is_no_text_is_a_fault(copy: Path) -> None:
    (copy / "poll/1.0/template.yaml").write_bytes(b"name: \xff")
    assert template_lint.run(copy, "poll@1.0") == ["poll/1.0/template.yaml: not UTF-8. Save it as UTF-8"]


# publish


def test_a_version_is_released_with_its_fragments_and_offered(copy: Path) -> None:  # P3
    begun(copy)
    said = publish(copy, "log@1.0")
    digest = load(copy).get("log@1.0").digest
    assert said.startswith(f"log@1.0 is released as {digest[7:19]}.")
    assert ledger_of(copy).releases["log@1.0"].model_dump(exclude_none=True) == {"digest": digest, "released": DAY}
    assert "log@1.0" not in offered(copy).withheld
    assert publish(copy, "log@1.0") == f"log@1.0 is released already, as {digest[7:19]}."


def test_a_new_fragment_is_pinned_with_the_first_template_that_is_made_with_it(copy: Path) -> None:  # T12
    shutil.copytree(copy / "_fragments/csv/1", copy / "_fragments/cells/1")
    (copy / "_fragments/cells/1/csv.js").rename(copy / "_fragments/cells/1/cells.js")
    folder = begun(copy)
    edit(folder / "template.yaml", "  - rows@1\n", "  - rows@1\n  - cells@1\n")
    edit(folder / "files/app.js.j2", '{% include "rows.js" %}', '{% include "rows.js" %}\n{% include "cells.js" %}')
    template_publish.golden(copy, "log@1.0")
    publish(copy, "log@1.0")
    pinned = load(copy).get("log@1.0").pinned["cells@1"]
    assert ledger_of(copy).releases["_fragments/cells@1"].digest == pinned
    edit(copy / "_fragments/cells/1/cells.js", "\n", "\n\n")
    assert "_fragments/cells@1 was released as " in refusal(copy, "log@1.0")


def test_a_circle_and_grants_that_differ_are_refused_with_the_way(copy: Path) -> None:  # T12
    folder = begun(copy)
    (copy / "_fragments/html/1/fragment.yaml").write_text("fragments:\n  - look@1\n")
    assert "it goes round in a circle: html@1 -> look@1 -> html@1." in refusal(copy, "log@1.0")
    sheet = "capabilities:\n  - {kind: store, tables: {entries: {fields: {text: number}}}}\n"
    (copy / "_fragments/html/1/fragment.yaml").write_text(sheet)
    said = refusal(copy, "log@1.0")
    assert "store (table entries) is asked for differently by log@1.0 and log@1.0 -> html@1." in said
    shutil.rmtree(copy / "_fragments/html")
    assert "there is no fragment html@1" in refusal(copy, "log@1.0")
    assert folder.exists() and "log@1.0" in offered(copy).withheld and offered(copy).known("log@1.0") is None


def test_a_number_that_was_released_is_not_used_again(copy: Path) -> None:  # T9 P3
    edit(copy / "poll/1.0/parts/tally.js", "\n", "\n//\n")
    assert "poll@1.0 was released as " in refusal(copy, "poll@1.0")
    with pytest.raises(Undone, match=r"poll@1\.0 is released, and its golden bundle stays"):
        template_publish.golden(copy, "poll@1.0")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("owner: ops", 'owner: ""', "nobody owns it"),  # T11
        ("owner: ops", "owner: The Ops Team", "owner is 'The Ops Team'. Name a group of the chat by its handle"),  # T11
        ("  ttl_days: 30\n", "", "nobody says when its apps end. Add lifecycle: with ttl_days:"),  # P4
        ("ttl_days: 30", "ttl_days: 181", "ttl_days is 181, and the policies allow 180."),  # P4
        (
            "default: 90\n    min: 1\n    max: 365",
            "default: 400",
            "retention_days is 400 unless somebody says otherwise",
        ),
    ],
)
def test_a_version_that_nobody_should_live_with_is_not_released(copy: Path, old: str, new: str, why: str) -> None:
    folder = begun(copy)
    edit(folder / "template.yaml", old, new)
    assert why in refusal(copy, "log@1.0")


def test_every_reason_is_said_at_once(copy: Path) -> None:  # P4
    folder = begun(copy)
    (folder / "README.md").unlink()
    edit(folder / "template.yaml", "  ttl_days: 30\n", "")
    edit(folder / "parts/texts.js", "Save", "Keep")
    wanting = replace(OPEN, declared=lambda template: ["it has 2 checks, and needs 3.", "it has no retirement test."])
    assert [line.split(".")[0].strip() for line in refusal(copy, "log@1.0", wanting).splitlines()] == [
        "log@1",
        "there is no README",
        "nobody says when its apps end",
        "golden/bundle",
        "it has 2 checks, and needs 3",
        "it has no retirement test",
    ]


def test_red_checks_keep_a_version_back_and_are_run_last(copy: Path) -> None:  # T7 P4
    ran: list[str] = []

    def red(template: Template) -> Sequence[str]:
        ran.append(template.ref)
        return ["it should say Thank you, and says Sorry."]

    folder = begun(copy)
    assert "it should say Thank you, and says Sorry." in refusal(copy, "log@1.0", replace(OPEN, rehearse=red))
    (folder / "README.md").unlink()
    refusal(copy, "log@1.0", replace(OPEN, rehearse=red))
    assert ran == ["log@1.0"]


def test_a_version_is_released_when_its_own_checks_hold(copy: Path) -> None:  # T7 P4
    folder = begun(copy)
    (folder / "checks.yaml").rename(folder / "aside.yaml")
    assert "log@1.0 has no checks.yaml" in refusal(copy, "log@1.0", gates(copy))
    (folder / "aside.yaml").rename(folder / "checks.yaml")
    edit(folder / "checks.yaml", "status: 422", "status: 200")
    template_publish.golden(copy, "log@1.0")
    assert "Nothing is kept of an empty field." in refusal(copy, "log@1.0", gates(copy))
    edit(folder / "checks.yaml", "status: 200", "status: 422")
    template_publish.golden(copy, "log@1.0")
    published = template_publish.publish(copy, Wanted("log@1.0", "operator", ""), DAY, gates(copy))
    assert "log@1.0 is released as" in published


def test_a_template_that_runs_on_needs_somebodys_word_each_year(copy: Path) -> None:  # P4
    folder = begun(copy)
    edit(folder / "template.yaml", "ttl_days: 30", "ttl_days: 3650")
    template_publish.golden(copy, "log@1.0")
    assert "for longer an approver stands up with --forever-by, and again every year." in refusal(copy, "log@1.0")
    assert "cannot stand up for it as well" in refusal(copy, "log@1.0", by="@operator")
    said = publish(copy, "log@1.0", by="@ben")
    assert "ben stands up for it until 2027-11-26: then publish it again." in said
    assert offered(copy).until == {"log@1.0": date(2027, 11, 26)}
    late = date(2028, 1, 1)
    assert "for longer an approver stands up" in refusal(copy, "log@1.0", day=late)
    publish(copy, "log@1.0", by="ben", day=late)
    assert offered(copy).until == {"log@1.0": date(2028, 12, 31)}


def test_nobodys_word_is_wanted_where_the_policies_are_enough(copy: Path) -> None:  # P4
    begun(copy)
    assert "ttl_days is 30, which needs nobody's word." in refusal(copy, "log@1.0", by="ben")


def test_one_kind_has_one_template(copy: Path) -> None:
    begun(copy, kind="survey")
    assert "survey@1.0 builds the kind survey already. Deprecate it, or leave kind: out." in refusal(copy, "log@1.0")


# deprecate and list


def test_a_deprecated_version_stays_in_the_list_with_its_reason(copy: Path) -> None:  # P3
    template_publish.deprecate(copy, "poll@1.0", "  It is\n slow. ", "survey@1.0", DAY)
    assert offered(copy).for_kind("poll") is None
    said = template_list.run(copy, DAY, lambda handle: None)
    assert "deprecated" in next(line for line in said.splitlines() if line.startswith("poll"))
    assert "    since 2026-11-26: It is slow. Use survey@1.0." in said.splitlines()
    assert "poll@1.0 is deprecated." in refusal(copy, "poll@1.0")


@pytest.mark.parametrize(
    ("ref", "why", "instead", "expected"),
    [
        ("pol@1.0", "slow", "", "pol@1.0 is not released."),
        ("poll@1.0", " ", "", "say why in 1 to 300 characters"),
        ("poll@1.0", "x" * 301, "", "say why in 1 to 300 characters"),
        ("poll@1.0", "slow", "poll@1.0", "poll@1.0 cannot be used instead"),
        ("poll@1.0", "slow", "nothing@1", "nothing@1 cannot be used instead"),
    ],
)
def test_a_deprecation_says_why_and_leads_somewhere(  # P3
    copy: Path, ref: str, why: str, instead: str, expected: str
) -> None:
    before = (copy / "releases.yaml").read_bytes()
    with pytest.raises(Undone) as caught:
        template_publish.deprecate(copy, ref, why, instead, DAY)
    assert expected in str(caught.value)
    assert (copy / "releases.yaml").read_bytes() == before


def test_the_list_says_who_owns_what_and_how_far_it_has_come(copy: Path) -> None:  # T9 T11
    begun(copy)
    edit(copy / "retro/1.0/parts/board.js", "\n", "\n//\n")
    said = template_list.run(copy, DAY, lambda handle: "disabled" if handle == "platform-templates" else "active")
    lines = said.splitlines()
    assert next(line for line in lines if line.startswith("log")).split() == [
        "log", "1.0", "ops", "not", "released", load(copy).get("log@1.0").digest[7:19],
    ]  # fmt: skip  # as the columns stand
    assert " refused " in next(line for line in lines if line.startswith("retro"))
    assert " frozen " in next(line for line in lines if line.startswith("poll"))
    assert "    the group platform-templates was deactivated. Name another owner in a new version." in lines


def test_two_who_publish_at_once_are_both_in_the_ledger(copy: Path) -> None:
    from threading import Thread

    names = ["one", "two", "three", "four"]
    for name in names:
        begun(copy, name)
    threads = [Thread(target=publish, args=(copy, f"{name}@1.0")) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {f"{name}@1.0" for name in names} <= set(ledger_of(copy).releases)


def test_the_ledger_is_written_whole_or_not_at_all(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (copy / "releases.yaml").read_bytes()
    monkeypatch.setattr(release, "spelled", _broken)
    with pytest.raises(OSError, match="No space"):
        template_publish.deprecate(copy, "poll@1.0", "slow", "", DAY)
    assert (copy / "releases.yaml").read_bytes() == before
    assert not list(copy.glob(".releases*"))


def _broken(ledger: release.Ledger) -> str:
    raise OSError(28, "No space left on device")


def test_the_commands_say_what_they_did_and_end_with_a_status(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = ["--shelf", str(copy)]
    assert command.main(["template", "new", "log", "--owner", "ops", *shelf]) == 0
    assert command.main(["template", "new", "log", "--owner", "ops", *shelf]) == 1
    assert command.main(["template", "golden", "log@1.0", *shelf]) == 0
    assert command.main(["template", "publish", "log@1.0", *shelf]) == 1
    assert command.main(["template", "deprecate", "poll@1.0", "--why", "slow", *shelf]) == 0
    assert command.main(["template", "list", *shelf]) == 0
    out, err = capsys.readouterr()
    assert "log/1.0 is written." in out and "poll@1.0 is deprecated." in out
    assert "is there already" in err and "log@1.0 is not released:" in err
    assert yaml.safe_load((copy / "releases.yaml").read_text())["releases"]["poll@1.0"]["deprecated"]["why"] == "slow"


# doctor


def test_the_doctor_warns_of_owners_that_are_no_group_and_of_what_was_changed(copy: Path) -> None:  # T11 T9
    states: dict[str, GroupState] = {"platform-templates": "none", "ops": "disabled"}
    (whole,) = doctor.shelf(copy, lambda handle: "active")
    assert str(whole) == f"ok       templates: {len(load().templates)} versions, as they were released"
    (alone,) = doctor.shelf(copy, lambda handle: None)
    assert alone.ok
    begun(copy)
    edit(copy / "retro/1.0/parts/board.js", "\n", "\n//\n")
    changed, none, disabled = map(str, doctor.shelf(copy, states.get))
    assert changed.startswith("without  templates: retro@1.0 was released as ")
    assert none.startswith("without  owners: platform-templates is no group of the chat.")
    assert disabled.startswith("without  owners: ops was deactivated: no new apps are made.")
