"""The catalog: what stands on the shelf, and what a shelf refuses to hold."""

import shutil
from pathlib import Path

import pytest

from templates.catalog import SHELF, load
from templates.errors import FaultyTemplate, UnknownTemplate
from tests.templates.editing import edit
from tests.templates.shelf import shelf


def test_the_shelf_holds_the_first_templates() -> None:
    assert set(shelf().names) >= {"approval", "form_tracker", "simple-survey", "survey"}


@pytest.mark.parametrize("kind", ["survey", "approval", "form_tracker"])
def test_a_kind_of_the_catalogue_has_its_template(kind: str) -> None:
    template = shelf().for_kind(kind)
    assert template is not None
    assert template.name == kind


def test_a_kind_that_nobody_builds_yet_has_none() -> None:
    assert shelf().for_kind("carrier_pigeon") is None


def test_a_template_is_found_with_and_without_its_version() -> None:
    assert shelf().get("survey").ref == "survey@1.0"
    assert shelf().get("survey", "1.0") is shelf().get("survey@1.0")


def test_an_unknown_template_names_the_nearest() -> None:
    with pytest.raises(UnknownTemplate, match=r"no template called survy\. Did you mean survey\?"):
        shelf().get("survy")
    with pytest.raises(UnknownTemplate, match=r"no version 9 of survey\. There is 1\.0"):
        shelf().get("survey", "9")


def test_simple_survey_asks_exactly_for_a_title_and_collaborators() -> None:  # T14
    assert [one.name for one in shelf().get("simple-survey").asked] == ["title", "collaborators"]


def test_no_form_has_more_than_five_fields() -> None:  # T4
    assert all(len(one.asked) <= 5 for one in shelf().templates)


def test_every_template_has_an_owner_a_page_and_golden_files() -> None:
    for one in shelf().templates:
        folder = SHELF / one.name / one.version
        assert one.owner and one.description
        assert (folder / "README.md").exists()
        assert (folder / "golden/bundle.json").exists()


def test_two_loads_give_equal_digests() -> None:
    assert [one.digest for one in load().templates] == [one.digest for one in shelf().templates]


YAML = "template.yaml"
ENTRY = "files/app.js.j2"
BLANK = "{{ deadline | js }}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHELF, tmp_path / "shelf"))


def test_every_byte_of_a_version_and_its_fragments_is_in_its_digest(copy: Path) -> None:  # T9
    before = {one.name: one.digest for one in load(copy).templates}
    edit(copy / "_fragments/chart/1/chart.js", "Bars", "The bars")
    after = {one.name: one.digest for one in load(copy).templates}
    drawing = {one.name for one in shelf().templates if "chart.js" in one.fragments}
    assert {name for name in before if before[name] != after[name]} == drawing >= {"survey", "simple-survey"}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (YAML, "kind: survey", "knd: survey", ":3: unknown key 'knd'"),
        (YAML, 'version: "1.0"', "version: 1.0", 'Write version: "1.0". Only a scaffold'),
        (YAML, "owner: platform-templates\n", "", "nobody owns it. Say owner: and a team"),
        (YAML, "csv@1", "csv@7", "there is no fragment csv@7"),
        (YAML, "  - csv@1\n", "", "app.js.j2:14: nothing to include as 'csv.js'. List the fragment it is in"),
        (YAML, "name: share_results", "name: share", "the blank 'share_results' has no question"),
        (ENTRY, BLANK, "null", "it asks for 'deadline' and never uses it"),
        (ENTRY, BLANK, "{{ deadline }}", "app.js.j2:6: a blank without the filter js"),
        (ENTRY, BLANK, "{{ deadline | js", "app.js.j2:6: "),
        (YAML, "default: 90", "default: 9000", "“Days to keep entries” is 9000. The most is 3650."),
        (YAML, "type: string\n", "type: string\n    default_from: [deadline]\n", "deadline cannot stand in for title"),
        (YAML, "type: string\n", "type: string\n    default_from: [topic]\n", "topic cannot stand in for title"),
        (YAML, "    ask: false\n", "", "it asks 6 questions. Ask at most 5"),
    ],
)
def test_a_faulty_template_is_refused_where_it_is_wrong(  # T13 T14
    copy: Path, file: str, old: str, new: str, expected: str
) -> None:
    edit(copy / "survey/1.0" / file, old, new)
    with pytest.raises(FaultyTemplate) as caught:
        load(copy)
    assert expected in str(caught.value)


def test_a_version_lives_in_the_folder_of_its_name(copy: Path) -> None:
    (copy / "survey/1.0").rename(copy / "survey/1.1")
    with pytest.raises(FaultyTemplate, match=r"no survey@1\.0|differ from the folders"):
        load(copy)


def test_versions_are_ordered_by_number(copy: Path) -> None:
    for version in ("1.9", "1.10"):
        new = Path(shutil.copytree(copy / "survey/1.0", copy / "survey" / version))
        edit(new / "template.yaml", 'version: "1.0"', f'version: "{version}"')
    assert load(copy).get("survey").version == "1.10"
