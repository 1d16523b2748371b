"""The index page of an evidence pack: plain HTML, no script, read from top to bottom in a minute."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

from bot.platformctl import pack as parts
from bot.platformctl.pack import Pack, Published
from bot.threads.telling import PROTECTED
from bot.wording import words

STYLE = """
:root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}code,td{overflow-wrap:anywhere}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8886}
.gap{border:2px solid #b3261e;padding:.5rem 1rem;margin:0 0 1.5rem}
"""


def page(pack: Pack, files: Collection[str]) -> str:
    """The whole page, with links to those of the pack's files that there are; everything in it is escaped."""
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
        f"<h2>What went live</h2>{_published(pack, files)}"
        f"<h2>Who read protected data</h2>{_reads(pack)}"
        f"<h2>How it ended</h2>{_ended(pack)}"
        f"<h2>What the audit tells</h2><p>Of the whole chain: {escape(pack.chain)}. Its stretch from this app's first "
        f"event on is in {_link(parts.RECORD)}.</p>{_audit(pack)}"
        f"<h2>Is this true?</h2><p>This page is only a view of {_link(parts.DATA)}. Ask the whole file: "
        "<code>platformctl verify PACK.zip</code> computes every digest, signature and link again, without network and "
        "without the installation that it came from. Others' tools read the SBOMs (CycloneDX) and the signatures "
        f"(sigstore bundles); the public keys are in {_link(parts.KEYS)}.</p></main></body></html>\n"
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


def _published(pack: Pack, files: Collection[str]) -> str:
    if not pack.published:
        return "<p>Nothing of it was ever published.</p>"
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(one.proposal.bundle)}</code></th>'
        f"<td><code>{escape(one.digest)}</code></td><td>{_files(one, files)}</td></tr>"
        for one in pack.published
    )
    heads = "".join(f'<th scope="col">{one}</th>' for one in ("Bundle", "Proposal", "Proof"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _files(one: Published, files: Collection[str]) -> str:
    names = (parts.SBOM, parts.SIGNATURE, parts.RECEIPT, parts.SAID)
    found = (f"{one.folder}/{name}" for name in names)
    return "<br>".join(_link(name) for name in found if name in files) or "none"


def _reads(pack: Pack) -> str:
    if not pack.reads:
        return "<p>Nobody.</p>"
    rows = [(one.who, PROTECTED[one.action], f"{one.times}", words.when(one.last)) for one in pack.reads]
    return _table(("Who", "What", "Times", "Last"), rows)


def _ended(pack: Pack) -> str:
    if pack.ended is None:
        return f"<p>It has not: it is {escape(pack.stage)}.</p>"
    rows = [(action, str(seq), digest) for action, seq, digest in pack.ended.told]
    said = f"<p>{escape(pack.ended.stage.capitalize())} on {escape(words.when(pack.ended.at))}.</p>"
    return said + _table(("What became of it", "Event", "Digest"), rows)


def _link(name: str) -> str:
    return f'<a href="{escape(name)}">{escape(name)}</a>'


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
