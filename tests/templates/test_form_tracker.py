"""The form tracker, in the sandbox: adding, finding, changing, deleting, exporting."""  # R1

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.templates.stage import ANA, BEN, CY, Stage

Opens = Callable[..., Stage]

FIELDS: list[Any] = [
    {"name": "Summary", "type": "text"},
    {"name": "Severity", "type": "select"},
    {"name": "Cost", "type": "money"},
    {"name": "Due", "type": "date"},
    {"name": "Reporter", "type": "email"},
    {"name": "Link", "type": "url"},
    {"name": "Fixed", "type": "checkbox"},
    {"name": "Owner", "type": "person"},
    {"name": "Notes", "type": "long_text"},
    {"name": "Tags", "type": "choices", "choices": ["ui", "api"]},
]
ENTRY: dict[str, str | list[str]] = {
    "summary": "Login fails",
    "severity": "High",
    "cost": "1,200",
    "due": "2026-12-01",
    "tags": ["ui", "api"],
}


@pytest.fixture
def tracker(stage: Opens) -> Opens:
    return lambda **answers: stage("form_tracker", **{"fields": FIELDS, **answers})


def add(stage: Stage, visitor: Any = BEN, **values: Any) -> str:
    """Add an entry and return its id."""
    answer = stage.post("/add", visitor, **{**ENTRY, **values})
    assert answer.status == 303, answer.text
    match = re.fullmatch(r"/entry\?id=(.+)&done=added", answer.headers["location"])
    assert match
    return match[1]


def change(stage: Stage, entry: str, visitor: Any = CY, **values: Any) -> Any:
    seen = re.search(r'name="_seen" value="(\d+)"', stage.get(f"/edit?id={entry}", visitor).text)
    assert seen
    return stage.post("/edit", visitor, _id=entry, _seen=seen[1], **{**ENTRY, **values})


def summaries(page: str) -> list[str]:
    return re.findall(r'dir="auto"><bdi>([^<]+)</bdi></a></th>', page)


def test_an_empty_list_says_what_an_entry_holds(tracker: Opens) -> None:
    page = tracker().get("/").text
    assert "Nothing here yet" in page and "<bdi>Severity</bdi>" in page and "Search" not in page


def test_an_entry_is_added_and_shown_as_its_types_are(tracker: Opens) -> None:
    stage = tracker()
    entry = add(stage, link="example.org/x", reporter="ana@example.org", fixed="yes", notes="one\r\ntwo")
    page = stage.get(f"/entry?id={entry}&done=added").text
    assert "The entry was added." in page
    assert "<dd>1,200.00</dd>" in page and "<dd>1 Dec 2026</dd>" in page and "<dd>Yes</dd>" in page
    assert '<a href="https://example.org/x" rel="noopener noreferrer">example.org/x</a>' in page
    assert '<a href="mailto:ana@example.org">' in page and "<bdi>ui, api</bdi>" in page
    assert "one<br>two" in page


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("summary", "", "This must be filled."),
        ("summary", "x" * 301, "This is 301 characters long; 300 fit."),
        ("severity", "Huge", "Pick one of the options."),
        ("cost", "a lot", "Write a number, such as 1250.50."),
        ("due", "2026-02-30", "Write a date of the calendar, such as 2026-11-30."),
        ("reporter", "ana@", "Write an e-mail address, such as ana@example.org."),
        ("link", "javascript:alert(1)", "Write a web address, such as https://example.org."),
        ("link", "nope", "Write a web address, such as https://example.org."),
        ("tags", "db", "Pick among the options."),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_kept(tracker: Opens, field: str, typed: str, fault: str) -> None:
    stage = tracker()
    answer = stage.post("/add", BEN, **{**ENTRY, field: typed})
    assert answer.status == 422
    assert f'id="f-{field}-error">{fault}' in answer.text
    assert f'<a href="#f-{field}">' in answer.text
    assert 'value="Login fails"' in answer.text or field == "summary"
    assert stage.rows("entries") == []


def test_a_change_is_kept_with_who_and_what_it_was(tracker: Opens) -> None:
    stage = tracker()
    entry = add(stage)
    stage.now += 60
    assert change(stage, entry, severity="Low", cost="").headers["location"] == f"/entry?id={entry}&done=changed"
    page = stage.get(f"/entry?id={entry}").text
    assert "<bdi>Cy Young</bdi></b> changed it" in page
    assert "Severity: High → Low<br>Cost: 1200 → (empty)" in page
    assert "<bdi>Ben Okafor</bdi></b> added it" in page


def test_saving_without_a_change_leaves_no_history(tracker: Opens) -> None:
    stage = tracker()
    change(stage, add(stage))
    assert stage.rows("changes") == []


def test_two_people_do_not_overwrite_each_other(tracker: Opens) -> None:
    stage = tracker()
    entry = add(stage)
    change(stage, entry, severity="Low")
    late = stage.post("/edit", BEN, _id=entry, _seen="0", **{**ENTRY, "severity": "Medium"})
    assert late.status == 422 and "Somebody else changed this entry meanwhile." in late.text
    assert stage.rows("entries")[0]["severity"] == "Low"


