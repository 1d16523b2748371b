"""The label: what an app can and cannot do, in words, computed from its Manifest and what it is granted (N5).

The card, the request for approval and the app's own page about itself all take their words from here.
"""

from collections.abc import Collection, Mapping, Sequence

from templates.manifest import (
    Capability,
    Days,
    EgressCapability,
    Frozen,
    MailCapability,
    Manifest,
    NotifyCapability,
    ScheduleCapability,
    StoreCapability,
    Time,
)

NOTHING = "show pages, and nothing else"
NEVER = ("read your Slack messages", "see other apps' data")
INTERNET = "reach the internet"


class Label(Frozen):
    """What an app can and cannot do, a phrase each."""

    can: tuple[str, ...]
    cannot: tuple[str, ...]


def label(manifest: Manifest, granted: Collection[str]) -> Label:
    """The words for exactly what is declared *and* granted: the host offers no other way out.

    `granted` are names of Grants, as `names` gives them.
    """
    said = phrases(manifest, granted)
    out = any(name.startswith("egress:") for name in said)
    withheld = tuple(f"{phrase}: not granted" for phrase in phrases(manifest, _missing(manifest, granted)).values())
    return Label(
        can=tuple(dict.fromkeys(said.values())) or (NOTHING,),
        cannot=(*(() if out else (INTERNET,)), *NEVER, *dict.fromkeys(withheld)),
    )


def phrases(manifest: Manifest, granted: Collection[str]) -> Mapping[str, str]:
    """The phrase for each granted name that the Manifest declares. Hosts share one phrase, and so do domains."""
    found: dict[str, str] = {}
    for one in manifest.capabilities:
        if isinstance(one, StoreCapability) and "store" in granted:
            found["store"] = f"keep entries in a table of its own{_without(one)}, for {manifest.retention_days} days"
        if isinstance(one, NotifyCapability) and "notify" in granted:
            found["notify"] = f"post up to {one.per_day} messages a day in its thread"
        if isinstance(one, EgressCapability):
            hosts = [host for host in one.hosts if f"egress:{host}" in granted]
            found |= dict.fromkeys((f"egress:{host}" for host in hosts), f"call {', '.join(hosts)}")
        if isinstance(one, MailCapability):
            domains = [domain for domain in one.domains if f"mail:{domain}" in granted]
            to = ", ".join(f"@{domain}" for domain in domains)
            mails = f"send up to {one.per_day} mails a day to {to}"
            found |= dict.fromkeys((f"mail:{domain}" for domain in domains), mails)
        if isinstance(one, ScheduleCapability):
            found |= {
                f"schedule:{name}": by_itself(name, time)
                for name, time in one.times.items()
                if f"schedule:{name}" in granted
            }
    return found


def names(capabilities: Sequence[Capability]) -> tuple[str, ...]:
    """What a Manifest asks for, one name a thing that can be granted or revoked.

    `store`, `notify`, `egress:<host>`, `mail:<domain>`, `schedule:<name>`.
    """
    found: list[str] = []
    for one in capabilities:
        if isinstance(one, EgressCapability):
            found += [f"egress:{host}" for host in one.hosts]
        elif isinstance(one, MailCapability):
            found += [f"mail:{domain}" for domain in one.domains]
        elif isinstance(one, ScheduleCapability):
            found += [f"schedule:{name}" for name in one.times]
        else:
            found.append(one.kind)
    return tuple(sorted(found))


def disagreement(manifest: Manifest, used: Collection[str], granted: Sequence[str]) -> str:
    """Why the label of an app would not be true, in a sentence; empty when all agree.

    `used` are the kinds of capability that its code asks the host for, `granted` what it is to be given.
    """
    wanted = set(names(manifest.capabilities))
    kinds = {name.partition(":")[0] for name in wanted}
    beyond, unused = sorted(set(granted) - wanted), sorted(wanted - set(granted))
    silent = sorted(set(used) - kinds)
    said = [
        f"its code uses {', '.join(silent)} and its Manifest does not say so" if silent else "",
        f"it would be given {', '.join(beyond)}, which its Manifest does not ask for" if beyond else "",
        f"its Manifest asks for {', '.join(unused)}, which it would not be given" if unused else "",
    ]
    return "; ".join(one for one in said if one)


def by_itself(name: str, time: Time) -> str:
    """At which time an app runs by itself: `run by itself every weekday at 09:00 UTC (daily summary)`."""
    return f"run by itself every {_days(time.every)} at {time.at} UTC ({name.replace('_', ' ')})"


def _days(every: Days) -> str:
    if every in ("day", "weekday"):
        return every
    *most, last = [one.capitalize() for one in every.split(",")]
    return f"{', '.join(most)} and {last}" if most else last


def _without(store: StoreCapability) -> str:
    """Of which entries secrets are taken out before they are kept."""
    scrubbed = [name for name, table in store.tables.items() if table.scrub]
    if not scrubbed:
        return ""
    return ", without secrets" if len(scrubbed) == len(store.tables) else f", without secrets in {', '.join(scrubbed)}"


def _missing(manifest: Manifest, granted: Collection[str]) -> frozenset[str]:
    return frozenset(names(manifest.capabilities)) - frozenset(granted)
