"""The dashboard's one page: plain HTML without a script, read on a phone as well as on a wall."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape

from bot.operating import advising
from bot.platformctl.overview import SOON, Overview, Running, troubles
from bot.wording import costs, ending_words, words
from guardrails import keys
from guardrails.envelope import short
from guardrails.keys import Key

STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#4d5969;--paper:#f4f6f9;--card:#fff;--line:#d5dbe4;
--bad:#a3211a;--badbg:#fdeceb;--good:#14653f;--goodbg:#e7f5ed;--warn:#7a4b00;--warnbg:#fdf1dc}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf4;--soft:#aab5c4;--paper:#11151b;--card:#1a2029;--line:#333d4a;
--bad:#ff9d95;--badbg:#3a1a18;--good:#7fdcab;--goodbg:#12301f;--warn:#f5c778;--warnbg:#352710}}
*{box-sizing:border-box}body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
overflow-wrap:anywhere}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:2rem 0 .6rem}.soft{color:var(--soft);margin:0 0 1rem}
.state{border-radius:12px;padding:1rem 1.25rem;margin:1rem 0;border:1px solid}.state p{margin:0;font-weight:600}
.state ul{margin:.5rem 0 0;padding-left:1.25rem}.bad{color:var(--bad);background:var(--badbg);border-color:var(--bad)}
.good{color:var(--good);background:var(--goodbg);border-color:var(--good)}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0;padding:0}
.sums div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.75rem 1rem}
.sums dt{color:var(--soft);font-size:.9rem}.sums dd{margin:0;font-size:1.5rem;font-weight:650}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line)}
th,td{text-align:left;vertical-align:top;padding:.55rem .85rem;border-bottom:1px solid var(--line)}
thead th{overflow-wrap:normal;color:var(--soft);font-size:.85rem;font-weight:600}
tbody tr:last-child>*{border-bottom:0}tbody th{font-weight:600}
.tag{display:inline-block;border-radius:6px;padding:0 .4rem;font-size:.85rem;font-weight:600}
.tag.warn{color:var(--warn);background:var(--warnbg)}.n{white-space:nowrap}code{font-size:.85em}
.none{color:var(--soft);margin:0}
@media(max-width:44rem){thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,tbody th,td{display:block}tr{padding:.6rem 0;border-bottom:1px solid var(--line)}
tbody tr:last-child{border-bottom:0}tbody th,td{border:0;padding:.1rem .85rem}
td::before{content:attr(data-of) ": ";color:var(--soft)}td:empty{display:none}}
"""


def page(seen: Overview) -> str:
    """The whole page; everything in it is escaped."""
    made = words.when(seen.at)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Slipway, {escape(made)}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>What runs on Slipway</h1><p class="soft">As it was on {escape(made)}.</p>'
        f"{_state(troubles(seen))}{_sums(seen)}"
        f"{_section('Live apps', _apps(seen))}"
        f"{_section('Waiting for approval', _waiting(seen))}"
        f"{_section('Frozen by operators', _frozen(seen))}"
        f"{_section('Broken or stuck', _stuck(seen))}"
        f"{_section('Wanted and not on the shelf', _wanted(seen))}"
        f"{_section('Known weaknesses', _advisories(seen))}"
        f"{_section('Spared a rule for a while', _spared(seen))}"
        f"{_section('Signing keys', _keys(seen))}"
        f"{_section('The record', _chains(seen))}"
        "</main></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _state(lines: Sequence[str]) -> str:
    if not lines:
        return '<div class="state good"><p>All is in order. Nothing needs anybody.</p></div>'
    count = words.counted(len(lines), "thing needs", "things need")
    listed = "".join(f"<li>{escape(one)}</li>" for one in lines)
    return f'<div class="state bad"><p>{escape(count)} somebody:</p><ul>{listed}</ul></div>'


