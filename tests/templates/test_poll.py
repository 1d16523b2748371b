"""The poll, in the sandbox: asked, voted, changed, counted, closed."""  # R1

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from runtime.call import Visitor
from templates.answers import UNSEEN, validate
from templates.errors import BadAnswer
from tests.templates.shelf import bundle, shelf
from tests.templates.stage import ANA, BEN, CY, NOW, Seen, Stage

Opens = Callable[..., Stage]

DAY = 86_400
OPTIONS = ["Thai", "Pizza", "Burgers"]


@pytest.fixture
def poll(stage: Opens) -> Opens:
    return lambda **answers: stage("poll", **{"question": "Where do we eat?", "options": OPTIONS, **answers})


def vote(stage: Stage, visitor: Visitor, *picks: str) -> Seen:
    return stage.post("/vote", visitor, pick=list(picks))


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def standing(page: str) -> str:
    """What the page says of who leads or has won."""
    found = re.search('<h2 id="standing">(.+?)</h2>', page)
    assert found
    return re.sub("<[^>]+>", "", found[1])


def test_a_ballot_shows_the_question_and_every_option(poll: Opens) -> None:
    page = poll().get("/", BEN).text
    assert '<h1 dir="auto">Where do we eat?</h1>' in page
    assert page.count('type="radio" name="pick"') == 3
    assert '<legend dir="auto">Pick one.</legend>' in page
    assert "Whoever sees the result sees your name beside what you picked." in page


def test_a_vote_leads_to_the_tally_and_may_be_changed(poll: Opens) -> None:
    stage = poll()
    assert vote(stage, BEN, "Thai").headers["location"] == "/tally?done=in"
    tally = stage.get("/tally?done=in", BEN).text
    assert "Your vote is in. You can change it at any time." in tally
    assert standing(tally) == "Thai leads with 1 of 1 vote."
    again = stage.get("/vote", BEN).text
    assert "You voted on" in again and 'value="Thai" checked' in again and "Save my vote" in again
    vote(stage, BEN, "Pizza")
    tally = stage.get("/tally", BEN).text
    assert standing(tally) == "Pizza leads with 1 of 1 vote." and "1 person has voted" in tally
    assert len(stage.rows("votes")) == 1
    assert stage.get("/", BEN).headers["location"] == "/tally"


def test_the_tally_is_for_those_who_voted_and_the_owner(poll: Opens) -> None:
    stage = poll()
    vote(stage, BEN, "Thai")
    refused = stage.get("/tally", CY)
    assert refused.status == 403 and "Vote first" in refused.text and "Thai" not in refused.text
    assert "tally" not in stage.get("/", CY).text
    assert stage.get("/tally", ANA).status == 200
    assert "Nobody has voted yet" in poll().get("/tally", ANA).text


def test_a_tally_counts_shares_and_says_who_is_level(poll: Opens) -> None:
    stage = poll()
    vote(stage, ANA, "Thai")
    vote(stage, BEN, "Thai")
    vote(stage, CY, "Pizza")
    page = stage.get("/tally").text
    assert standing(page) == "Thai leads with 2 of 3 votes."
    assert "Thai 2 67 % Pizza 1 33 % Burgers 0 0 %" in words(page)
    assert "Who picked what Thai Ana Silva , Ben Okafor Pizza Cy Young" in words(page)
    vote(stage, Visitor("v-dan", "Dan Ito"), "Pizza")
    assert standing(stage.get("/tally").text) == "Level so far: Thai and Pizza, with 2 votes each."


def test_a_tally_updates_itself_and_can_be_stopped(poll: Opens) -> None:
    page = poll().get("/tally").text
    assert 'data-live="/tally"' in page
    assert '<span data-other="Paused">Updates by itself</span>' in page
    assert '<button type="button" class="plain" data-other="Go on">Pause</button>' in page
    assert '<a href="/tally">Refresh</a>' in page


def test_several_options_may_be_picked_where_that_is_said(poll: Opens) -> None:
    stage = poll(multi_select=True)
    assert stage.get("/", BEN).text.count('type="checkbox" name="pick"') == 3
    vote(stage, BEN, "Thai", "Pizza")
    vote(stage, CY, "Pizza", "Pizza")
    page = stage.get("/tally", BEN).text
    assert standing(page) == "Pizza leads, picked by 2 of 2 people."
    assert "the shares may come to more than 100 %" in page
    assert [one["picks"] for one in stage.rows("votes")] == [["Thai", "Pizza"], ["Pizza"]]


@pytest.mark.parametrize(
    ("picks", "fault"),
    [
        ([], "Nothing is picked yet."),
        ([" "], "Nothing is picked yet."),
        (["Sushi"], "Pick among the options shown."),
        (["Thai", "Pizza"], "Pick one option only."),
    ],
)
def test_what_is_no_vote_is_said_at_the_options(poll: Opens, picks: list[str], fault: str) -> None:
    stage = poll()
    page = vote(stage, BEN, *picks)
    assert page.status == 422 and f'id="f-pick-error">{fault}' in page.text
    assert f'<a href="#f-pick">{fault}</a>' in page.text
    assert stage.rows("votes") == [] and stage.rows("voters") == []


