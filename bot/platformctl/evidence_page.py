"""The index page of an evidence pack: plain HTML, no script, read from top to bottom in a minute."""

from collections.abc import Iterable, Sequence
from html import escape

from bot import words
from bot.platformctl.evidence_pack import Pack

STYLE = """
:root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}code,td{overflow-wrap:anywhere}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8886}
.gap{border:2px solid #b3261e;padding:.5rem 1rem;margin:0 0 1.5rem}
"""


def page(pack: Pack) -> str:
    """The whole page; everything in it is escaped."""
    gaps = (
        f'<div class="gap"><p><strong>This pack is incomplete.</strong> Missing:</p>{_list(pack.gaps)}</div>'
        if pack.gaps
        else "<p>This pack is complete: every link below leads to the next.</p>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Evidence: {escape(pack.title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>Evidence: {escape(pack.title)}</h1>{gaps}"
        f"<h2>What it is</h2>{_facts(_about(pack))}"
        f"<h2>Controls, and what each rule said of it</h2>{_controls(pack)}"
        f"<h2>Who decided</h2>{_decisions(pack)}"
        f"<h2>What the audit tells</h2><p>Of the whole chain: {escape(pack.chain)}.</p>{_audit(pack)}"
        '<p>The same for machines is in <a href="pack.json">pack.json</a>.</p></main></body></html>\n'
    )


def _about(pack: Pack) -> Iterable[tuple[str, str]]:
    yield "App", f"{pack.name} ({pack.app}), {pack.stage}"
    yield "Request", pack.request
    yield "Taken out of the words before anything was kept", ", ".join(pack.removed) or "nothing"
    yield "Read by", pack.model if pack.receipt else "the router and rules; no model was asked"
    yield "Receipt", pack.receipt or "none: nothing was sent to a model"
    yield "Template", pack.template
    yield "Bundle", pack.bundle
    yield "Policies", pack.policy
    yield "Proposal", pack.proposal


def _controls(pack: Pack) -> str:
    rows = [
        (one.control, one.rule, one.owner, " ".join(filter(None, (one.decision or "no objection", _by(one.approvers)))))
        for one in pack.controls
    ]
    return _table(("Control", "Rule", "Owner", "Verdict"), rows)


def _by(approvers: str) -> str:
    return f"of @{approvers}" if approvers else ""


def _decisions(pack: Pack) -> str:
    if not pack.needs:
        return "<p>The policies needed nobody's approval.</p>"
    rows = [
        (one.who, "yes" if one.yes else "no", words.when(one.at), "with a reason" if one.with_reason else "")
        for one in pack.approvals
    ]
    return _table(("Who", "Said", "When", ""), rows)


def _audit(pack: Pack) -> str:
    rows = [(str(one.seq), words.when(one.at), one.actor, one.action, one.digest) for one in pack.audit]
    return _table(("Event", "When", "Who", "What", "Digest"), rows)


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(said)}</code></td></tr>' for name, said in rows
    )
    return f"<table>{cells}</table>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(one)}</td>' for one in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>"
