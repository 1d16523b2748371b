"""The survey, in the sandbox: asked, answered, changed, closed, summed up."""  # R1

from collections.abc import Callable

import pytest

from tests.templates.stage import ANA, BEN, CY, NOW, Stage

Opens = Callable[..., Stage]

DAY = 86_400
QUESTIONS = [
    "How satisfied are you?",
    "Do you have what you need?",
    "Which day? (Mon, Tue, Wed)",
    "Which tools? Select all that apply (Slack, Figma)",
    "How many days in the office?",
    "What should we change?",
]
FULL: dict[str, str | list[str]] = {
    "q1": "4",
    "q2": "Yes",
    "q3": "Tue",
    "q4": ["Slack", "Figma"],
    "q5": "3",
    "q6": "More light",
}


@pytest.fixture
def survey(stage: Opens) -> Opens:
    return lambda **answers: stage("survey", **{"questions": QUESTIONS, **answers})


def test_each_question_is_put_in_the_way_that_suits_it(survey: Opens) -> None:
    page = survey().get("/", BEN).text
    assert page.count('type="radio" name="q1"') == 5
    assert page.count('type="radio" name="q2"') == 2
    assert page.count('type="radio" name="q3"') == 3
    assert page.count('type="checkbox" name="q4"') == 2
    assert '<input type="text" value="" inputmode="decimal"' in page
    assert "<textarea" in page and 'name="q6"' in page
    assert '<legend dir="auto">Which day?</legend>' in page


def test_the_reference_survey_runs_with_three_general_questions_and_no_secret(stage: Opens) -> None:  # T13 SD6
    app = stage("simple-survey")
    page = app.get("/", BEN)
    assert page.status == 200
    assert page.text.count("<fieldset") + page.text.count("<textarea") == 3
    assert "Entries are kept for 14 days." in page.text
    assert app.post("/", BEN, q1="5", q2="The food").headers["location"] == "/thanks"
    assert "The food" in app.get("/results").text


def test_general_questions_fill_up_to_the_number_asked_for(survey: Opens) -> None:
    page = survey(questions=["What else?"], num_questions=4).get("/").text
    assert "4 questions; answer those you like." in page
    assert page.index("What else?") < page.index("How satisfied are you overall?")


def test_every_form_carries_the_token(survey: Opens) -> None:
    assert '<input type="hidden" name="_csrf" value="token">' in survey().get("/").text


def test_one_person_has_one_response_and_may_change_it(survey: Opens) -> None:
    stage = survey()
    stage.post("/", BEN, **FULL)
    stage.now += DAY
    again = stage.get("/", BEN).text
    assert "You answered on" in again and "Change my answers" in again
    assert 'value="4" checked' in again and ">\nMore light</textarea>" in again
    stage.post("/", BEN, **{**FULL, "q1": "2"})
    results = stage.get("/results").text
    assert "<dt>Responses</dt><dd>1</dd>" in results
    assert "<dt>Average</dt><dd>2.0 <small>out of 5</small></dd>" in results


def test_results_sum_up_every_kind_of_question(survey: Opens) -> None:
    stage = survey()
    stage.post("/", BEN, **FULL)
    stage.post("/", CY, q1="5", q2="No", q3="Tue", q4="Slack", q5="2", q6="Less noise\r\n\r\nMore plants")
    page = stage.get("/results").text
    assert "<dt>Responses</dt><dd>2</dd>" in page
    assert "<dd>4.5 <small>out of 5</small></dd>" in page
    assert '<th scope="row" dir="auto">Tue</th>' in page and "<b>2</b> <span>100 %</span>" in page
    assert "<dt>Average</dt><dd>2.5</dd>" in page
    assert "Less noise</p><p" in page and "<bdi>Cy Young</bdi>" in page


def test_results_are_for_owners_unless_shared(survey: Opens) -> None:
    stage = survey()
    assert stage.get("/results", BEN).status == 403
    assert stage.get("/results.csv", BEN).status == 403
    assert "Results" not in stage.get("/", BEN).text
    assert survey(share_results=True).get("/results", BEN).status == 200


def test_nothing_answered_yet_is_said_plainly(survey: Opens) -> None:
    assert "No answers yet" in survey().get("/results").text


def test_what_is_wrong_stands_at_its_question_and_keeps_the_rest(survey: Opens) -> None:
    page = survey().post("/", BEN, q1="9", q5="many", q6="kept words")
    assert page.status == 422
    assert "2 things need another look" in page.text
    assert '<a href="#f-q1">Pick one of the answers shown.</a>' in page.text
    assert 'id="f-q5-error">Write a number, such as 12.' in page.text
    assert 'aria-describedby="f-q5-error" aria-invalid="true"' in page.text
    assert "kept words" in page.text and 'value="many"' in page.text


def test_an_empty_response_is_not_a_response(survey: Opens) -> None:
    stage = survey()
    assert "Answer at least one question." in stage.post("/", BEN).text
    assert "No answers yet" in stage.get("/results").text


def test_an_anonymous_survey_shows_no_names_and_takes_one_response(survey: Opens) -> None:
    stage = survey(anonymous=True)
    assert "your name is not kept with your answers" in stage.get("/", BEN).text
    stage.post("/", BEN, **FULL)
    assert "You have answered already" in stage.get("/", BEN).text
    assert stage.post("/", BEN, **FULL).status == 409
    results = stage.get("/results").text + stage.get("/results.csv").text
    assert "More light" in results and "<dt>Responses</dt><dd>1</dd>" in results
    assert "Ben" not in results and "Latest" not in results
    [kept] = stage.rows("responses")
    assert (kept["by"], kept["at"]) == ("", NOW - NOW % DAY)


def test_after_the_last_day_no_answer_is_taken(survey: Opens) -> None:
    stage = survey(deadline="2026-11-25")
    stage.now = NOW - NOW % DAY + 2 * DAY - 1
    assert stage.get("/", BEN).text.count("Open until 25 Nov 2026.") == 1
    stage.now += 1
    assert "Answers were taken until 25 Nov 2026." in stage.get("/", BEN).text
    assert stage.post("/", BEN, **FULL).status == 409


def test_the_csv_runs_no_formula_and_has_a_row_a_person(survey: Opens) -> None:
    stage = survey()
    stage.post("/", BEN, **{**FULL, "q6": '=HYPERLINK("http://x","y")'})
    answer = stage.get("/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="team-lunch.csv"'
    heading, row, end = answer.text.removeprefix("\ufeff").split("\r\n")
    assert heading.startswith("Answered at (UTC),Name,How satisfied are you?,")
    assert row.endswith(""",Ben Okafor,4,Yes,Tue,"Slack; Figma",3,"'=HYPERLINK(""http://x"",""y"")\"""")
    assert end == ""


def test_words_that_look_like_markup_stay_words(survey: Opens) -> None:
    stage = survey(title="<b>Lunch</b> {{7*7}}", questions=["<script>alert(1)</script>?"])
    stage.post("/", BEN, q1="<img src=x onerror=alert(1)>")
    for page in (stage.get("/"), stage.get("/results")):
        assert "<script>alert" not in page.text and "<img" not in page.text and "<b>Lunch" not in page.text
        assert "&lt;b&gt;Lunch&lt;/b&gt; {{7*7}}" in page.text


def test_an_unknown_page_is_a_page(survey: Opens) -> None:
    stage = survey()
    assert stage.get("/nowhere").status == 404
    assert stage.post("/results").status == 405
    assert "Back to the start" in stage.get("/nowhere", ANA).text
