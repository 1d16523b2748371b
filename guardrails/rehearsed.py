"""Rehearsed: what it means for publishing. A promise that does not hold needs a yes; a leak is a no (T7, N9)."""

from collections.abc import Sequence

from guardrails.verdict import Finding, Verdict

CHECKS, LEAK = "acceptance_checks", "canary_leaked"
APPROVERS, OWNER = "platform-approvers", "platform"


def unless_red(judged: Verdict, red: Sequence[tuple[str, str]], leaked: Sequence[str]) -> Verdict:
    """The Verdict, no more lenient for what was found: `red` are promises with why each does not hold, `leaked` places
    in which a planted word turned up."""
    found = (*map(_leaked, leaked), *(_red(says, why) for says, why in red))
    if not found:
        return judged
    decision = "deny" if leaked or judged.decision == "deny" else "needs_approval"
    return judged.model_copy(update={"decision": decision, "findings": (*found, *judged.findings)})


def _red(says: str, why: str) -> Finding:
    return Finding(
        rule=CHECKS,
        decision="needs_approval",
        field="",
        why=f"A check is red: {says.rstrip('.')}. {why}".strip(),
        fix="Change the answers until it is green, or publish anyway.",
        approvers=APPROVERS,
        owner=OWNER,
    )


def _leaked(place: str) -> Finding:
    return Finding(
        rule=LEAK,
        decision="deny",
        field="",
        why=f"A word that only its writer should see turned up in {place}.",
        fix="The template has to be mended first.",
        owner=OWNER,
    )
