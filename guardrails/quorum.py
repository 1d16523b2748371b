"""Quorum: whose yes is needed. A rule names one group, any of several (`legal|security`), or one after the other
(`security>legal`); what several rules name is needed all together."""

from collections.abc import Callable, Collection, Mapping, Sequence

Members = Mapping[str, frozenset[str]]
"""The Person ids in each group, now."""


def groups(needs: Sequence[str]) -> tuple[str, ...]:
    """Every group that is named, each once."""
    return tuple(dict.fromkeys(group for need in needs for group in _groups(need)))


def said(need: str, called: Callable[[str], str] = lambda group: f"@{group}") -> str:
    """A need in words: `@legal or @security`, `@security, then @legal`."""
    return (", then " if _in_turn(need) else " or ").join(called(group) for group in _groups(need))


def met(needs: Sequence[str], yes: Sequence[str], members: Members) -> bool:
    """Whether these people's yeses, in the order they were given, are enough."""
    return not any(_waiting(need, yes, members) for need in needs)


def asked(needs: Sequence[str], yes: Sequence[str], members: Members) -> frozenset[str]:
    """Whose turn it is: the people whose word counts now."""
    turn = [group for need in needs for group in _waiting(need, yes, members)]
    return frozenset().union(*(members[group] for group in turn))


def nobody(needs: Sequence[str], members: Members, authors: Collection[str]) -> str:
    """A group without which there can be no yes and in which there is nobody but authors; empty when all is well."""
    for need in needs:
        empty = [group for group in _groups(need) if not members[group].difference(authors)]
        if empty and (_in_turn(need) or len(empty) == len(_groups(need))):
            return empty[0]
    return ""


def _waiting(need: str, yes: Sequence[str], members: Members) -> tuple[str, ...]:
    """The groups of which one yes is awaited next; none when the need is met."""
    wanted = _groups(need)
    if not _in_turn(need):
        return () if any(person in members[group] for group in wanted for person in yes) else wanted
    done = 0
    for person in yes:
        if done < len(wanted) and person in members[wanted[done]]:
            done += 1
    return wanted[done : done + 1]


def _groups(need: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in need.replace(">", "|").split("|") if one.strip())


def _in_turn(need: str) -> bool:
    return ">" in need
