"""Answer pages, in the sandbox: reading, searching, asking what is missing, and keeping the page."""  # R1

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.call import Visitor
from tests.templates.stage import ANA, BEN, CY, Stage

Opens = Callable[..., Stage]
TRAIN = "How do I book a train?"


@pytest.fixture
def faq(stage: Opens) -> Opens:
    return lambda **answers: stage("faq", **answers)


def write(stage: Stage, question: str, answer: str, before: str = "", visitor: Visitor = ANA) -> int:
    return stage.post("/write", visitor, before=before, question=question, answer=answer).status


def test_the_page_begins_with_its_questions_and_says_which_are_open(faq: Opens) -> None:
    stage = faq()
    page = stage.get("/", BEN).text
    assert page.count("Nobody has answered this yet.") == 2 and "To answer" not in page
    assert 'To answer <span class="count">2</span>' in stage.get("/", ANA).text


def test_the_owner_answers_and_everybody_reads_who_wrote_it(faq: Opens) -> None:
    stage = faq()
    assert write(stage, TRAIN, "On the intranet.\n\nAsk Ben.", before=TRAIN) == 303
    page = stage.get("/", BEN).text
    assert '<p dir="auto">On the intranet.</p><p dir="auto">Ask Ben.</p>' in page
    assert "<bdi>Ana Silva</bdi>" in page
    write(stage, TRAIN, "By phone.", before=TRAIN)
    assert [one["answer"] for one in stage.rows("answers")] == ["By phone."]


def test_a_search_looks_into_questions_and_answers(faq: Opens) -> None:
    stage = faq()
    write(stage, "Who pays for meals?", "The company, up to 30 EUR.", before="Who pays for meals?")
    for words in ("MEALS", "company eur", "pays?"):
        page = stage.get(f"/?q={words.replace(' ', '+').replace('?', '%3F')}", BEN).text
        assert "Who pays for meals?" in page and TRAIN not in page
    nothing = stage.get("/?q=%3Cb%3Edog", BEN).text
    assert "Nothing here mentions “<bdi>&lt;b&gt;dog</bdi>”. Ask below." in nothing


def test_what_is_missing_is_asked_told_answered_and_waits_no_longer(faq: Opens) -> None:
    stage = faq()
    assert stage.post("/ask", BEN, question="May I fly?").status == 303
    assert stage.told == ["Travel: Ben Okafor asks “May I fly?”"]
    assert "asked by <bdi>Ben Okafor</bdi>" in stage.get("/write", ANA).text
    assert write(stage, "May I fly?", "Only over sea.", before="May I fly?") == 303
    assert stage.rows("asked") == []
    assert "Only over sea." in stage.get("/", BEN).text


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("", "Write your question."),
        ("how do i book a TRAIN", "This question was asked already and waits for an answer."),
        ("x" * 301, "This is 301 characters long; 300 fit."),
    ],
)
def test_a_question_that_will_not_do_is_told_at_the_field_and_kept(faq: Opens, question: str, why: str) -> None:
    answer = faq().post("/ask", BEN, question=question)
    assert answer.status == 422 and why in answer.text and f'value="{question}"' in answer.text


def test_a_question_that_is_answered_is_found_instead(faq: Opens) -> None:
    stage = faq()
    write(stage, TRAIN, "Online.", before=TRAIN)
    assert "This question is here already; search for it." in stage.post("/ask", BEN, question=TRAIN).text


def test_fifty_people_who_ask_the_same_at_once_ask_it_once(faq: Opens) -> None:
    stage = faq()
    crowd = [Visitor(f"v-{n}", f"Person {n}", handle=f"p{n}") for n in range(50)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda one: stage.post("/ask", one, question="May I fly?").status, crowd))
    assert sorted(statuses) == [303] + [422] * 49
    assert len(stage.rows("asked")) == len(stage.told) == 1


def test_a_hundred_open_questions_are_enough(faq: Opens) -> None:
    stage = faq()
    stage.fill("asked", [{"question": f"Question {n}", "name": "Cy"} for n in range(100)])
    assert "Many questions wait for an answer already." in stage.post("/ask", BEN, question="One more").text


def test_the_owner_adds_renames_and_removes(faq: Opens) -> None:
    stage = faq(topics=[])
    assert "Ask the first one below." in stage.get("/", BEN).text
    write(stage, "Taxi?", "Never.")
    assert write(stage, "May I take a taxi?", "At night.", before="Taxi?") == 303
    assert [one["question"] for one in stage.rows("answers")] == ["May I take a taxi?"]
    assert write(stage, "may i take a taxi", "Twice") == 422
    assert stage.post("/remove", ANA, question="May I take a taxi?").status == 303
    assert stage.rows("answers") == []


def test_a_question_of_the_start_keeps_its_words_and_stays(faq: Opens) -> None:
    stage = faq()
    write(stage, "Something else", "Online.", before=TRAIN)
    assert [one["question"] for one in stage.rows("answers")] == [TRAIN]
    assert (
        "the question is part of the app and stays" in stage.get("/remove?question=How+do+I+book+a+train%3F", ANA).text
    )
    stage.post("/remove", ANA, question=TRAIN)
    assert TRAIN in stage.get("/", BEN).text and stage.rows("answers") == []


def test_readers_neither_write_nor_remove(faq: Opens) -> None:
    stage = faq()
    assert stage.get("/write", CY).status == stage.get("/remove?question=x", CY).status == 403
    assert write(stage, TRAIN, "No", before=TRAIN, visitor=CY) == 403
    assert stage.post("/remove", CY, question=TRAIN).status == 403
    assert stage.rows("answers") == []


def test_an_answer_without_words_is_told_at_the_field(faq: Opens) -> None:
    answer = faq().post("/write", ANA, before="", question="Taxi?", answer="  ")
    assert (answer.status, "Write the answer." in answer.text, 'value="Taxi?"' in answer.text) == (422, True, True)


def test_it_speaks_german(faq: Opens) -> None:
    stage = faq(language="Deutsch", title="Reisen", topics=["Wer zahlt?"])
    assert "Das hat noch niemand beantwortet." in stage.get("/", BEN).text
    stage.post("/ask", BEN, question="Darf ich fliegen?")
    assert stage.told == ["Reisen: Ben Okafor fragt „Darf ich fliegen?“"]
