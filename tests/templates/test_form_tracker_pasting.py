"""The form tracker, in the sandbox: many entries at once from pasted cells, and all of it in German."""  # R1

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.templates.stage import BEN, CY, Stage
from tests.templates.test_form_tracker import ENTRY, FIELDS

Opens = Callable[..., Stage]


@pytest.fixture
def tracker(stage: Opens) -> Opens:
    return lambda **answers: stage("form_tracker", **{"fields": FIELDS, **answers})


def add(stage: Stage, **values: Any) -> None:
    assert stage.post("/add", BEN, **{**ENTRY, **values}).status == 303


def pasted(stage: Stage, rows: str, step: str = "look", visitor: Any = BEN) -> Any:
    return stage.post("/many", visitor, rows=rows, step=step)


SPREADSHEET = "Summary\tCost\tDue\tFixed\tTags\nLogin fails\t$1,200.50\t1.12.2026\tx\tui; API\n\nTypo\t\t\tno\t"


def test_cells_of_a_spreadsheet_are_looked_at_before_they_are_added(tracker: Opens) -> None:
    stage = tracker()
    page = pasted(stage, SPREADSHEET)
    assert page.status == 200 and "2 entries will be added" in page.text
    assert "Add 2 entries</button>" in page.text and "<bdi>ui, api</bdi>" in page.text
    assert stage.rows("entries") == []
    assert pasted(stage, SPREADSHEET, "add").headers["location"] == "/?added=2"
    first, second = stage.rows("entries")
    assert (first["summary"], first["cost"], first["due"]) == ("Login fails", 1200.5, "2026-12-01")
    assert (first["fixed"], first["tags"], first["author"]) == (True, ["ui", "api"], "Ben Okafor")
    assert (second["summary"], second["cost"], second["due"], second["fixed"]) == ("Typo", None, None, False)
    assert "2 entries were added." in stage.get("/?added=2").text
    assert "added." not in stage.get("/?added=<b>").text


def test_a_csv_file_of_ours_comes_back_as_it_was(tracker: Opens) -> None:
    stage, other = tracker(), tracker()
    add(stage, summary='=SUM("a", b)', notes="one\ntwo; three", link="example.org", fixed="yes", cost="-2.5")
    add(stage, summary="'quoted'", owner="@dan")
    file = stage.get("/entries.csv?sort=at").text
    look = pasted(other, file)
    assert "2 entries will be added" in look.text and "Left out" not in look.text
    assert pasted(other, file, "add").status == 303
    own = ("id", "by", "at")
    kept = [{name: value for name, value in row.items() if name not in own} for row in stage.rows("entries")]
    assert [{name: value for name, value in row.items() if name not in own} for row in other.rows("entries")] == kept


def test_every_bad_cell_is_named_by_its_row_and_column_and_nothing_is_added(tracker: Opens) -> None:
    stage = tracker()
    page = pasted(stage, "summary;Cost;Severity;Fixed\nA;much;Low;no\n;3;Huge;perhaps\nB;4;high;yes;left over", "add")
    assert page.status == 422 and stage.rows("entries") == []
    assert "5 cells need another look, so nothing was added" in page.text
    told = [re.sub("<[^>]+>", "", one) for one in re.findall("<li>(.+?)</li>", page.text)]
    assert told == [
        "Row 2, Cost: Write a number, such as 1250.50. much",
        "Row 3, Summary: This must be filled.",
        "Row 3, Severity: Pick one of the options. Huge",
        "Row 3, Fixed: Write yes or no. perhaps",
        "Row 4: It has more cells than the first row, which has 4.",
    ]
    assert "\nsummary;Cost;Severity;Fixed\nA;much;Low;no" in page.text


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("", "Paste a row with the names of the columns, and at least one row below it."),
        ("Summary,Cost", "Paste a row with the names of the columns, and at least one row below it."),
        ("Colour,Size\nred,3", "The first row must name the columns. The fields are <bdi>Summary</bdi>, "),
        ("Cost\n3", "No column is called <bdi>Summary</bdi>, and it must be filled."),
        ("Summary,Cost,cost\na,1,2", "Two columns are called <bdi>Cost</bdi>. Keep one of them."),
        ('Summary,Cost\n"a,1\nb,2', "The quotation mark that opens in row 2 is never closed."),
        ("Summary\n" + "x\n" * 501, "These are 501 rows; 500 fit at once."),
        ("Summary\n" + "x" * 80_000, "These are 80,008 characters; 80,000 fit at once."),
    ],
)
def test_what_are_no_rows_of_ours_is_said_and_kept(tracker: Opens, rows: str, fault: str) -> None:
    page = pasted(tracker(), rows, "add")
    assert page.status == 422 and fault in page.text
    assert rows.strip()[:40].replace('"', "&quot;") in page.text


def test_a_column_without_a_field_is_left_out_and_named(tracker: Opens) -> None:
    page = pasted(tracker(), "Summary,Colour\nLamp,<i>red</i>").text
    assert "Left out, for there is no such field: <bdi>Colour</bdi>." in page
    assert "1 entry will be added" in page and "<i>red" not in page


