"""Narrow: a Manifest with only some of what it asks for, to be judged as if it asked for no more."""

from collections.abc import Collection, Iterator

from templates.manifest import Capability, EgressCapability, MailCapability, Manifest, ScheduleCapability


def narrow(manifest: Manifest, names: Collection[str]) -> Manifest:
    """The Manifest without whatever is not named; names are those of Grants (`templates.label.names`)."""
    return manifest.model_copy(update={"capabilities": tuple(_left(manifest, names))})


def _left(manifest: Manifest, names: Collection[str]) -> Iterator[Capability]:
    for one in manifest.capabilities:
        if isinstance(one, EgressCapability):
            hosts = tuple(host for host in one.hosts if f"egress:{host}" in names)
            yield from [one.model_copy(update={"hosts": hosts})] if hosts else []
        elif isinstance(one, MailCapability):
            domains = tuple(domain for domain in one.domains if f"mail:{domain}" in names)
            yield from [one.model_copy(update={"domains": domains})] if domains else []
        elif isinstance(one, ScheduleCapability):
            times = {name: time for name, time in one.times.items() if f"schedule:{name}" in names}
            yield from [one.model_copy(update={"times": times})] if times else []
        elif one.kind in names:
            yield one