def test_what_was_picked_is_still_picked_after_a_fault(poll: Opens) -> None:
    assert vote(poll(), BEN, "Thai", "Pizza").text.count(" checked") == 2


def test_an_anonymous_poll_keeps_no_author_and_takes_one_vote(poll: Opens) -> None:
    stage = poll(anonymous=True)
    assert "your name is not kept with your vote, so a vote cannot be changed." in stage.get("/", BEN).text
    vote(stage, BEN, "Thai")
    assert vote(stage, BEN, "Pizza").status == 409
    assert "You have voted already" in stage.get("/vote", BEN).text
    vote(stage, CY, "Pizza")
    tally = stage.get("/tally?done=in").text
    assert "Your vote is in." in tally and "You can change it" not in tally and "Change my vote" not in tally
    assert "Ben" not in tally + stage.get("/votes.csv").text
    votes = stage.rows("votes")
    assert {(one["by"], one["at"], one.get("name")) for one in votes} == {("", NOW - NOW % DAY, None)}


def test_the_app_cannot_list_who_took_part(poll: Opens) -> None:
    declared: Any = bundle("poll", anonymous=True).manifest.capability("store")
    assert declared.tables["voters"].per_user and declared.tables["votes"].anonymous
    assert declared.tables["voters"].fields == {}


def test_after_the_last_day_everyone_reads_who_won(poll: Opens) -> None:
    stage = poll(deadline="2026-11-25")
    stage.now = NOW - NOW % DAY + 2 * DAY - 1
    assert "Open until 25 Nov 2026." in stage.get("/", BEN).text
    vote(stage, ANA, "Thai")
    vote(stage, BEN, "Pizza")
    assert "You can change it until 25 Nov 2026." in stage.get("/tally?done=in", BEN).text
    vote(stage, BEN, "Thai")
    stage.now += 1
    assert vote(stage, CY, "Pizza").status == 409
    assert "Votes were taken until 25 Nov 2026." in stage.get("/vote", CY).text
    assert stage.get("/", CY).headers["location"] == "/tally"
    result = stage.get("/tally?done=in", CY).text
    assert standing(result) == "Thai won with 2 of 2 votes."
    assert "Closed: votes were taken until 25 Nov 2026" in result
    assert "data-live" not in result and "/vote" not in result.replace("/votes.csv", "") and "Your vote" not in result


@pytest.mark.parametrize(
    ("votes", "several", "said"),
    [
        ({}, False, "Nobody voted."),
        ({"a": ["Thai"], "b": ["Pizza"]}, False, "A tie between Thai and Pizza, with 1 vote each."),
        ({"a": ["Thai", "Pizza"], "b": ["Pizza"]}, True, "Pizza won, picked by 2 of 2 people."),
        ({"a": OPTIONS}, True, "A tie between Thai, Pizza and Burgers, with 1 vote each."),
    ],
)
def test_a_closed_poll_says_its_end_in_words(
    poll: Opens, votes: dict[str, list[str]], several: bool, said: str
) -> None:
    stage = poll(deadline="2026-11-24T12:00", multi_select=several)
    for name, picks in votes.items():
        assert vote(stage, Visitor(f"v-{name}", name), *picks).status == 303
    stage.now += 2 * 3600
    assert standing(stage.get("/tally", CY).text) == said


def test_the_csv_is_the_owners_and_runs_no_formula(poll: Opens) -> None:
    stage = poll(options=["=1+1", "No"], multi_select=True)
    vote(stage, BEN, "=1+1", "No")
    assert stage.get("/votes.csv", BEN).status == 403
    lines = stage.get("/votes.csv").text.removeprefix("\ufeff").split("\r\n")
    assert lines == ["Voted at (UTC),Name,Picked", '2026-11-24T10:00,Ben Okafor,"\'=1+1; No"', ""]


STRANGE = [
    "<script>alert(1)</script>",
    "مرحبا بالعالم",
    "\u202egnp.exe",
    "食堂",
    "x" * 300,
    "\ufeffmarked",
    "a&b=c+d",
    "\"quoted\" 'twice'",
]


def test_options_may_be_of_any_script_and_length(poll: Opens) -> None:
    stage = poll(options=STRANGE, multi_select=True)
    kept = ["".join(sign for sign in one if sign not in UNSEEN) for one in STRANGE]
    page = stage.get("/", BEN).text
    assert page.count('<span dir="auto">') == len(STRANGE) and "<script>alert" not in page
    assert vote(stage, BEN, *kept).status == 303
    assert stage.rows("votes")[0]["picks"] == kept
    tally = stage.get("/tally", BEN).text
    assert "<script>alert" not in tally and tally.count("100 %") == len(STRANGE) + 1


def why(**answers: Any) -> list[BadAnswer]:
    return list(validate(shelf().get("poll"), {"question": "Which?", **answers}))


