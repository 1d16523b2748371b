"""Fragments: shared by templates, pinned by digest, refused with the way that leads to what is wrong (T12)."""

from pathlib import Path

import pytest
import yaml

from templates.catalog import load, read
from templates.errors import FaultyTemplate
from templates.fragments import Fragments
from templates.template import StoreShape
from tests.templates.shelf import shelf


def made(folder: Path, *fragments: str, entry: str = "", **more: object) -> Path:
    """A shelf with one template, `app@1`, that lists these fragments and includes what `entry` says."""
    sheet = {"name": "app", "version": "1", "owner": "ana", "fragments": list(fragments), **more}
    put(folder / "app/1/template.yaml", yaml.safe_dump(sheet))
    blanks = "".join(f"{{{{ {name} | js }}}};" for name in ("title",))
    put(folder / "app/1/files/app.js.j2", blanks + "".join(f'{{% include "{one}.js" %}}\n' for one in entry.split()))
    return folder


def fragment(folder: Path, ref: str, *, on: tuple[str, ...] = (), needs: object = (), files: str = "") -> None:
    name, _, version = ref.partition("@")
    there = folder / "_fragments" / name / version
    for one in (files or f"{name}.js").split():
        put(there / one, f"// {ref}\n")
    put(there / "fragment.yaml", yaml.safe_dump({"fragments": list(on), "capabilities": list(needs)}))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fault(folder: Path) -> str:
    with pytest.raises(FaultyTemplate) as caught:
        load(folder)
    return str(caught.value)


def test_what_a_fragment_builds_on_comes_with_it_and_is_pinned(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "html@1")
    fragment(tmp_path, "chart@1", on=("html@1",))
    (template,) = load(made(tmp_path, "chart@1", entry="html chart")).templates
    assert list(template.fragments) == ["html.js", "chart.js"]
    known = Fragments(tmp_path)
    assert dict(template.pinned) == {ref: known.get(ref).digest for ref in ("html@1", "chart@1")}
    put(tmp_path / "_fragments/html/1/html.js", "// other\n")
    (changed,) = load(tmp_path).templates
    assert {template.digest, *template.pinned.values()}.isdisjoint({changed.digest, *changed.pinned.values()})


def test_a_circle_is_refused_with_the_whole_way_round(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "a@1", on=("b@1",))
    fragment(tmp_path, "b@1", on=("c@2",))
    fragment(tmp_path, "c@2", on=("a@1",))
    assert fault(made(tmp_path, "a@1", entry="a")) == (
        "_fragments/c/2/fragment.yaml:2: it goes round in a circle: a@1 -> b@1 -> c@2 -> a@1. Take one step of it away"
    )


def test_a_fragment_that_builds_on_itself_is_a_circle(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "a@1", on=("a@1",))
    assert "a@1 -> a@1" in fault(made(tmp_path, "a@1", entry="a"))


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ({"kind": "egress", "hosts": ["a.example"]}, {"kind": "egress", "hosts": ["b.example"]}, "egress"),
        ({"kind": "mail", "domains": ["a.example"]}, {"kind": "mail", "domains": ["b.example"]}, "mail"),
        ({"kind": "notify", "per_day": 1}, {"kind": "notify", "per_day": 50}, "notify"),
        (
            {"kind": "store", "tables": {"rows": {"fields": {"at": "text"}}}},
            {"kind": "store", "tables": {"rows": {"fields": {"at": "number"}}}},
            "store (table rows)",
        ),
        (
            {"kind": "schedule", "times": {"daily": {"every": "day", "at": "09:00"}}},
            {"kind": "schedule", "times": {"daily": {"every": "day", "at": "10:00"}}},
            "schedule (time daily)",
        ),
    ],
    ids=lambda one: one["kind"] if isinstance(one, dict) else "",
)
def test_grants_that_differ_are_refused_with_both_ways(  # T12
    tmp_path: Path, one: dict[str, object], other: dict[str, object], what: str
) -> None:
    fragment(tmp_path, "deep@1", needs=(one,))
    fragment(tmp_path, "news@1", on=("deep@1",))
    fragment(tmp_path, "post@3", needs=(other,))
    said = fault(made(tmp_path, "news@1", "post@3", entry="deep news post"))
    assert f"{what} is asked for differently by app@1 -> news@1 -> deep@1 and app@1 -> post@3. Let both ask" in said
    alone = fault(made(tmp_path, "post@3", entry="post", capabilities=[one]))
    assert f"{what} is asked for differently by app@1 and app@1 -> post@3" in alone


