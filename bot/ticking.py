"""The ticks: what control does by itself, and how often. Each finds in the rows what is left to do."""

from collections.abc import Callable, Mapping

from bot import clockwork
from bot.archives import putting_back
from bot.building import journey, picturing
from bot.database import Changes
from bot.ending import endings
from bot.hearing import following, unfurling
from bot.operating import advising, anchoring, configured, freeze_telling, probing, renewing, scheduling, upkeep
from bot.owning import orphans
from bot.posting import outbox
from bot.posting.outbox import Carrier
from bot.rows.requests import State
from bot.shelf import home, prompts
from bot.threads import digests, parking, visits
from bot.verbs import decisions
from bot.versions import broken
from bot.wiring import Wiring

QUICK, SLOW, USAGE, MINUTELY, HOURLY = 0.1, 1.0, 10.0, 60.0, 3600.0
"""Seconds between ticks: of what a person waits for, of what has days, and of clearing up."""
AT_LEAST = 1.0
"""Seconds after which what a person waits for is looked at though nothing was written: it may have become due."""
Tick = Callable[[], object]


def every(
    wiring: Wiring, carrier: Carrier, steps: Mapping[State, journey.Take], connect: Tick, changes: Changes
) -> Mapping[str, tuple[Tick, float]]:
    """All ticks by name, each with the seconds between two of them; `connect` connects to the chat unless it is."""
    digesting = digests.by(wiring)

    def quick(tick: Tick) -> tuple[Tick, float]:
        return when_written(tick, changes.version), QUICK

    return {
        "journey": quick(lambda: journey.tick(wiring, steps)),
        "decisions": quick(lambda: decisions.tick(wiring)),
        "rush": quick(lambda: decisions.rush(wiring)),
        "freezes": (lambda: freeze_telling.tick(wiring), SLOW),
        "home": quick(lambda: home.tick(wiring)),
        "follow-ups": quick(lambda: following.tick(wiring)),
        "prompts": quick(lambda: prompts.tick(wiring)),
        "unfurls": quick(lambda: unfurling.tick(wiring)),
        "outbox": quick(lambda: outbox.deliver(wiring.engine, carrier, wiring.now(), digesting)),
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


def when_written(tick: Tick, version: Callable[[], int], stopwatch: Callable[[], float] = clockwork.stopwatch) -> Tick:
    """The tick, left out while the database is as it found it, for `AT_LEAST` seconds: an idle house costs little."""
    seen: int | None = None
    looked = 0.0

    def look() -> None:
        nonlocal seen, looked
        # Before the tick reads: what is written meanwhile is seen the next time.
        now, found = stopwatch(), version()
        if found != seen or now - looked >= AT_LEAST:
            seen, looked = found, now
            tick()

    return look


def _upkeep(wiring: Wiring) -> None:
    upkeep.survey(wiring)
    upkeep.purge(wiring)


def _visits_end() -> int:
    return clockwork.wall() - visits.KEPT_DAYS * clockwork.DAY
