"""Settings: what is missing or malformed stops the start, by name, with where to get it."""

import pytest

from bot import settings
from bot.settings import BadSetting

WHOLE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLIPWAY_CLIENT_ID": "1.2",
    "SLIPWAY_CLIENT_SECRET": "s3",
}


ROLES = "write operator=@group or auditor=@group, separated by commas."
CREDENTIALS = "copy it from Basic Information, App Credentials; see docs/slack.md."


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_BOT_TOKEN", "", " is not set: see docs/slack.md, or run `make demo`, which needs no token."),
        ("SLACK_BOT_TOKEN", "xapp-1", " does not begin with xoxb-: copy the Bot User OAuth Token; see docs/slack.md."),
        ("SLACK_APP_TOKEN", "xoxb-1", " does not begin with xapp-: generate an App-Level Token; see docs/slack.md."),
        ("SLIPWAY_CLIENT_ID", "", f" is not set, and visitors could not sign in: {CREDENTIALS}"),
        ("SLIPWAY_CLIENT_SECRET", "", f" is not set, and visitors could not sign in: {CREDENTIALS}"),
        ("SLIPWAY_SCHEME", "ftp", " is 'ftp': set it to http or https."),
        ("SLIPWAY_GATEWAY_PORT", "many", " is 'many': set it to a port number between 1 and 65535."),
        ("SLIPWAY_HTTP_PORT", "70000", " is '70000': set it to a port number between 1 and 65535."),
        ("SLIPWAY_WORKERS", "0", " is '0': set it to a number between 1 and 64."),
        ("SLIPWAY_ROLES", "owner=@all", f" has 'owner=@all': {ROLES}"),
        ("SLIPWAY_ROLES", "operator=@a b", f" has 'operator=@a b': {ROLES}"),
        ("SLIPWAY_ROLES", "auditor", f" has 'auditor': {ROLES}"),
        (
            "SLIPWAY_GUEST_CHANNELS",
            "C0123ABCD, #ops",
            " has '#ops': write channels by their ids, such as C0123ABCD, separated by commas.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_where_to_get_it(name: str, value: str, told: str) -> None:
    with pytest.raises(BadSetting) as stopped:
        settings.read({**WHOLE, name: value})
    assert str(stopped.value) == name + told


def test_roles_are_groups_and_channels_are_ids() -> None:
    said = {"SLIPWAY_ROLES": "operator=@sre, auditor=audit ,operator=@platform", "SLIPWAY_GUEST_CHANNELS": "C01, C02"}
    found = settings.read({**WHOLE, **said})
    assert found.roles == {"operator": ("sre", "platform"), "auditor": ("audit",)}
    assert found.guest_channels == {"C01", "C02"}
    plain = settings.read(WHOLE)
    assert (plain.roles, plain.roles_claim, plain.guest_channels) == ({}, "", frozenset())


def test_one_of_two_ways_to_slack_is_needed() -> None:
    with pytest.raises(BadSetting) as stopped:
        settings.read({**WHOLE, "SLACK_APP_TOKEN": ""})
    told = "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP: see docs/slack.md."
    assert str(stopped.value) == told
    assert settings.read({**WHOLE, "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "s"}).slack.http_port == 3000


def test_the_gateway_needs_no_token_and_gets_none() -> None:
    made = settings.gateway({**WHOLE, "SLACK_SIGNING_SECRET": "hunter2"})
    assert made.client_id == "1.2"
    assert "xoxb" not in repr(made) + str(vars(made))


def test_no_setting_shows_a_secret() -> None:
    shown = repr(settings.read({**WHOLE, "OPENAI_API_KEY": "sk-1234"}))
    assert [one for one in ("xoxb-1", "xapp-1", "s3", "sk-1234") if one in shown] == []


def test_everything_else_has_a_default() -> None:
    made = settings.read(WHOLE)
    assert (made.gateway.port, made.gateway.domain, made.demo_clock, made.model.configured) == (
        8300,
        "localhost",
        False,
        False,
    )
