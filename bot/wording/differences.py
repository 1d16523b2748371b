"""What changed between two Proposals, in plain words for those who decide on the newer one (N4)."""

from collections.abc import Iterator, Sequence

from bot.wording import words
from bot.wording.blocks import quoted
from guardrails.proposal import Proposal
from templates.audience import Audience
from templates.bundle import Bundle
from templates.label import label


def changes(before: Proposal, after: Proposal, old: Bundle | None, new: Bundle | None) -> Sequence[str]:
    """One line a change; the bundles are None when their files are gone or damaged."""
    return [*_abilities(before, after, old, new), *_terms(before, after), *_files(before, after, old, new)]


def _abilities(before: Proposal, after: Proposal, old: Bundle | None, new: Bundle | None) -> Iterator[str]:
    if old is None or new is None:
        gone, come = set(before.grants) - set(after.grants), set(after.grants) - set(before.grants)
        had, has = sorted(gone), sorted(come)
    else:
        could, can = label(old.manifest, before.grants).can, label(new.manifest, after.grants).can
        had, has = [one for one in could if one not in can], [one for one in can if one not in could]
    yield from (f"new: it can {quoted(one, 150)}" for one in has)
    yield from (f"no longer: it could {quoted(one, 150)}" for one in had)


def _terms(before: Proposal, after: Proposal) -> Iterator[str]:
    yield from _opened(before.audience, after.audience)
    if before.title != after.title:
        yield f"called “{quoted(after.title, 100)}”, before: “{quoted(before.title, 100)}”"
    for who, now, then in (
        ("may see the results and change it", after.collaborators, before.collaborators),
        ("is named in it", after.named, before.named),
    ):
        yield from (f"new: @{quoted(one, 40)} {who}" for one in now if one not in then)
        yield from (f"no longer: @{quoted(one, 40)} {who}" for one in then if one not in now)
    if before.ttl_days != after.ttl_days:
        yield f"runs {words.counted(after.ttl_days, 'day', 'days')}, before: {before.ttl_days}"
    if (before.cost_low, before.cost_high) != (after.cost_low, after.cost_high):
        yield f"costs {_cost(after)}, before: {_cost(before)}"
    if before.policy != after.policy:
        yield "judged by other policies than before"


def _opened(before: Audience, after: Audience) -> Iterator[str]:
    """Who may open it now and could not before, and the other way round."""
    now, then = ({**one.parts, **{("@", who): f"@{who}" for who in one.also}} for one in (after, before))
    yield from (f"new: may be opened by {quoted(called, 100)}" for part, called in now.items() if part not in then)
    yield from (f"no longer: could be opened by {quoted(one, 100)}" for part, one in then.items() if part not in now)


def _cost(one: Proposal) -> str:
    return words.cost(one.cost_low, one.cost_high, one.currency, "").removesuffix(", ")


def _files(before: Proposal, after: Proposal, old: Bundle | None, new: Bundle | None) -> Iterator[str]:
    if before.bundle == after.bundle:
        return
    if old is None or new is None:
        yield "its files are not the same"
        return
    names = sorted(name for name in {*old.files, *new.files} if old.files.get(name) != new.files.get(name))
    if names:
        yield f"its files changed: {', '.join(quoted(name, 60) for name in names[:5])}"
    if old.manifest.data_class != new.manifest.data_class:
        yield f"holds {new.manifest.data_class} data, before: {old.manifest.data_class}"
