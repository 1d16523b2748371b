"""The file of channels in a whole house: who may ask, whose apps are open to whom, what the record says (U7, U8)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import channels, main
from bot.channels import Channel, Channels
from bot.operating import configured
from bot.platformctl import doctor
from bot.settings import BadSetting
from bot.threads import parking
from bot.who.audiences import EVERYONE
from tests.bot.house import House
from tests.bot.test_platformctl import run

SURVEY = "a lunch survey, three questions, keep it two weeks"
DEMO = "#slipway-demo"
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLIPWAY_CLIENT_ID": "1.2",
    "SLIPWAY_CLIENT_SECRET": "s3",
}


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "channels.yaml"
    path.write_text(text)
    return path


def held(house: House, path: Path) -> None:
    """As control is wired when it starts with this file."""
    settings = replace(house.settings, channels=path)
    wired = main.wire(settings, house.engine, house.chat, house.judge, house.clock)
    house.wire(channels=wired.channels, guest_channels=wired.guest_channels)


def test_guests_ask_and_steer_only_where_the_file_says_so(house: House, tmp_path: Path) -> None:  # U7, U8
    channel = house.harbor.channel("slipway-demo")
    assert "can" in house.card(house.ask(SURVEY, house.gil, DEMO)).lower()
    refused = house.request()
    assert refused.state == "declined"
    held(house, file(tmp_path, f"channels:\n  {channel}:\n    guests_may_ask: true\n"))
    thread = house.ask(SURVEY, house.gil, DEMO)
    house.press(thread, "slipway.publish", house.gil)
    assert house.live(thread)
    held(house, file(tmp_path, "channels: {}\n"))
    told = house.press(thread, "slipway.keep", house.gil)
    assert told.startswith("Guests cannot steer apps here."), "what the file takes away is gone at the next press"


def test_a_channel_says_whom_its_apps_are_open_to_when_nobody_said_it(house: House, tmp_path: Path) -> None:  # U8
    channel = house.harbor.channel("ops")
    held(house, file(tmp_path, f"channels:\n  {channel}:\n    audience: me\n"))
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    url = house.live(thread)
    assert house.ana.sign_in(url).status_code == 200 and house.ben.sign_in(url).status_code == 403
    assert "everyone" in EVERYONE and "everyone" in channels.OPENINGS


def test_that_another_file_holds_is_in_the_record_once_with_its_digest(house: House, tmp_path: Path) -> None:  # U8
    configured.tick(house.wiring)
    assert configured.CHANGED not in house.actions()
    held(house, file(tmp_path, "defaults:\n  posts_a_week: 3\n"))
    for _ in range(3):
        configured.tick(house.wiring)
    assert house.actions().count(configured.CHANGED) == 1
    first = house.wiring.channels.digest
    held(house, file(tmp_path, "defaults:\n  posts_a_week: 4\n"))
    configured.tick(house.wiring)
    assert house.actions().count(configured.CHANGED) == 2 and house.wiring.channels.digest != first
    assert house.wiring.channels.digest in house.dump()
    house.wire(channels=Channels())
    configured.tick(house.wiring)
    assert house.actions().count(configured.CHANGED) == 3


def test_what_cannot_be_said_for_an_hour_is_told_in_the_fallback_channel(house: House) -> None:  # U8
    ops, finance = house.harbor.channel("ops"), house.harbor.channel("finance")
    house.wire(channels=Channels({ops: Channel(fallback=finance)}))
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.ana.trouble(archive="#ops")
    try:
        house.press(thread, "slipway.publish")
        parking.tick(house.wiring)
        house.later(0.1)
        for _ in range(3):
            parking.tick(house.wiring)
            house.settle()
        said = [one["text"] for one in house.dora.messages("#finance") if f"<#{ops}>" in one["text"]]
        assert len(said) == 1 and "needs a yes from" in said[0] and "open it again" in said[0]
    finally:
        house.ana.trouble(unarchive="#ops")


def test_a_file_that_is_not_understood_stops_the_start_with_its_line(tmp_path: Path) -> None:  # U8
    path = file(tmp_path, "channels:\n  C1A2:\n    guest_may_ask: true\n")
    code, out, err = run("control", **SLACK, SLIPWAY_CHANNELS=str(path), SLIPWAY_HOME=str(tmp_path))
    assert (code, out) == (1, "")
    assert err == (
        f"platformctl: SLIPWAY_CHANNELS: {path}, line 3: a channel has no 'guest_may_ask': "
        "did you mean 'guests_may_ask'?\n"
    )


def test_the_doctor_names_the_file_by_its_digest_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # U8
    path = file(tmp_path, "channels:\n  C1A2: {}\n")
    monkeypatch.setenv("SLIPWAY_CHANNELS", str(path))
    line = doctor.channel_file()
    assert line.ok and f"1 channel in {path} ({channels.load(path).digest})" in line.said
    path.write_text("channels: 7\n")
    assert not doctor.channel_file().ok and "line 1: channels must be" in doctor.channel_file().said
    monkeypatch.delenv("SLIPWAY_CHANNELS")
    assert doctor.channel_file().ok
    with pytest.raises(BadSetting):
        channels.load(tmp_path / "nowhere.yaml")
