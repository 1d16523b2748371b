"""A remote model behind any OpenAI-compatible endpoint: one call to choose, one to fill in, rules beside it.

What a rule read as a number, a date or a pick wins over the model's reading; what decides over people is taken only
where the asker's own words name it. Whatever goes wrong, the zero-key model carries on and the Understanding says so.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date
from queue import Empty, SimpleQueue
from typing import TypeVar

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from pydantic import BaseModel, JsonValue, ValidationError

from generator import canary, forms, offline_model, prompting
from generator.brief import Answer, Understanding
from generator.extract import extract
from generator.model import Reading
from generator.offline_model import ASKED_KINDS
from generator.origin import origin, own_words_only
from generator.receipt import Exchange, Receipt, exchange
from generator.router import DECLINE, VAGUE, load_router
from generator.utterance import Utterance, hear
from templates.kinds import Kind, kind_named

TIMEOUT = 20.0
"""Seconds for one question, retries and all; the client's own default is 600 for each wait, however many there are."""
RETRIES = 1
REPAIRS = 2
"""How often a model may correct an answer that does not fit."""
MOST_TOKENS = 1500
SHORTLIST = 5
"""Kinds that the model chooses from: the router's best. The right one was among the best three in 98.9 of 100."""
FREE_TEXT = frozenset({"string", "strings", "fields"})

log = logging.getLogger("slipway.model")
Form = TypeVar("Form", bound=BaseModel)


class NoAnswer(Exception):
    """The endpoint gave nothing to work with; the message says why, without any of its content."""


class OpenAIModel:
    """Asks `model` at `base_url` (the vendor's own when empty). Safe to share between threads."""

    def __init__(
        self,
        *,
        model: str,
        api_key: str = "",
        base_url: str = "",
        timeout: float = TIMEOUT,
        secret: Callable[[str], bool] = lambda text: False,
        mark: Callable[[], str] = canary.fresh,
    ) -> None:
        """`secret` says whether a text holds one: no answer that does is taken. `mark` makes each request's canary."""
        self._model, self._timeout, self._secret, self._mark = model, timeout, secret, mark
        # Local endpoints need no key, but the client does not start without one.
        self._client = openai.OpenAI(
            api_key=api_key or "none", base_url=base_url or None, timeout=timeout, max_retries=RETRIES
        )

    def read(self, text: str, today: date) -> Reading:
        """See `Model`."""
        utterance = hear(text, today)
        if utterance.empty:
            return Reading(offline_model.choose(utterance))
        talk = self._talk()
        try:
            understanding = _chosen(talk, utterance, today)
        except NoAnswer as why:
            understanding = _carried_on(offline_model.choose(utterance), why)
        return Reading(understanding, talk.receipt())

    def fill(self, text: str, today: date, kind: str) -> Reading:
        """See `Model`."""
        utterance = hear(text, today)
        talk = self._talk()
        try:
            understanding = _built(talk, kind, 1.0, utterance, today)
        except NoAnswer as why:
            understanding = _carried_on(offline_model.built(kind, 1.0, utterance), why)
        return Reading(understanding, talk.receipt())

    def _talk(self) -> "_Talk":
        return _Talk(self._client, self._model, self._timeout, self._secret, self._mark())


class _Talk:
    """The calls of one request, kept for its Receipt."""

    def __init__(
        self, client: openai.OpenAI, model: str, timeout: float, secret: Callable[[str], bool], mark: str
    ) -> None:
        self._client = client
        self._timeout = timeout
        self._secret = secret
        self.model, self.mark = model, mark
        self._exchanges: list[Exchange] = []

    def receipt(self) -> Receipt:
        return Receipt(model=self.model, prompts=prompting.version(), exchanges=tuple(self._exchanges))

    def ask(self, messages: list[prompting.Message], form: type[Form]) -> Form:
        """The form filled in; NoAnswer when the model cannot, after the repairs."""
        for _ in range(1 + REPAIRS):
            answer = self._once(messages, form)
            if canary.sings(answer, self.mark):
                raise NoAnswer("it gave its instructions away")
            try:
                filled = form.model_validate_json(answer)
            except ValidationError as error:
                messages = [*messages, *prompting.repairing(answer, _complaint(error))]
                continue
            self._believe(filled.model_dump(mode="json"))
            return filled
        raise NoAnswer("its answers did not fit the form")

    def _believe(self, filled: JsonValue) -> None:
        """NoAnswer when an answer that fits holds what none may: the words had no secret in them any more."""
        for text in _texts(filled):
            if canary.sings(text, self.mark):
                raise NoAnswer("it gave its instructions away")
            if self._secret(text):
                raise NoAnswer("its answer held what looks like a secret")

    def _once(self, messages: list[prompting.Message], form: type[BaseModel]) -> str:
        answer, tokens = "", 0
        try:
            completion = _within(self._timeout, lambda: self._call(messages, form))
            # Counted before it is read: an answer that was cut off costs as much.
            tokens = _tokens(completion)
            answer = _content(completion)
        except openai.APITimeoutError as error:
            raise NoAnswer("it took too long") from error
        except openai.APIConnectionError as error:
            raise NoAnswer("it could not be reached") from error
        except openai.APIStatusError as error:
            raise NoAnswer(f"it answered with status {error.status_code}") from error
        except (openai.OpenAIError, ValueError) as error:
            raise NoAnswer("its answer could not be read") from error
        finally:
            self._exchanges.append(exchange(messages, answer, tokens))
        return answer

    def _call(self, messages: list[prompting.Message], form: type[BaseModel]) -> ChatCompletion:
        told: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": one["content"]}
            if one["role"] == "system"
            else {"role": "assistant", "content": one["content"]}
            if one["role"] == "assistant"
            else {"role": "user", "content": one["content"]}
            for one in messages
        ]
        # The raw answer, because an answer that does not fit is needed whole for the repair.
        raw = self._client.chat.completions.with_raw_response.parse(
            model=self.model, messages=told, response_format=form, max_completion_tokens=MOST_TOKENS
        )
        return ChatCompletion.model_validate_json(raw.text)


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)