def test_too_many_and_too_few_options_are_refused_at_the_form() -> None:
    [many] = why(options=[f"Option {number}" for number in range(500)])
    assert (many.field, many.why, many.fix) == ("options", "“Options” has 500 entries.", "Keep at most 30.")
    [few] = why(options=["Only one"])
    assert (few.field, few.why, few.fix) == ("options", "“Options” has 1 entry.", "Give at least 2.")
    [same] = why(options=["Tea", "Tea ", "", "Tea"])
    assert same.why == "“Options” has 1 entry."
    [none] = why()
    assert none.why == "“Options” is missing."


@pytest.mark.parametrize(
    ("answers", "title", "question"),
    [
        ({"question": "where do we eat"}, "Where do we eat", "Where do we eat?"),
        ({"question": "next novel"}, "Next novel", "Next novel"),
        ({"question": "Wohin geht es", "language": "Deutsch"}, "Wohin geht es", "Wohin geht es?"),
        ({"question": ""}, "Thai / Pizza / Burgers", "Thai, Pizza or Burgers?"),
        ({"question": "", "language": "Deutsch"}, "Thai / Pizza / Burgers", "Thai, Pizza oder Burgers?"),
        ({"question": "", "options": ["a" * 99, "b"]}, "A" + "a" * 98 + " / b", "Which do you pick?"),
        ({"title": "Lunch", "question": "Where?"}, "Lunch", "Where?"),
        ({"question": "word " * 40}, "Word" + " word" * 23 + "…", "Word" + " word" * 39),
    ],
)
def test_a_poll_is_called_by_its_question(poll: Opens, answers: dict[str, Any], title: str, question: str) -> None:
    stage = poll(**answers)
    assert stage.bundle.manifest.title == title
    assert f'<h1 dir="auto">{question}</h1>' in stage.get("/", BEN).text


def test_votes_for_options_that_went_away_are_told_and_not_lost(stage: Opens, poll: Opens) -> None:
    before = poll()
    before.fill("votes", [{"name": "Cy", "picks": ["Sushi"]}])
    vote(before, BEN, "Thai")
    page = before.get("/tally").text
    assert "1 vote is for options that are no longer there." in page and "2 people have voted" in page


def test_a_full_poll_is_counted_within_its_limits(poll: Opens) -> None:
    options = [f"Option {number}" for number in range(30)]
    stage = poll(options=options, multi_select=True)
    stage.fill("votes", [{"name": "Cy", "picks": options[:2]} for _ in range(stage.limits.store_rows)])
    page = stage.get("/tally").text
    assert "5,000 people have voted" in page and "<bdi>Cy</bdi> and 4,900 more" in page


@pytest.mark.parametrize("anonymous", [False, True])
def test_fifty_people_vote_at_once_and_no_vote_is_lost_or_doubled(poll: Opens, anonymous: bool) -> None:
    """Each of them presses in two windows at the same moment, for another option in each; four workers answer."""
    stage = poll(anonymous=anonymous)
    people = [Visitor(f"v-{number}", f"Person {number}") for number in range(50)]

    def press(number: int) -> int:
        return vote(stage, people[number // 2], OPTIONS[number % 2]).status

    with ThreadPoolExecutor(4) as workers:
        statuses = Counter(workers.map(press, range(100)))
    assert statuses == ({303: 50, 409: 50} if anonymous else {303: 100})
    votes = stage.rows("votes")
    assert len(votes) == 50 and len({one["by"] for one in stage.rows("voters")}) == 50
    assert anonymous or {one["by"] for one in votes} == {one.id for one in people}
    tally = words(stage.get("/tally").text)
    counted = [int(count) for count in re.findall(r"(?:Thai|Pizza) (\d+) \d+ %", tally)]
    assert sum(counted) == 50 and "50 people have voted" in tally


def test_a_german_poll_is_german_from_the_ballot_to_the_winner(poll: Opens) -> None:
    stage = poll(question="Wo essen wir", language="Deutsch", deadline="2026-11-24", multi_select=True)
    ballot = stage.get("/", BEN).text
    assert '<h1 dir="auto">Wo essen wir?</h1>' in ballot and "Wähle so viele, wie du magst." in ballot
    assert "Offen bis 24. Nov. 2026." in ballot and "Abstimmen</button>" in ballot
    assert "Noch ist nichts gewählt." in vote(stage, BEN).text
    assert "Stimme zuerst ab" in stage.get("/tally", BEN).text
    vote(stage, BEN, "Thai")
    tally = stage.get("/tally?done=in", BEN).text
    assert "Deine Stimme ist da. Bis 24. Nov. 2026 kannst du sie ändern." in tally
    assert standing(tally) == "Thai führt, gewählt von 1 von 1 Person."
    assert "Aktualisiert sich von selbst" in tally and ">Anhalten</button>" in tally and "Stimme ändern" in tally
    stage.now += DAY
    assert standing(stage.get("/tally", CY).text) == "Thai hat gewonnen, gewählt von 1 von 1 Person."
    assert "Diese Abstimmung ist beendet" in vote(stage, CY, "Thai").text
    assert "Abgestimmt am (UTC),Name,Gewählt" in stage.get("/votes.csv").text
