"""From whatever a model says there is one way on: a template of ours, answers of its types, text within bounds."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.building.journey import Step
from bot.rows.requests import Request, State
from bot.steps import STEPS
from bot.who import audiences
from generator import embedding, forms
from generator.brief import Brief, Understanding
from generator.model import Reading
from generator.offline_model import OfflineModel
from generator.openai_model import REPAIRS, OpenAIModel
from guardrails.audit import AuditRow
from guardrails.scrub import scrub
from guardrails.verdict import Verdict
from runtime.deployments import DeploymentRow
from templates.answers import validate
from templates.blanks import js
from templates.bundle import Bundle
from templates.excess import excess
from templates.kinds import kind_named
from templates.manifest import Digest
from templates.render import render
from tests.bot.desk import Desk
from tests.bot.house import House
from tests.bot.lying import ASKED, HOSTILE, MARK, STRANGER, WAYS, Lie, lies, right
from tests.generator.endpoint import Said, endpoint
from tests.generator.test_openai_model import form_of

SEED = 2026
BATCHES, EACH, ALWAYS = 40, 250, 8
"""10,000 hostile answers in all (`make fuzz`), of which the first 2,000 are given each time (`make test-scenarios`)."""
RESTING = {State.DECLINED, State.ASKED, State.INCOMPLETE, State.DENIED, State.REVIEWED}
"""Where a Request rests after what a model said, or waits to be signed and tried."""
MARKED = re.compile(r"marked ([0-9a-f]{16})")
PLAIN_ANSWERS: dict[str, Any] = {"title": "Plain", "approvers": ["ben"], "fields": ["Room"]}
PLAIN = re.compile(r'\{"type": "plain_text", "text": "[^"]*"')
"""Where Slack reads nothing but letters."""
ALIVE = re.compile(r"<!(?:channel|here|everyone)|<@U0MALLORY>|<https://evil")


@dataclass
class Liar:
    """Tells one lie until it is given the next; keeps what it was asked for, and the marks that it was told."""

    lie: Lie = field(default_factory=lambda: Lie("", "survey", ("",), ("",)))
    asked: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    told: int = 0
    """How many hostile answers it has given in all."""

    def tell(self, lie: Lie) -> None:
        self.lie, self.asked, self.marks = lie, [], set()

    def __call__(self, asked: dict[str, Any]) -> Said:
        form = form_of(asked)
        [mark] = MARKED.findall(asked["messages"][0]["content"])
        self.marks.add(mark)
        said = self.lie.chosen if form == "Choice" else self.lie.filled
        answer = said[min(self.asked.count(form), len(said) - 1)]
        self.asked.append(form)
        self.told += answer != right(self.lie.kind)
        return Said(answer.replace(MARK, mark))


@contextmanager
def lying(place: Desk | House) -> Iterator[Liar]:
    liar = Liar()
    with endpoint(liar) as served:
        model = OpenAIModel(model="m", base_url=served.url, secret=lambda text: bool(scrub(text).found))
        place.wiring = replace(place.wiring, model=model)
        yield liar


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    # The asker says a dozen sentences in all: what they mean is computed once each, the rest as ever.
    states = cache(embedding._states)
    monkeypatch.setattr(embedding, "_states", lambda numbers: states(tuple(numbers)))
    return Desk(tmp_path)


def asking(desk: Desk) -> Request:
    """A Request of ana's as it is when it has just been heard."""
    heard = desk.ask("tell me a joke, please")
    return replace(heard, state=State.RECEIVED, person=None, understanding=None, trouble="", receipt="")


def heard(request: Request, lie: Lie) -> Request:
    """The Request in ana's words for this lie; where the model would choose rightly, ana has picked the kind."""
    said = replace(request, text=ASKED[lie.kind])
    if lie.chosen[0] != right(lie.kind):
        return said
    picked = Understanding(action="build", kind=lie.kind)
    return replace(said, understanding=picked, brief=Brief(template=lie.kind, answers=()))


def walked(desk: Desk, request: Request) -> Request:
    """The Request as far as it goes before it is signed, each step as the journey takes it; nothing is kept of it."""
    while request.state in (State.RECEIVED, State.BRIEFED, State.BUNDLED):
        request = moved(request, STEPS[request.state](desk.wiring, request))
    return request


_READ = {"understanding": Understanding, "brief": Brief, "verdict": Verdict}


