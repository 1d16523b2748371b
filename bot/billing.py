"""Billing: what things cost here, and whose budget an app is counted against (D11, G9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from guardrails.rehearsed import LEAK
from guardrails.review import UNCHECKED
from guardrails.verdict import Finding, Verdict
from runtime import prices
from runtime.prices import PriceTable
from templates.manifest import Manifest
from templates.template import Question

TAG = "budget_tag"
"""The platform's question for it."""


@dataclass(frozen=True)
class Billing:
    """The installation's prices and billing tags. `tags` maps each known tag to its cost centre.

    Without known tags any name will do, and the channel or team where an app was asked for pays. `remote` says
    whether a language model that counts tokens reads people's words.
    """

    prices: PriceTable = field(default_factory=prices.load)
    tags: Mapping[str, str] = field(default_factory=dict)
    remote: bool = False

    def tag(self, said: str, team: str) -> str:
        """Who is charged: what was said, else the channel or team; empty when finance knows neither."""
        wanted = said.strip() or team
        if not self.tags:
            return wanted
        return next((one for one in self.tags if one.casefold() == wanted.casefold()), "")

    def problem(self, said: object) -> str:
        """Why finance does not take a tag that somebody said, and what to say instead; empty when it does."""
        if not isinstance(said, str) or not said.strip() or self.tag(said, ""):
            return ""
        return f"Finance knows no billing tag “{said.strip()}”. Use one of: {', '.join(self.tags)}."

    def questions(self, questions: Sequence[Question]) -> Sequence[Question]:
        """A template's questions, with the known tags to pick from."""
        if not self.tags:
            return questions
        return [replaced(one, tuple(self.tags)) if one.name == TAG else one for one in questions]

    def judged(self, verdict: Verdict, manifest: Manifest) -> Verdict:
        """The Verdict on going live, and a denial where nobody could say what it costs, or whom (C1, D11).

        It holds whatever the policies say: the database takes no live app without a tag.
        """
        found = (*self._unpriced(manifest), *self._uncharged(verdict, manifest))
        if not found:
            return verdict
        return verdict.model_copy(update={"decision": "deny", "findings": (*found, *verdict.findings)})

    def _unpriced(self, manifest: Manifest) -> Sequence[Finding]:
        missing = self.prices.missing(manifest)
        why = f"The price table has no price for {', '.join(missing)}, so nobody could say what this app costs."
        fix = "Ask the platform team to add it. The preview works without one."
        return [_denial("prices", "prices", why, fix)] if missing else []

    def _uncharged(self, verdict: Verdict, manifest: Manifest) -> Sequence[Finding]:
        said = any(one.rule == "budget" and one.decision == "deny" for one in verdict.findings)
        if said or self.tag(manifest.budget_tag, ""):
            return []
        tag = manifest.budget_tag.strip()
        why = f"Finance knows no billing tag “{tag}”" if tag else "The app has no billing tag"
        fix = f"Change its billing tag to one of: {', '.join(self.tags)}." if self.tags else "Give it a billing tag."
        return [_denial("budget", f"app.{TAG}", f"{why}, so nobody would see what it costs.", fix)]


def _denial(rule: str, field: str, why: str, fix: str) -> Finding:
    return Finding(rule=rule, decision="deny", field=field, why=why, fix=fix, owner="platform")


def replaced(question: Question, choices: tuple[str, ...]) -> Question:
    """The question as a choice."""
    return question.model_copy(update={"type": "choice", "choices": choices, "default": None})


def preview_stays(verdict: Verdict) -> bool:
    """Whether only the money, policies that CI did not check, or a leak stand between an app and going live."""
    denials = [one for one in verdict.findings if one.decision == "deny"]
    return bool(denials) and all(one.rule in ("budget", "prices", UNCHECKED, LEAK) for one in denials)
