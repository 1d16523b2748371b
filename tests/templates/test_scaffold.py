"""Scaffolds: the reference's own, and the line and word of every fault."""

from pathlib import Path, PurePath

import pytest

from templates.catalog import SHELF
from templates.errors import FaultyTemplate
from templates.manifest import Lifecycle
from templates.scaffold import read_base, read_scaffold

PATH = PurePath("survey/1.0/template.yaml")
REFERENCE = """\
name: simple-survey
version: 1.0
parameters:
  - name: title
    type: string
    default: "Team feedback survey"
  - name: retention_days
    type: int
    default: 14
runtimes:
  - wasm: true
  - serverless: true
secrets:
  - platform-secret: analytics-write-key
policies:
  - sandbox/deny-external-egress
"""
LIFECYCLE = (Path(__file__).parent / "lifecycle.yaml").read_text()
"""The reference's own file, byte for byte."""


def fault(text: str) -> str:
    with pytest.raises(FaultyTemplate) as caught:
        read_scaffold(text, PATH)
    return str(caught.value)


def test_the_reference_scaffold_is_on_the_shelf_byte_for_byte() -> None:  # T13 SD3
    assert (SHELF / "simple-survey/1.0/template.yaml").read_bytes() == REFERENCE.encode()


def test_the_reference_scaffold_says_what_it_says() -> None:  # T13
    scaffold = read_scaffold(REFERENCE, PATH).scaffold
    assert [one.name for one in scaffold.parameters] == ["title", "retention_days"]
    assert [one.platform_secret for one in scaffold.secrets] == ["analytics-write-key"]
    assert scaffold.policies == ("sandbox/deny-external-egress",)


def test_an_unquoted_version_is_kept_as_typed_and_noted_with_its_fix() -> None:  # SD3
    written = read_scaffold("name: a\nversion: 1.10\n", PATH)
    assert written.scaffold.version == "1.10"
    assert written.notes == ('survey/1.0/template.yaml:2: version 1.10 is a number to YAML. Write version: "1.10"',)


def test_a_quoted_version_leaves_nothing_to_note() -> None:
    assert read_scaffold('name: a\nversion: "1.10"\n', PATH).notes == ()


def test_the_reference_lifecycle_is_taken_as_it_stands() -> None:  # G11
    lifecycle = read_scaffold('name: a\nversion: "1"\n' + LIFECYCLE, PATH).scaffold.lifecycle
    assert lifecycle == Lifecycle(
        ttl_days=30, auto_archive=True, archive_destination="s3://platform-archive/micro-apps/"
    )


@pytest.mark.parametrize(
    "place",
    [
        "/etc", "../archives", "a/../../b", "s3://", "s3://UPPER/x", "s3://bucket/../x", "S3://bucket/", "file:///etc",
        "https://example.com/", "~/archives", "s3://user:secret@bucket/", "a b", "x" * 201, "s3://bucket/a?b",
    ],
)  # fmt: skip  # one list
def test_an_archive_goes_to_no_other_kind_of_place(place: str) -> None:  # G11
    told = fault(f'name: a\nversion: "1"\nlifecycle:\n  archive_destination: "{place}"\n')
    assert "write a folder below the installation's archives, such as surveys/2026, or s3://bucket/path/" in told


@pytest.mark.parametrize("place", ["", "surveys", "surveys/2026/", "s3://bucket", "s3://a-bucket/with/parts.of-it/"])
def test_an_archive_goes_to_a_folder_or_a_bucket(place: str) -> None:  # G11
    written = read_scaffold(f'name: a\nversion: "1"\nlifecycle:\n  archive_destination: "{place}"\n', PATH)
    assert written.scaffold.lifecycle == Lifecycle(archive_destination=place)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'name: a\nversion: "1"\npolices: []\n',
            "survey/1.0/template.yaml:3: unknown key 'polices'. The nearest valid key is 'policies'",
        ),
        (
            'name: a\nversion: "1"\nparameters:\n  - name: title\n    type: string\n    defualt: x\n',
            "survey/1.0/template.yaml:6: unknown key 'defualt'. The nearest valid key is 'default'",
        ),
        (
            'name: a\nversion: "1"\ncapabilities:\n  - kind: store\n    tables:\n      rows:\n        feilds: {}\n',
            "survey/1.0/template.yaml:7: unknown key 'feilds'. The nearest valid key is 'fields'",
        ),
        (
            'name: a\nversion: "1"\nsecrets:\n  - platform_secret: key\n',
            "survey/1.0/template.yaml:4: unknown key 'platform_secret'. The nearest valid key is 'platform-secret'",
        ),
        (
            'name: a\nversion: "1"\nlifecycle:\n  ttl: 3\n',
            "survey/1.0/template.yaml:4: unknown key 'ttl'. The nearest valid key is 'ttl_days'",
        ),
        ("name: a\nname: b\n", "survey/1.0/template.yaml:2: name stands here twice. Keep one of them"),
        ("name: &a x\nowner: *a\n", "survey/1.0/template.yaml: an alias (*name) is used. Write the value out"),
        ("- name\n", "survey/1.0/template.yaml:1: not a mapping of keys. Start with name: and version:"),
    ],
)
def test_a_fault_names_its_line_and_the_nearest_valid_key(text: str, expected: str) -> None:  # T13
    assert fault(text) == expected


def test_what_is_not_yaml_is_a_fault_with_a_line() -> None:
    assert fault("name: [a\nversion: 1").startswith("survey/1.0/template.yaml:2: not YAML")


def test_a_wrong_value_names_its_place() -> None:
    text = 'name: a\nversion: "1"\nlimits:\n  cpu_ms: 5000\n'
    assert fault(text).startswith("survey/1.0/template.yaml:4: limits.cpu_ms: input should be less than")


def test_a_base_is_a_name_and_a_version() -> None:
    assert read_base("base: survey@1.0\n", PATH) == "survey@1.0"
    with pytest.raises(FaultyTemplate, match="base"):
        read_base("base: survey\n", Path("base.yaml"))