def test_five_hundred_rows_go_in_at_once_or_not_at_all(tracker: Opens) -> None:
    stage = tracker()
    rows = "Summary,Cost,Severity,Due,Notes\n" + "\n".join(
        f"Bug {n},{n},Low,2026-12-01,{'w' * 100}" for n in range(500)
    )
    assert pasted(stage, rows).cpu_ms < 300
    added = pasted(stage, rows, "add")
    assert added.status == 303 and added.cpu_ms < 300
    assert len(stage.rows("entries")) == 500
    full = tracker()
    full.fill("entries", [{"summary": "Old", "author": "cy"} for _ in range(full.limits.store_rows - 499)])
    refused = pasted(full, rows, "add")
    assert refused.status == 422
    assert "There is no room for so many more entries. Nothing was added." in refused.text
    assert len(full.rows("entries")) == full.limits.store_rows - 499


GERMAN: list[Any] = [
    {"name": "Was", "type": "text"},
    {"name": "Priorität", "type": "select"},
    {"name": "Kosten", "type": "money"},
    {"name": "Menge", "type": "number"},
    {"name": "Fällig", "type": "date"},
    {"name": "Erledigt", "type": "checkbox"},
]


def test_a_german_tracker_is_german_from_the_empty_list_to_the_history(stage: Opens) -> None:
    app = stage("form_tracker", title="Mängel", fields=GERMAN, language="Deutsch", weekly_summary=True)
    empty = app.get("/", BEN).text
    assert "Hier ist noch nichts" in empty and "Mit dem ersten Eintrag beginnt die Liste: <bdi>Was</bdi>" in empty
    wrong = app.post("/add", BEN, was="", kosten="viel", fallig="30.2.2026").text
    assert "Hier fehlt noch etwas." in wrong and "Schreibe eine Zahl, zum Beispiel 1250,50." in wrong
    assert "Schreibe ein Datum aus dem Kalender, zum Beispiel 30.11.2026." in wrong
    assert '<option value="Hoch">Hoch</option>' in wrong
    rows = "Was;Priorität;Kosten;Menge;Fällig;Erledigt\nTür klemmt;hoch;1.250,50 €;1,125;30.11.2026;nein"
    assert "1 Eintrag kommt hinzu" in pasted(app, rows).text
    assert pasted(app, rows, "add").status == 303
    [entry] = app.rows("entries")
    assert (entry["kosten"], entry["menge"], entry["erledigt"]) == (1250.5, 1.125, False)
    form = app.get(f"/edit?id={entry['id']}", CY).text
    typed = dict(re.findall(r'<input type="(?:text|date)" value="([^"]*)"[^>]* name="(\w+)"', form))
    assert "1,125" in typed and "1250,5" in typed
    values = {name: value for value, name in typed.items()}
    changed = app.post(
        "/edit", CY, _id=str(entry["id"]), _seen="0", **{**values, "prioritat": "Hoch", "erledigt": "yes"}
    )
    assert changed.status == 303, changed.text
    page = app.get(f"/entry?id={entry['id']}&done=changed").text
    assert "Die Änderungen sind gespeichert." in page
    assert "<bdi>Cy Young</bdi></b> hat geändert" in page and "Erledigt: nein → ja</p>" in page
    assert "<dd>1.250,50</dd>" in page and "<dd>30. Nov. 2026</dd>" in page
    assert "1 Eintrag gefunden." in app.get("/?is_erledigt=yes").text
    assert "ja,Ben Okafor" in app.get("/entries.csv").text
    app.due("weekly_summary")
    assert app.told == ["Mängel, diese Woche: 1 neuer Eintrag, 1 geändert, 1 insgesamt."]


def test_a_number_is_not_changed_by_looking_at_its_form(tracker: Opens) -> None:
    stage = tracker(fields=[["Name", "text"], ["Tiny", "number"]], language="Deutsch")
    stage.post("/add", BEN, name="a", tiny="0,0000001")
    [entry] = stage.rows("entries")
    form = stage.get(f"/edit?id={entry['id']}").text
    assert 'value="0,0000001"' in form
    stage.post("/edit", BEN, _id=str(entry["id"]), _seen="0", name="b", tiny="0,0000001")
    assert stage.rows("entries")[0]["tiny"] == 1e-7


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|'/C calc'!A0",
        "+1+1",
        "-2+3+cmd",
        "@SUM(A1:A9)",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "'=1+1",
        " =1+1",
        "'@x",
        "plain",
    ],
)
def test_what_a_spreadsheet_would_run_comes_in_as_words_and_goes_out_tame(tracker: Opens, cell: str) -> None:
    stage = tracker(fields=[["Name", "text"]])
    quoted = '"' + cell.replace('"', '""') + '"'
    assert pasted(stage, f"Name,Other\n{quoted},x", "add").status == 303
    [row] = stage.rows("entries")
    untamed = cell.strip().removeprefix("'") if cell.strip()[:2] in ("'=", "'@") else cell.strip()
    assert row["name"] == untamed
    out = stage.get("/entries.csv").text.removeprefix("\ufeff").split("\r\n")[1]
    runs = re.match(r'"?[=+\-@＝＋－＠\t\r]', out)
    assert not runs and untamed in out.replace('""', '"')
    assert "<script" not in stage.get("/").text.replace('<script src="/static', "")


def test_a_formula_behind_a_tab_is_a_cell_of_its_own_and_tame(tracker: Opens) -> None:
    stage = tracker(fields=[["Name", "text"], ["Note", "text"]])
    assert pasted(stage, "Name\tNote\nx\t=1+1", "add").status == 303
    assert stage.rows("entries")[0]["note"] == "=1+1"
    assert "'=1+1" in stage.get("/entries.csv").text