def _within(seconds: float, call: Callable[[], ChatCompletion]) -> ChatCompletion:
    """What the call gives; NoAnswer when it takes longer, for example because the endpoint trickles.

    The call is left behind in a thread of its own: nothing else can end a wait that always gets another byte.
    """
    given: SimpleQueue[ChatCompletion | Exception] = SimpleQueue()

    def run() -> None:
        try:
            given.put(call())
        except Exception as error:
            # Raised where somebody waits for it.
            given.put(error)

    threading.Thread(target=run, name="model", daemon=True).start()
    try:
        found = given.get(timeout=seconds)
    except Empty:
        raise NoAnswer("it took too long") from None
    if isinstance(found, Exception):
        raise found
    return found


def _tokens(completion: ChatCompletion) -> int:
    """What the provider counted, prompt and answer together; 0 when it does not say."""
    counted = completion.usage
    return max(0, counted.prompt_tokens + counted.completion_tokens) if counted else 0


def _content(completion: ChatCompletion) -> str:
    if not completion.choices:
        raise NoAnswer("its answer was empty")
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        raise NoAnswer("its answer was cut off")
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        raise NoAnswer("it refused to answer")
    return choice.message.content or ""


def _complaint(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "\n".join(f"- {'.'.join(map(str, one['loc'])) or 'answer'}: {one['msg']}" for one in problems[:10])


def _carried_on(understanding: Understanding, why: NoAnswer) -> Understanding:
    log.warning("the model gave no answer: %s", why)
    note = f"The language model gave no answer ({why}), so I read your words by rule."
    return understanding.model_copy(update={"note": note})


def _chosen(talk: _Talk, utterance: Utterance, today: date) -> Understanding:
    shares = load_router().route(utterance.wish)
    best = [label for label in shares if label not in (DECLINE, VAGUE)]
    listed = [kind for kind in map(kind_named, best[:SHORTLIST]) if kind is not None]
    form = forms.choosing([one.id for one in listed])
    choice = talk.ask(prompting.choosing(utterance.own, listed, talk.mark), form).model_dump()
    kind, sure = str(choice["kind"]), bool(choice["sure"])
    if not sure:
        first = [kind] if kind != forms.NONE else []
        asked = tuple(dict.fromkeys([*first, *best]))[:ASKED_KINDS]
        return Understanding(action="clarify", alternatives=asked, confidence=shares[asked[0]], model=talk.model)
    if kind == forms.NONE:
        reason = "unsafe" if utterance.ordering else "out_of_scope"
        return Understanding(
            action="decline", alternatives=tuple(best[:1]), confidence=1.0, reason=reason, model=talk.model
        )
    return _built(talk, kind, shares[kind], utterance, today)


def _built(talk: _Talk, kind_id: str, confidence: float, utterance: Utterance, today: date) -> Understanding:
    kind = kind_named(kind_id)
    if kind is None:
        raise ValueError(f"there is no kind called {kind_id}")
    told = prompting.filling(utterance.own, kind, today, talk.mark)
    filled = talk.ask(told, forms.filling(kind)).model_dump(mode="json")
    answers = _merged(kind, filled, extract(kind_id, utterance), utterance)
    return Understanding(action="build", kind=kind_id, answers=answers, confidence=confidence, model=talk.model)


def _merged(
    kind: Kind, filled: dict[str, JsonValue], read: dict[str, JsonValue], utterance: Utterance
) -> tuple[Answer, ...]:
    """Rules before the model for numbers, dates and picks, the model before rules for free text."""
    given = {name: value for name, value in filled.items() if value not in (None, "", [])}
    told = own_words_only(kind, given, utterance)
    answers = []
    for one in kind.answers:
        rules_first = one.privileged or one.type not in FREE_TEXT
        first, second = (read, told) if rules_first else (told, read)
        value = first.get(one.name, second.get(one.name))
        if value is not None:
            answers.append(Answer(name=one.name, value=value, origin=origin(value, utterance)))
    return tuple(answers)