def test_grants_that_agree_are_one_and_tables_of_several_stand_together(tmp_path: Path) -> None:  # T12
    store = {"kind": "store", "tables": {"log": {"fields": {"text": "text"}}}}
    fragment(tmp_path, "log@1", needs=(store, {"kind": "notify", "per_day": 3}))
    own = [{"kind": "store", "tables": {"rows": {"fields": {}}}}, {"kind": "notify", "per_day": 3}]
    (template,) = load(made(tmp_path, "log@1", entry="log", capabilities=own)).templates
    held = template.needs[0]
    assert [one.kind for one in template.needs] == ["store", "notify"]
    assert isinstance(held, StoreShape) and set(held.tables) == {"rows", "log"}


def test_a_fragment_that_keeps_rows_wants_a_table(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "rows@1", needs=({"kind": "store", "tables": {}},))
    assert "app@1 -> rows@1 keeps rows, and no table is named" in fault(made(tmp_path, "rows@1", entry="rows"))


def test_a_missing_fragment_refuses_its_template_alone_and_names_the_way(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "chart@1", on=("html@7",))
    made(tmp_path, "chart@1", entry="chart")
    put(tmp_path / "whole/1/template.yaml", 'name: whole\nversion: "1"\nowner: ana\n')
    put(tmp_path / "whole/1/files/app.js.j2", "{{ title | js }};")
    seen = read(tmp_path)
    assert [one.ref for one in seen.templates] == ["whole@1"]
    assert str(seen.faults["app@1"]) == (
        "_fragments/chart/1/fragment.yaml:2: there is no fragment html@7 (app@1 -> chart@1 -> html@7). "
        "Name a folder below _fragments"
    )


def test_no_file_comes_from_two_fragments(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "html@1", files="html.js")
    fragment(tmp_path, "html@2", files="html.js")
    fragment(tmp_path, "chart@1", on=("html@1",))
    said = fault(made(tmp_path, "chart@1", "html@2", entry="html chart"))
    assert "html.js comes from two fragments: app@1 -> chart@1 -> html@1 and app@1 -> html@2" in said


def test_a_script_stands_after_what_it_builds_on(tmp_path: Path) -> None:  # T12
    fragment(tmp_path, "html@1")
    fragment(tmp_path, "chart@1", on=("html@1",))
    wrong = "app.js.j2:1: chart.js builds on html.js, which does not stand before it"
    assert wrong in fault(made(tmp_path, "chart@1", entry="chart html"))
    assert wrong in fault(made(tmp_path, "chart@1", entry="chart"))


def test_a_fragment_that_is_never_included_is_not_needed(tmp_path: Path) -> None:
    fragment(tmp_path, "html@1")
    assert "html@1 is never included. Drop it" in fault(made(tmp_path, "html@1"))


def test_an_unknown_key_of_a_fragment_has_its_line(tmp_path: Path) -> None:
    fragment(tmp_path, "html@1")
    put(tmp_path / "_fragments/html/1/fragment.yaml", "fragments: []\ncapabilites: []\n")
    said = fault(made(tmp_path, "html@1", entry="html"))
    assert (
        said == "_fragments/html/1/fragment.yaml:2: unknown key 'capabilites'. The nearest valid key is 'capabilities'"
    )


def test_the_shelfs_own_fragments_say_what_they_build_on() -> None:
    template = shelf().get("survey@1.0")
    assert set(template.pinned) == {"html@1", "look@1", "form@1", "chart@1", "csv@1", "rows@1"}
    assert shelf().get("simple-survey").pinned == template.pinned