def test_an_entry_is_deleted_by_its_author_or_an_owner(tracker: Opens) -> None:
    stage = tracker()
    first, second = add(stage), add(stage)
    change(stage, first, severity="Low")
    assert "/delete" not in stage.get(f"/entry?id={first}", CY).text
    assert stage.post("/delete", CY, _id=first).status == 403
    assert "The entry and its history go for good." in stage.get(f"/delete?id={first}", BEN).text
    assert stage.post("/delete", BEN, _id=first).status == 303
    assert stage.post("/delete", ANA, _id=second).status == 303
    assert stage.rows("entries") == [] and stage.rows("changes") == []
    assert stage.get(f"/entry?id={first}").status == 404


def test_the_list_is_searched_filtered_and_sorted(tracker: Opens) -> None:
    stage = tracker()
    for number, (summary, severity, cost) in enumerate(
        [("Login", "High", "20"), ("Export", "Low", "3"), ("Logout", "Low", "100")]
    ):
        stage.now += number
        add(stage, summary=summary, severity=severity, cost=cost)
    assert summaries(stage.get("/").text) == ["Logout", "Export", "Login"]
    assert summaries(stage.get("/?search=LOG").text) == ["Logout", "Login"]
    assert summaries(stage.get("/?is_severity=Low&sort=cost").text) == ["Export", "Logout"]
    assert summaries(stage.get("/?sort=-cost").text) == ["Logout", "Login", "Export"]
    assert 'aria-sort="descending"' in stage.get("/?sort=-cost").text
    assert "0 entries found." in stage.get("/?search=nothing").text
    assert summaries(stage.get("/?is_fixed=yes").text) == []
    assert stage.get("/?sort=no_such&from=-7&is_severity=x").status == 200


def test_long_lists_come_in_pages(tracker: Opens) -> None:
    stage = tracker(fields=[["Name", "text"]])
    for number in range(51):
        stage.post("/add", BEN, name=f"entry {number}")
    page = stage.get("/").text
    assert "1–50 of 51" in page and '<a href="/?from=50">Next</a>' in page
    assert "51–51 of 51" in stage.get("/?from=50").text


def test_the_csv_is_the_list_as_filtered_and_runs_no_formula(tracker: Opens) -> None:
    stage = tracker(fields=[["Name", "text"], ["Level", "number"], ["Ok", "checkbox"]])
    stage.post("/add", BEN, name="@SUM(A1)", level="-2.5", ok="yes")
    stage.post("/add", BEN, name="other", level="1")
    rows = stage.get("/entries.csv?search=sum").text.removeprefix("\ufeff").split("\r\n")
    assert rows == ["Name,Level,Ok,Added by,Added at (UTC)", '"\'@SUM(A1)",-2.5,yes,Ben Okafor,2026-11-24T10:00', ""]


def test_suggestions_come_from_what_was_written_before(tracker: Opens) -> None:
    stage = tracker()
    add(stage, owner="Dan")
    assert '<option value="Dan"></option>' in stage.get("/add").text


def test_a_field_may_be_called_anything(tracker: Opens) -> None:
    names = ["id", "order", "select", "from", "search", "main", "_csrf", "<b>", "author", "__proto__", "constructor"]
    stage = tracker(fields=[[name, "text"] for name in names])
    page = stage.get("/add").text
    keys = re.findall(r'<input type="text"[^>]* name="([^"]+)"', page)
    assert len(set(keys)) == len(names)
    assert stage.post("/add", BEN, **{key: f"v-{key}" for key in keys}).status == 303
    shown = stage.get(f"/entry?id={stage.rows('entries')[0]['id']}").text
    assert all(f"v-{key}" in shown for key in keys) and "<b></dt>" not in shown


def test_words_that_look_like_markup_stay_words(tracker: Opens) -> None:
    stage = tracker(title="</title><script>1</script>")
    entry = add(stage, summary="<img src=x onerror=alert(1)>", notes="</textarea><script>2</script>")
    for path in ("/", f"/entry?id={entry}", f"/edit?id={entry}", f"/delete?id={entry}"):
        text = stage.get(path).text
        assert "<script>1" not in text and "<img" not in text and "<script>2" not in text


WEEK = 7 * 86_400


def test_the_thread_is_told_once_a_week_what_came_in_and_changed(tracker: Opens) -> None:
    app = tracker(weekly_summary=True)
    first = add(app)
    app.now += WEEK
    second = add(app)
    for entry in (first, first, second):
        app.now += 60
        change(app, entry, cost=str(app.now))
    app.due("weekly_summary")
    assert app.told == ["Bugs, this week: 1 new entry, 2 changed, 2 in all."]


def test_a_week_without_anything_is_not_worth_a_message(tracker: Opens) -> None:
    app = tracker(weekly_summary=True)
    app.due("weekly_summary")
    add(app)
    app.now += WEEK + 1
    app.due("weekly_summary")
    assert app.told == []


def test_a_summary_counts_all_of_a_full_store(tracker: Opens) -> None:
    app = tracker(weekly_summary=True)
    app.fill("entries", [{"summary": f"Bug {number}", "author": "cy"} for number in range(app.limits.store_rows)])
    app.due("weekly_summary")
    assert app.told == ["Bugs, this week: 5,000 new entries, 0 changed, 5,000 in all."]


def test_without_a_weekly_summary_a_tracker_says_nothing_and_runs_for_nobody(tracker: Opens) -> None:
    manifest = tracker().bundle.manifest
    assert (manifest.capability("notify"), manifest.times) == (None, {})
    assert b"scheduled" not in tracker().bundle.files["app.js"]
