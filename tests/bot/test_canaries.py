"""Canaries of every kind, planted wherever people write on the whole way of an app: nowhere afterwards (R7, P2)."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from bot import telemetry
from bot.conversation import Thread
from templates.catalog import Catalog
from templates.template import Need, StoreShape
from tests.bot.house import House
from tests.bot.test_secrets import Recording
from tests.bot.test_telemetry import sink
from tests.guardrails.lines import SHAPES, key, prefixed

DICE = random.Random(28)
ARMOUR = "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC{}\n-----END " + "PRIVATE KEY-----"
CANARIES = {
    **{shape.partition(":")[0]: key(shape, DICE) for shape in SHAPES if prefixed(shape)},
    "password": "Kd7!vRq29#mTz",
    "connection string": "postgres://" + "crm:Tr0ub4dor8xQ@db.example.com:5432/crm",
    "private key": ARMOUR.format("BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"),
    "login": "https://" + "crm:Wq8vLp2xRt@crm.example.com/",
}
SAID = {"password": "my password is {}"}
SURVEY = "a lunch survey for ops, three questions"
WIDE = "a feedback survey about the new office for everyone in the company"


PACKED = ("exports", "archives")
"""Folders of what is kept of apps that have ended, in zips."""
FIELDS = ("what", "where", "reason", "remark", "hint", "story")
"""Of the app that people write into."""


def planted(ways: int) -> list[str]:
    """The canaries, in so many texts."""
    texts = ["" for _ in range(ways)]
    for number, (kind, canary) in enumerate(CANARIES.items()):
        texts[number % ways] += f"; {SAID.get(kind, 'use the token {}').format(canary)}"
    return texts


def the_whole_way(house: House) -> None:
    """Asked in every way, answered, changed in the form, refused with a reason, live, ended with an export."""
    command, mention, direct, form, reason, reply, title = planted(7)
    house.say(f"@Slipway {SURVEY}{mention}")
    house.say(f"{SURVEY}{direct}", channel=house.ana.open(house.harbor.config.bot_user))
    asked = house.ask("I need a tool for the invoices, please. It should be simple.")
    house.say(f"a survey{reply}", thread=asked.root)
    ts = house.ana.say("x", "#ops")
    named = {"files": [{"title": title, "name": "keys.txt"}], "subtype": "file_share"}
    bot = house.harbor.config.bot_user
    house.door.event({"type": "app_mention", "text": f"<@{bot}> {SURVEY}", "ts": ts, **named}, ident=f"Ev{ts}")
    house.settle()
    house.ask(f"{SURVEY}{command}")
    thread = house.ask(WIDE)
    house.fill(thread, title=f"Lunch{form}")
    house.press(thread, "slipway.publish")
    view = house.form(thread, house.ben, "slipway.reject")
    house.ben.submit(view["id"], {"reason": f"not like this{reason}"})
    house.settle()
    ended(house, house.ask(f"a tracker for broken printers with fields {', '.join(FIELDS)}"))


def ended(house: House, thread: Thread) -> None:
    """Every canary written into the app once, the first ones into its preview too."""
    written = [f"more of it{text}" for text in planted(len(CANARIES))]
    first, *others = batched(written, len(FIELDS))
    enter(house, house.preview(thread), first)
    house.press(thread, "slipway.publish")
    for one in (first, *others):
        enter(house, house.live(thread), one)
    assert "without secrets" in house.card(thread)
    house.later(200)
    house.later(4)  # nobody was reminded, so the end was put off once
    assert list((house.home / "exports").iterdir()), "there is an export"
    assert list((house.home / "archives").iterdir()), "and an archive"


def batched(texts: list[str], size: int) -> list[list[str]]:
    return [texts[at : at + size] for at in range(0, len(texts), size)]


def enter(house: House, url: str, texts: list[str]) -> None:
    filed = house.answer(house.ana, url + "add", **dict(zip(FIELDS, texts, strict=False)))
    assert filed.status_code == 200, filed.text


def careful(shelf: Catalog) -> Catalog:
    """The same shelf, each of its tables without secrets."""

    def scrubbed(need: Need) -> Need:
        if not isinstance(need, StoreShape):
            return need
        tables = {name: table.model_copy(update={"scrub": True}) for name, table in need.tables.items()}
        return need.model_copy(update={"tables": tables})

    return Catalog(tuple(replace(one, needs=tuple(map(scrubbed, one.needs))) for one in shelf.templates))


@contextmanager
def collected() -> Iterator[list[tuple[str, bytes]]]:
    """What an OTLP collector on a socket of its own is sent meanwhile, as it came."""
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    with sink() as (url, got):
        processor = telemetry.sending(url)
        provider.add_span_processor(processor)
        try:
            yield got
        finally:
            processor.force_flush()
            processor.shutdown()


def forms(canary: str) -> list[bytes]:
    """A canary as it may stand in a file: itself, in JSON, and each of its lines that is long enough to be told."""
    spelled = {canary, canary.replace("/", r"\/"), canary.replace("\n", r"\n")}
    return [one.encode() for one in (*spelled, *(line for line in canary.split("\n") if "-----" not in line))]


def test_a_canary_of_every_kind_is_nowhere_after_the_whole_way(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:  # R7, P2
    for name in ("", "slipway", "slack_sdk", "slack_bolt"):
        caplog.set_level(logging.DEBUG if name else logging.INFO, logger=name or None)
    model = Recording()
    house.wire(model=model, catalog=careful(house.wiring.catalog))
    with collected() as sent:
        the_whole_way(house)
    kept = {
        "prompt": "\n".join(model.read_).encode(),
        "log": caplog.text.encode(),
        "database": house.dump().encode(),
        "messages": house.posted().encode(),
        "collector": b"".join(body for _, body in sent),
        "spans": "\n".join(one.to_json() for one in house.spans.get_finished_spans()).encode(),
        **{str(one.relative_to(house.home)): one.read_bytes() for one in files(house.home)},
        **{f"in {one.name}": unpacked(one) for kind in PACKED for one in (house.home / kind).iterdir()},
    }
    assert len(CANARIES) >= 25
    assert model.read_ and kept["spans"] and any(name.startswith("exports/") for name in kept)
    assert b"heard" in kept["collector"] and b"visit" in kept["collector"]
    exported = b"".join(unpacked(one) for one in (house.home / "exports").iterdir())
    assert exported.count(b"more of it") >= len(CANARIES) and exported.count(b"#1>") >= len(CANARIES)
    leaks = [(kind, place) for kind, one in CANARIES.items() for place, text in kept.items() if holds(text, one)]
    assert leaks == []


def unpacked(export: Path) -> bytes:
    """Every file of an export, one after the other."""
    with ZipFile(export) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def holds(text: bytes, canary: str) -> bool:
    return any(one in text for one in forms(canary))


def files(home: Path) -> list[Path]:
    """Everything that the installation has on its disk."""
    return [one for one in home.rglob("*") if one.is_file()]