def _sums(seen: Overview) -> str:
    soon = sum(1 for one in seen.running if one.ends_at - seen.at <= SOON)
    sums = (
        ("Live apps", str(len(seen.running))),
        ("End within a week", str(soon)),
        ("Wait for approval", str(len(seen.waiting))),
        ("Reach outside", str(sum(1 for one in seen.running if one.outside))),
        ("Kinds wanted", str(sum(1 for one in seen.wanted if one.filed_at is not None))),
        ("Cost this month", _money(sum((one.cost for one in seen.running), Decimal(0)), seen.currency)),
    )
    return f'<dl class="sums">{"".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in sums)}</dl>'


def _money(amount: Decimal, currency: str) -> str:
    sign = costs.SIGNS.get(currency, f"{currency} ")
    return f"{sign}{amount:.2f}" if amount >= Decimal("0.01") or not amount else f"under {sign}0.01"


def _apps(seen: Overview) -> str:
    rows = [
        (
            f"{escape(one.app.title)} {_tags(one)}<br><code>{escape(one.app.slug)}</code>",
            escape(one.owner + (" (has left)" if one.gone else "")),
            escape(one.app.team or "-"),
            escape(one.app.audience.label or one.app.audience.kind),
            escape(", ".join(one.outside)) or "nothing outside",
            _ends(one.ends_at, seen.at),
            f'<span class="n">{escape(_money(one.cost, seen.currency))}</span>',
        )
        for one in seen.running
    ]
    return _table(("App", "Owner", "Team", "Open to", "May reach", "Ends", "This month"), rows, "Nothing is live.")


def _tags(one: Running) -> str:
    told = [("bad", "does not run")] if one.unproved else [("warn", "suspended")] if one.paused else []
    return "".join(f'<span class="tag {kind}">{said}</span>' for kind, said in told)