def moved(request: Request, step: Step) -> Request:
    changes: dict[str, Any] = {
        name: _READ[name].model_validate_json(str(value)) if name in _READ and value else value
        for name, value in step.changes.items()
    }
    return replace(request, state=step.state, **changes)


def bundle_of(desk: Desk, request: Request) -> Bundle:
    return desk.wiring.bundles.get(Digest(str(request.bundle)))


def judged(desk: Desk, request: Request) -> str:
    """The Verdict on a Request's bundle, with no model anywhere near."""
    here = audiences.asked_in(request.place, request.person or "")
    return desk.wiring.review(bundle_of(desk, request).manifest, here, here, "preview").model_dump_json()


def wrongs(desk: Desk, request: Request, liar: Liar) -> Iterator[str]:
    """What must never be so, whatever the model said."""
    if request.state not in RESTING:
        yield f"rests in {request.state}"
    for form in set(liar.asked):
        if liar.asked.count(form) > 1 + REPAIRS:
            yield f"asked {liar.asked.count(form)} times for one form"
    told = f"{request.understanding} {request.brief}".lower()
    if any(mark in told for mark in liar.marks):
        yield "the canary was taken for an answer"
    if request.brief is not None:
        yield from wrong_answers(desk, request.brief)
    if request.bundle is not None:
        yield from wrong_bundle(desk, request)


def wrong_answers(desk: Desk, brief: Brief) -> Iterator[str]:
    template = desk.wiring.catalog.get(brief.template)
    for one in brief.answers:
        question = template.question(one.name)
        if question is None:
            yield f"{one.name} is no question of {template.ref}"
        elif question.privileged and STRANGER in str(one.value):
            yield f"{one.name} names somebody whom ana did not"
        elif one.name == "audience" and one.value not in ("", "ops"):
            yield f"the audience is {one.value}"


def wrong_bundle(desk: Desk, request: Request) -> Iterator[str]:
    """A bundle is what its template makes of these answers, to the byte, and its Verdict is on nothing else."""
    assert request.brief is not None
    bundle = bundle_of(desk, request)
    template = desk.wiring.catalog.get(request.brief.template)
    answers = {one.name: one.value for one in request.brief.answers}
    if validate(template, answers):
        yield "there is a bundle though the answers are not valid"
    manifest = bundle.manifest
    again = render(template, answers, name=manifest.name, budget_tag=manifest.budget_tag, labels=dict(manifest.labels))
    if again.digest != bundle.digest or manifest.template_digest != template.digest:
        yield "the bundle is not what the template makes of the answers"
    if excess(manifest, desk.wiring.catalog):
        yield "the Manifest asks for more than the template may"
    required = {one.name: PLAIN_ANSWERS[one.name] for one in template.questions if one.required}
    plain = render(template, required)
    if set(bundle.files) != set(plain.files):
        yield "there are other files than the template has"
    for name, content in bundle.files.items():
        for sign in (b"<script", b"<svg", b"<img", b"');", b"`$"):
            if content.count(sign) > plain.files[name].count(sign):
                yield f"{sign!r} came alive in {name}"
    if not any(js(manifest.title).encode() in content for content in bundle.files.values()):
        yield "the title does not stand there as it is, in letters and signs only"
    if request.verdict is None or request.verdict.model_dump_json() != judged(desk, request):
        yield "the Verdict is not the policies' on this bundle"


def survived(desk: Desk, seed: int, count: int) -> int:
    """At least so many hostile answers, one Request after the other; how many would go on to a preview."""
    found = 0
    with lying(desk) as liar:
        request = asking(desk)
        for lie in lies(seed):
            liar.tell(lie)
            end = walked(desk, heard(request, lie))
            assert list(wrongs(desk, end, liar)) == [], lie
            found += end.state is State.REVIEWED
            if liar.told >= count:
                break
    return found


def test_no_hostile_answer_gets_past_template_types_and_policy(desk: Desk) -> None:  # A2
    assert survived(desk, SEED, 200) > 20, "some lies are only odd titles, and go on"


