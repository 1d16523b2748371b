"""The card: the one live message of a Request in its thread. A pure function of state, so it can always be rebuilt."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

from bot.chat import Block, Message
from bot.threads import demand_words, ended
from bot.threads.card_view import CardView
from bot.threads.handing_card import HAND, KEEP, PEOPLE
from bot.wording import labels, reckoning, remarks, words
from bot.wording.blocks import actions, bounded, button, context, cut, header, lines, quoted, section

TITLE, FALLBACK = 120, 2900
"""Characters of a title within a sentence, and of the plain text of a message."""
FACTS, ANSWERS, CHECKS, DECIDED, RECKONED = 2500, 2500, 1500, 1500, 1200
"""Characters of a section each, so that all of them stay below the 12,000 that Slack takes in one message."""


def card(view: CardView) -> Message:
    """The card for this state, with its plain text for notifications and screen readers."""
    text, blocks = _content(view)
    # Of an app that is over no button is left.
    over = view.state in words.PROGRESS or view.state == "discarded" or view.over is not None
    asked = [*([_button(view, "slipway.sent")] if view.read else []), *_mine(view, blocks)]
    more = [actions(*asked)] if asked and not over else []
    return Message(cut(text, FALLBACK), tuple(bounded([*blocks, *more, _small_print(view)])))


def _mine(view: CardView, blocks: Sequence[Block]) -> Sequence[Block]:
    """Everybody sees the same buttons; who wants to know which are theirs asks."""
    return [_button(view, "slipway.mine")] if any(one["type"] == "actions" for one in blocks) else []


def _content(view: CardView) -> tuple[str, Sequence[Block]]:
    if view.over is not None and view.state != "discarded":
        return ended.text(view.over), ended.blocks(view.over, _about(view))
    if view.state in words.PROGRESS:
        return _progress(view)
    return _SHAPES.get(view.state, _app)(view)


def _progress(view: CardView) -> tuple[str, Sequence[Block]]:
    text = words.PROGRESS[view.state]
    done = list(words.PROGRESS).index(view.state) + 1
    bar = "▰" * done + "▱" * (len(words.PROGRESS) + 1 - done)
    return text, [section(f"{bar}  {words.retrying(text, quoted(view.trouble))}")]


def _question(view: CardView) -> tuple[str, Sequence[Block]]:
    buttons = [_choose(view, one) for one in view.alternatives[:3]]
    text = (words.QUESTION if len(buttons) > 1 else words.ONE_KIND) if buttons else words.HELP
    return text, [section(text), *([actions(*buttons)] if buttons else [])]


def _choose(view: CardView, kind: str) -> Block:
    name = words.kind(kind)
    return button(name[0].upper() + name[1:], "slipway.choose", {"request": view.request, "kind": kind})


def _incomplete(view: CardView) -> tuple[str, Sequence[Block]]:
    missing = [quoted(one[:1].lower() + one[1:], 80) for one in view.open]
    text = quoted(view.trouble) or (words.incomplete(missing) if missing else labels.FILL_FIRST)
    fill = button(labels.FILL_IN, "slipway.answer", _about(view), style="primary")
    return text, [section(text), *_answers(view), actions(fill, *_ways_out(view))]


def _declined(view: CardView) -> tuple[str, Sequence[Block]]:
    sought = view.reason not in demand_words.UNSOUGHT
    nearest = view.alternatives[0] if view.alternatives and sought else ""
    if text := quoted(view.trouble):
        return text, [section(text)]
    named = quoted(nearest, 40)
    lacks = demand_words.missing(view.lacks) if nearest else ""
    text = words.not_on_shelf(quoted(view.wanted, 40), named) if view.wanted else words.declined(view.reason, named)
    text = text.removesuffix(".") + f"{lacks}." if lacks else text
    ask = (
        []
        if view.demanded or not sought
        else [_button(view, demand_words.ASK, confirm=demand_words.confirm(view.words))]
    )
    buttons = [*([_choose(view, nearest)] if nearest else []), *ask]
    asked = [section(view.demanded)] if view.demanded else []
    return text, [section(text), *asked, *([actions(*buttons)] if buttons else [])]


def _denied(view: CardView) -> tuple[str, Sequence[Block]]:
    change = _button(view, "slipway.answer", style="primary")
    return words.DENIED, [
        section(f":no_entry: *{words.DENIED}*"),
        *remarks.blocks(view.verdict, view.labels),
        actions(change, *_plea(view), *_ways_out(view)),
    ]


def _failed(view: CardView) -> tuple[str, Sequence[Block]]:
    retry = _button(view, "slipway.retry", style="primary")
    return words.FAILED, [
        section(f":warning: *{words.FAILED}*\n{quoted(view.trouble)}"),
        *([section(words.still_live(view.live_url, view.ends_at))] if _live(view) else []),
        actions(retry, *_ways_out(view)),
    ]


def _discarded(view: CardView) -> tuple[str, Sequence[Block]]:
    text = quoted(view.trouble) or words.discarded(title_of(view.title))
    return text, [section(text)]


def _app(view: CardView) -> tuple[str, Sequence[Block]]:
    """Previewed, proposed or live; perhaps a change of an app that is live already."""
    shown_live = _live(view) and view.state == "live"
    url = view.live_url if shown_live else view.preview_url
    stage = _stage(view)
    facts = [
        words.may(all_quoted(view.can), all_quoted(view.cannot)),
        words.open_to(quoted(view.audience, 100)),
        words.costs(quoted(view.cost, 300)),
        *([view.spent] if view.spent and _live(view) else []),
        words.ends(view.ends_at) if shown_live else words.preview_ends(view.preview_ends_at, view.days),
        *([words.still_live(view.live_url, view.ends_at)] if _live(view) and not shown_live else []),
        *([view.warning] if view.warning else []),
        *([view.paused] if view.paused else []),
        *([words.made_of(url)] if url else []),
    ]
    blocks = [
        header(f"{view.title} · {stage}"),
        *([section(f":link: <{url}>")] if url else []),
        section("\n".join(facts), FACTS),
        *_answers(view),
        *([section(lines(view.checks, CHECKS))] if view.checks and not shown_live else []),
        *(remarks.blocks(view.verdict, view.labels, words.TO_PUBLISH) if not shown_live else ()),
        *([section(view.decided, DECIDED)] if view.decided else []),
        actions(*_buttons(view, url)),
        *([actions(*_opening(view))] if view.state in ("live", "previewed", "proposed") else []),
    ]
    return words.app(title_of(view.title), stage, url), blocks


_SHAPES: Mapping[str, Callable[[CardView], tuple[str, Sequence[Block]]]] = {
    "asked": _question,
    "incomplete": _incomplete,
    "declined": _declined,
    "denied": _denied,
    "failed": _failed,
    "discarded": _discarded,
}


def _buttons(view: CardView, url: str) -> Sequence[Block]:
    label = "" if view.state == "live" else labels.OPEN_PREVIEW
    open_it = [_button(view, "slipway.open", label, url=url)] if url else []
    open_it += remedies(_about(view), suspended=True) if view.paused else []
    open_it += [_button(view, "slipway.versions")] if view.versions and _live(view) else []
    change = _button(view, "slipway.answer")
    if view.state == "previewed":
        return [*open_it, *_onward(view), change, *_plea(view), *_ways_out(view)]
    return [*open_it, *([change] if view.state in ("live", "proposed") else []), *_ways_out(view)]


def _opening(view: CardView) -> Sequence[Block]:
    """Whom it is for: passed on once it is live, and changed."""
    share = [_button(view, "slipway.share")] if _live(view) and view.state == "live" else []
    return [*share, _button(view, "slipway.who")]


def _onward(view: CardView) -> Sequence[Block]:
    """Publish, or first the one confirmation that a guess needs (T4); nothing where a planted word leaked."""
    if view.leaked:
        return []
    publish = _button(view, "slipway.publish", labels.PUBLISH_ANYWAY if view.red else "", style="primary")
    return [reckoning.confirmation(_about(view), view.bundle, view.answers, view.reckoned) or publish]


def _plea(view: CardView) -> Sequence[Block]:
    """Where no answer helps, whoever can."""
    beyond = view.verdict and remarks.beyond(view.verdict.findings, view.labels)
    return [_button(view, "slipway.plead")] if beyond else []


def _ways_out(view: CardView) -> Sequence[Block]:
    """A live app is ended by its own verbs, a change of it is taken back; everything before is simply dropped."""
    if _live(view):
        back = [_button(view, "slipway.back", confirm=words.BACK_WARNING)] if view.back else []
        return [*back, *ending(_about(view), view.title)]
    return [_button(view, "slipway.discard", confirm=words.DISCARD_WARNING)]


def _stage(view: CardView) -> str:
    """What stands behind the title: `live`, `suspended (CPU)`."""
    if view.app_stage != "suspended":
        return labels.STAGE.get(view.state, view.state)
    return f"{labels.STAGE['suspended']} ({view.paused_for})" if view.paused_for else labels.STAGE["suspended"]


def remedies(about: Mapping[str, str], *, suspended: bool) -> Sequence[Block]:
    """What to do about an app that hit its limits: look at it, and let it run again once it was suspended."""
    again = [button(labels.BUTTONS["slipway.run"], "slipway.run", about)] if suspended else []
    return [button(labels.BUTTONS["slipway.look"], "slipway.look", about), *again]


def _live(view: CardView) -> bool:
    return bool(view.live_url) and view.app_stage in ("live", "suspended")


def ending(about: Mapping[str, str], title: str) -> Sequence[Block]:
    """What may become of a live app, on its card."""
    named = title_of(title)
    return [
        *(button(labels.BUTTONS[one], one, about) for one in (KEEP, HAND, PEOPLE)),
        button(labels.BUTTONS["slipway.archive"], "slipway.archive", about, confirm=words.archive_warning(named)),
        button(
            labels.BUTTONS["slipway.retire"],
            "slipway.retire",
            about,
            style="danger",
            confirm=words.retire_warning(named),
        ),
    ]


def _button(view: CardView, action: str, label: str = "", **more: str) -> Block:
    return button(label or labels.BUTTONS[action], action, _about(view), **more)


def _about(view: CardView) -> Mapping[str, str]:
    return {"request": view.request}


def title_of(text: str) -> str:
    """A title within a sentence: escaped and short."""
    return quoted(text, TITLE)


def all_quoted(texts: Sequence[str]) -> Sequence[str]:
    """Each phrase, escaped and short."""
    return [quoted(one, 150) for one in texts]


def _answers(view: CardView) -> Sequence[Block]:
    shown = [one for one in view.answers if one.value not in (None, "", [])]
    names = {one.name: view.labels.get(one.name, one.name.replace("_", " ")) for one in shown}
    rows = [words.answered(quoted(names[one.name]), quoted(spoken(one.value)), one.origin) for one in shown]
    guessed = view.state == "previewed" and any(one.origin == "guessed" for one in shown)
    return [
        *([section(lines(rows, ANSWERS))] if rows else []),
        *(section(quoted(one, RECKONED)) for one in view.reckoned.values()),
        *([context(words.CHECK_GUESSES)] if guessed else []),
    ]


def spoken(value: JsonValue) -> str:
    """An answer in words, as it was written: not escaped, not shortened."""
    if isinstance(value, bool):
        return labels.YES if value else labels.NO
    if isinstance(value, list):
        return "; ".join(spoken(one) for one in value)
    if isinstance(value, dict):
        choices = value.get("choices")
        offered = f": {', '.join(map(str, choices))}" if isinstance(choices, list) and choices else ""
        return f"{value.get('name', '')} ({value.get('type', '')}{offered})"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _small_print(view: CardView) -> Block:
    said = f"“{quoted(view.words, 120)}”" if view.words else ""
    return context(said, quoted(view.template, 80), quoted(view.note, 200), words.trace(view.trace))
