"""The ticks: what control does by itself, and how often. Each finds in the rows what is left to do."""

from collections.abc import Callable, Mapping

from bot import (
    advising,
    anchoring,
    broken,
    clockwork,
    configured,
    decisions,
    digests,
    endings,
    following,
    freeze_telling,
    home,
    journey,
    orphans,
    outbox,
    parking,
    picturing,
    probing,
    prompts,
    putting_back,
    renewing,
    scheduling,
    unfurling,
    upkeep,
    visits,
)
from bot.outbox import Carrier
from bot.requests import State
from bot.wiring import Wiring

QUICK, SLOW, USAGE, MINUTELY, HOURLY = 0.1, 1.0, 10.0, 60.0, 3600.0
"""Seconds between ticks: of what a person waits for, of what has days, and of clearing up."""
Tick = Callable[[], object]


def every(
    wiring: Wiring, carrier: Carrier, steps: Mapping[State, journey.Take], connect: Tick
) -> Mapping[str, tuple[Tick, float]]:
    """All ticks by name, each with the seconds between two of them; `connect` connects to the chat unless it is."""
    digesting = digests.by(wiring)
    return {
        "journey": (lambda: journey.tick(wiring, steps), QUICK),
        "decisions": (lambda: decisions.tick(wiring), QUICK),
        "rush": (lambda: decisions.rush(wiring), QUICK),
        "freezes": (lambda: freeze_telling.tick(wiring), SLOW),
        "home": (lambda: home.tick(wiring), QUICK),
        "follow-ups": (lambda: following.tick(wiring), QUICK),
        "prompts": (lambda: prompts.tick(wiring), QUICK),
        "unfurls": (lambda: unfurling.tick(wiring), QUICK),
        "outbox": (
            lambda: outbox.deliver(wiring.engine, carrier, wiring.now(), digesting),
            QUICK,
        ),
        "parking": (lambda: parking.tick(wiring), MINUTELY),
        "pictures": (lambda: picturing.tick(wiring), SLOW),
        "restores": (lambda: putting_back.finish(wiring), SLOW),
        "broken": (lambda: broken.tick(wiring), SLOW),
        "schedules": (lambda: scheduling.tick(wiring), SLOW),
        "endings": (lambda: endings.tick(wiring), SLOW),
        "probes": (lambda: probing.tick(wiring), SLOW),
        "connection": (connect, SLOW),
        "usage": (lambda: upkeep.count(wiring), USAGE),
        "upkeep": (lambda: _upkeep(wiring), MINUTELY),
        "owners": (lambda: orphans.tick(wiring), USAGE),
        "advisories": (lambda: advising.tick(wiring, wiring.osv), HOURLY),
        "configured": (lambda: configured.tick(wiring), HOURLY),
        "keys": (lambda: renewing.tick(wiring), HOURLY),
        "anchors": (lambda: anchoring.tick(wiring), HOURLY),
        "visits": (lambda: upkeep.forget_visits(wiring, _visits_end()), HOURLY),
    }


def _upkeep(wiring: Wiring) -> None:
    upkeep.survey(wiring)
    upkeep.purge(wiring)


def _visits_end() -> int:
    return clockwork.wall() - visits.KEPT_DAYS * clockwork.DAY
