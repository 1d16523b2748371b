"""Remarks: what the rules found, as blocks of a card, and whether the asker can do something about it."""

from collections.abc import Mapping, Sequence

from bot.chat import Block
from bot.wording import rulings, words
from bot.wording.blocks import lines, quoted, section
from guardrails.verdict import Excepted, Finding, Verdict

ROOM = 2000
"""Characters of all remarks together."""


def blocks(verdict: Verdict | None, labels: Mapping[str, str], opening: str = "") -> Sequence[Block]:
    """What decides, below `opening`; then what only warns. `labels` are the form's, by the answer's name."""
    if verdict is None:
        return []
    standing = [_line(one, labels) for one in verdict.findings if one.decision != "allow"]
    warned = [_line(one, labels) for one in verdict.warned]
    rows = [*([opening] if opening and standing else []), *standing]
    rows += [rulings.WARNED, *warned] if warned else []
    rows += spared(verdict)
    return [section(lines(rows, ROOM))] if rows else []


def spared(verdict: Verdict) -> Sequence[str]:
    """What an exception spares the app, a line each."""
    return [f"• {_spared(one)}" for one in verdict.excepted]


def _spared(one: Excepted) -> str:
    why, reason = quoted(one.finding.why), quoted(one.reason, 300)
    return rulings.spared(why, words.when(one.until), reason, quoted(one.owner, 80))


def _line(one: Finding, labels: Mapping[str, str]) -> str:
    label = labels.get(_answer(one), "")
    where = f"*{quoted(label)}*" if label else f"`{quoted(one.field)}`" if one.field else ""
    owner = quoted(one.owner)
    return words.finding(quoted(one.why), quoted(one.fix), where, quoted(one.deciders), owner, quoted(one.rule, 80))


def beyond(findings: Sequence[Finding], labels: Mapping[str, str]) -> Sequence[Finding]:
    """The denials that no answer of the asker changes: only the platform team can."""
    return [one for one in findings if one.decision == "deny" and not (one.owner and _answer(one) in labels)]


def _answer(one: Finding) -> str:
    """The answer that the judged field comes from, by its name."""
    return one.field.rpartition(".")[2]
