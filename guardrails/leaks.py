"""Leaks: files of a bundle that hold what looks like a secret. The door to betterleaks.

The answers in a bundle were scrubbed when they came; this looks at what templates and answers make together, with
another scanner's eyes. Whatever fails is a leak, so that what was not looked at is not built.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import betterleaks

from guardrails.verdict import Finding, Verdict

RULE = "secrets_in_bundle"
UNSEARCHED = "unsearched"
# A comment switches the scanner off for its line; punctuation right behind a key makes it see half as many.
_SWITCHES = re.compile(r"(?:gitleaks|betterleaks):allow", re.I)
_CLOSING = re.compile(r"(?<=\w)[,;)*.]+(?=\s|$|['\"`])")


@dataclass(frozen=True, slots=True)
class Leak:
    """`kind` is the scanner's own word (`github-pat`); `line` counts from 1, and is 0 where nothing was searched."""

    file: str
    line: int
    kind: str


def leaks(files: Mapping[str, bytes]) -> Sequence[Leak]:
    """Every place in these files that looks like a secret, file by file."""
    return [one for name in sorted(files) for one in _in_file(name, files[name])]


def _in_file(name: str, content: bytes) -> Sequence[Leak]:
    text = content.decode(errors="replace").replace("\0", " ")
    for shape in (_SWITCHES, _CLOSING):
        text = shape.sub(lambda hit: " " * len(hit[0]), text)
    try:
        found = betterleaks.scan_string(text)
    except betterleaks.BetterleaksError:
        return [Leak(name, 0, UNSEARCHED)]
    return [Leak(name, one.location.start_line, one.rule_id) for one in found]


def unless_leaking(judged: Verdict, found: Sequence[Leak]) -> Verdict:
    """A denial when a bundle's files hold a secret."""
    if not found:
        return judged
    return judged.model_copy(update={"decision": "deny", "findings": (*map(_finding, found), *judged.findings)})


def _finding(one: Leak) -> Finding:
    why = f"{one.file}, line {one.line}, holds what looks like a secret ({one.kind})."
    return Finding(
        rule=RULE,
        decision="deny",
        field=f"files.{one.file}",
        why=why if one.kind != UNSEARCHED else f"{one.file} could not be searched for secrets.",
        fix="Take it out of the answers. What an app must send along is kept with platformctl secret set.",
        owner="security",
    )