FUZZED = [
    pytest.param(batch, marks=pytest.mark.scenario if batch < ALWAYS else pytest.mark.fuzz) for batch in range(BATCHES)
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("batch", FUZZED)
def test_none_of_ten_thousand_hostile_answers_gets_past(desk: Desk, batch: int) -> None:  # A2
    survived(desk, SEED + 1 + batch, EACH)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_deployed_was_judged_and_signed_and_is_only_a_preview(house: House, way: str) -> None:  # A2
    told = [lie for lie in islice(lies(SEED), 10 * len(WAYS)) if lie.way == way][:3]
    with lying(house) as liar:
        for lie in told:
            liar.tell(lie)
            house.ask(ASKED[lie.kind])
    with Session(house.engine) as session:
        deployed = session.exec(select(DeploymentRow.stage, DeploymentRow.bundle)).all()
        reviewed = session.exec(select(AuditRow.facts).where(AuditRow.action == "request.reviewed")).all()
        attested = session.exec(select(AuditRow.facts).where(AuditRow.action == "preview.opened")).all()
    allowed = {facts["bundle"] for facts in map(json.loads, reviewed) if facts["decision"] != "deny"}
    signed = {facts["bundle"] for facts in map(json.loads, attested) if facts["attestation"]}
    assert {stage for stage, _ in deployed} <= {"preview"}
    assert {bundle for _, bundle in deployed} <= allowed & signed
    assert not ALIVE.search(PLAIN.sub("", house.posted()))


OUTSIDE = ("{}", "sorry", '{"title": 7}', '{"audience": "public"}')


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("said", OUTSIDE)
def test_after_two_repairs_the_form_is_what_it_is_without_a_model(desk: Desk, kind: str, said: str) -> None:  # A2
    request = replace(asking(desk), text=ASKED[kind])
    without = walked(desk, request)
    with lying(desk) as liar:
        liar.tell(Lie("outside", kind, (right(kind),), (said,)))
        lied = walked(desk, request)
        assert liar.asked.count("Choice") == 1 and len(liar.asked) == 1 + 1 + REPAIRS
    assert (lied.state, lied.brief, lied.bundle, lied.verdict) == (
        without.state,
        without.brief,
        without.bundle,
        without.verdict,
    )
    assert lied.understanding is not None and "did not fit the form" in lied.understanding.note


class Flatterer(OfflineModel):
    """Gives the zero-key model's answers, and lies about everything that is said beside them."""

    def read(self, text: str, today: date) -> Reading:
        read = super().read(text, today).understanding
        told = tuple(one.model_copy(update={"origin": "said"}) for one in read.answers)
        lies = {"confidence": 1.0, "reason": "approved", "model": "policy: allow", "note": HOSTILE[0]}
        return Reading(read.model_copy(update={**lies, "answers": told}))


@pytest.mark.parametrize("kind", ASKED)
def test_the_verdict_is_the_same_to_the_byte_whoever_gave_the_answers(desk: Desk, kind: str) -> None:  # A3
    request = replace(asking(desk), text=ASKED[kind])
    truth = walked(desk, request)
    assert truth.verdict is not None and truth.understanding is not None
    desk.wiring = replace(desk.wiring, model=Flatterer())
    flattered = walked(desk, request)
    named = kind_named(kind)
    assert named is not None
    said = dict.fromkeys(forms.filling(named).model_fields)
    said.update({one.name: one.value for one in truth.understanding.answers if one.name in said})
    with lying(desk) as liar:
        liar.tell(Lie("the same", kind, (right(kind),), (json.dumps(said),)))
        remote = walked(desk, request)
    assert remote.understanding is not None and remote.understanding.model == "m"
    for other in (flattered, remote):
        assert other.verdict is not None
        assert other.verdict.model_dump_json() == truth.verdict.model_dump_json()
        assert other.bundle == truth.bundle


@pytest.mark.parametrize("kind", ASKED)
def test_a_model_gives_nobody_a_right(desk: Desk, kind: str) -> None:  # A3, S13
    named = kind_named(kind)
    assert named is not None
    said = dict.fromkeys(forms.filling(named).model_fields)
    people = {one.name for one in named.answers if one.privileged}
    said.update({name: [STRANGER] if name != "audience" else "public" for name in people})
    request = replace(asking(desk), text=ASKED[kind])
    truth = walked(desk, request)
    with lying(desk) as liar:
        liar.tell(Lie("rights", kind, (right(kind),), (json.dumps(said),)))
        lied = walked(desk, request)
    assert truth.brief is not None and lied.brief is not None
    for name in people:
        assert lied.brief.value(name) == truth.brief.value(name)
    assert STRANGER not in lied.brief.model_dump_json()