def _ends(at: int, now: int) -> str:
    if not at:
        return "unknown"
    days = words.counted(max(0, at - now) // keys.DAY, "day", "days")
    soon = f' <span class="tag warn">in {days}</span>' if at - now <= SOON else ""
    return f"{escape(words.when(at))}{soon}"


def _waiting(seen: Overview) -> str:
    rows = [
        (
            escape(one.app.title),
            escape(one.asker),
            escape(", ".join(f"@{group}" for group in one.standing.groups)),
            escape(words.when(one.standing.expires_at)),
            f"<code>{escape(one.standing.proposal.digest[7:19])}</code>",
        )
        for one in seen.waiting
    ]
    return _table(("App", "Asked by", "Decided by", "Until", "Proposal"), rows, "Nothing waits for anybody.")


def _frozen(seen: Overview) -> str:
    rows = [
        (escape(one.named), escape(words.when(one.freeze.at)), escape(one.who), escape(one.freeze.reason) or "-")
        for one in seen.frozen
    ]
    return _table(("What", "Since", "By", "Why"), rows, "Nothing stands frozen.")


def _stuck(seen: Overview) -> str:
    broken = [
        (
            escape(one.app.title),
            "it fails its visitors",
            escape(words.when(one.since)),
            escape(one.kind),
            "see its card",
        )
        for one in seen.broken
    ]
    stuck = [
        (
            escape(title),
            escape(ending_words.STEPS.get(one.step, one.step)),
            escape(words.when(one.since)),
            escape(one.trouble),
            escape(f"tried {words.counted(one.attempts, 'time', 'times')}, again on {words.when(one.due_at)}"),
        )
        for title, one in seen.stuck
    ]
    heads = ("App", "What", "Since", "Why", "Next")
    return _table(heads, [*broken, *stuck], "Nothing is broken, and nothing is stuck.")


def _advisories(seen: Overview) -> str:
    if seen.report is None:
        return f'<p class="none">Nobody looks: {escape(seen.unread)}.</p>'
    age = advising.age(seen.report.snapshot, seen.at)
    stale = "tag bad" if seen.report.snapshot.stale(seen.at) else "soft"
    stages: dict[tuple[str, ...], list[str]] = {}
    for one in seen.report.found:
        step = f"move to {one.move}" if one.move else "no better version here yet"
        component = f"{one.match.component.name} {one.match.component.version}".strip()
        key = (one.app.title, one.match.advisory.id, one.match.advisory.severity, component, step)
        stages.setdefault(key, []).append(one.stage)
    rows = [
        (f"{escape(title)} ({escape(', '.join(sorted(stages[title, *rest])))})", *map(escape, rest))
        for title, *rest in stages
    ]
    rows += [(escape(one), "", "unknown", "it has no SBOM that can be read", "") for one in seen.report.unlisted]
    none = f"None in {words.counted(seen.report.looked_at, 'deployment', 'deployments')}."
    table = _table(("App", "Advisory", "Severity", "Component", "Next step"), rows, none)
    return f'<p><span class="{stale}">{escape(age)}</span></p>{table}'


def _wanted(seen: Overview) -> str:
    """The twenty that most people want; the command lists them all."""
    rows = [
        (
            f"<code>{escape(one.name)}</code>",
            str(one.people),
            str(one.noticed),
            escape(one.words),
            escape(one.lacks) or "-",
        )
        for one in seen.wanted[:20]
    ]
    table = _table(("Wish", "People", "Requests", "In their words", "Missing"), rows, "Nobody wants what is not there.")
    more = len(seen.wanted) - len(rows)
    return table + (f'<p class="soft">{escape(words.more(more))} platformctl demand list</p>' if more > 0 else "")


def _spared(seen: Overview) -> str:
    rows = [
        (escape(app.title), escape(one.rule), escape(one.owner), escape(words.when(one.until)), escape(one.reason))
        for app, one in seen.spared
    ]
    return _table(("App", "Rule", "Answered for by", "Until", "Why"), rows, "No app is spared any rule.")


def _keys(seen: Overview) -> str:
    rows = [
        (
            f"<code>{escape(short(one.id))}</code>",
            _key(one, seen),
            escape(words.when(one.created_at)),
            escape(words.when(one.ends_at)),
        )
        for one in seen.keys
    ]
    return _table(("Key", "State", "Made", "Ends"), rows, "There is no key yet.")


def _key(one: Key, seen: Overview) -> str:
    if one.revoked_at is not None:
        return escape(f"revoked on {words.when(one.revoked_at)}")
    if seen.at >= one.ends_at:
        return f'<span class="tag bad">ended</span> what it signed runs until {escape(words.when(one.grace_at))}'
    soon = ' <span class="tag warn">ends soon</span>' if seen.at >= one.ends_at - keys.NOTICE else ""
    return ("signs" if one.id == seen.signs else "trusted") + soon


def _chains(seen: Overview) -> str:
    rows = [
        (
            escape(one.workspace),
            f'<span class="tag bad">broken</span> {escape(one.broken[0])}' if one.broken else "whole",
            f"{one.count:,}",
            f"<code>{escape(one.head[7:19])}</code>",
            escape(words.when(one.anchored_at)) if one.anchored_at else "never",
        )
        for one in seen.chains
    ]
    return _table(("Workspace", "Chain", "Events", "Head", "Anchored last"), rows, "Nothing has happened yet.")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], none: str) -> str:
    """A table of cells that are HTML already. On a phone its rows are blocks, and stay a table for who cannot see."""
    body = "".join(_row(heads, row) for row in rows)
    if not body:
        return f'<p class="none">{escape(none)}</p>'
    head = "".join(f'<th scope="col" role="columnheader">{escape(one)}</th>' for one in heads)
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(heads: Sequence[str], row: Sequence[str]) -> str:
    cells = "".join(_cells(heads, row))
    return f'<tr role="row">{cells}</tr>'


def _cells(heads: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    for name, cell in zip(heads, row, strict=True):
        if name == heads[0]:
            yield f'<th scope="row" role="rowheader">{cell}</th>'
        else:
            yield f'<td role="cell" data-of="{escape(name)}">{cell}</td>'
