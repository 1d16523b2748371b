"""Settings: what is missing or malformed stops the start, by name, with where to get it."""

from pathlib import Path

import pytest

from bot import backend, settings
from bot.settings import BadSetting, CannotStart
from generator import scores
from generator.offline_model import OfflineModel
from generator.openai_model import OpenAIModel

WHOLE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLIPWAY_CLIENT_ID": "1.2",
    "SLIPWAY_CLIENT_SECRET": "s3",
}


ROLES = "write operator=@group, auditor=@group or lead=@group, separated by commas."
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
        ("SLIPWAY_UNDERSTANDING", "gpt", " is 'gpt': set it to rules, remote or local."),
        (
            "SLIPWAY_UNDERSTANDING",
            "remote",
            " is 'remote', and OPENAI_API_KEY or OPENAI_BASE_URL is not set: set it, or say rules.",
        ),
        ("SLIPWAY_UNDERSTANDING", "local", " is 'local', and SLIPWAY_LOCAL_MODEL is not set: set it, or say rules."),
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


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "rules"),
        ({"OPENAI_API_KEY": "sk-1"}, "remote gpt-4o-mini"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_MODEL": "m"}, "remote m"),
        ({"SLIPWAY_LOCAL_MODEL": "/models/qwen-1.5b.gguf"}, "local qwen-1.5b"),
        ({"OPENAI_API_KEY": "sk-1", "SLIPWAY_UNDERSTANDING": "rules"}, "rules"),
        ({"OPENAI_API_KEY": "sk-1", "SLIPWAY_LOCAL_MODEL": "x.gguf", "SLIPWAY_UNDERSTANDING": "local"}, "local x"),
    ],
)
def test_what_understands_follows_from_what_is_set(given: dict[str, str], named: str) -> None:
    assert settings.model(given).backend == named
    assert settings.model(given).remote == named.startswith("remote")


def test_two_models_need_a_word_which() -> None:
    with pytest.raises(BadSetting, match="there are two models: set it to remote or local"):
        settings.model({"OPENAI_API_KEY": "sk-1", "SLIPWAY_LOCAL_MODEL": "x.gguf"})


def test_a_backend_measured_too_low_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A4: below its threshold it refuses to start as the default."""
    low = scores.Score(kind=0.95, whole=0.6, answers=0.9, wrongly_built=0.0, requests=641, day="2026-11-26")
    monkeypatch.setattr(scores, "measured", lambda: {"remote m": low})
    chosen = settings.model({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_MODEL": "m"})
    with pytest.raises(CannotStart, match=r"over 641 requests: whole 0.60 \(least 0.75\). Set SLIPWAY_UNDERSTANDING"):
        backend.model(chosen)
    assert isinstance(backend.made(chosen), OpenAIModel), "yet it can be measured anew"
    assert isinstance(backend.model(settings.model({})), OfflineModel)


def test_no_setting_shows_a_secret() -> None:
    shown = repr(settings.read({**WHOLE, "OPENAI_API_KEY": "sk-1234"}))
    assert [one for one in ("xoxb-1", "xapp-1", "s3", "sk-1234") if one in shown] == []


def test_everything_else_has_a_default() -> None:
    made = settings.read(WHOLE)
    assert (made.gateway.port, made.gateway.domain, made.demo_clock, made.model.understanding) == (
        8300,
        "localhost",
        False,
        "rules",
    )


def test_the_template_team_has_a_channel_of_its_own() -> None:  # T8 N3
    assert settings.read({**WHOLE, "SLIPWAY_TEMPLATE_CHANNEL": "C01"}).template_channel == "C01"
    assert settings.read(WHOLE).template_channel == ""


# Where archives go

KEY = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "kept-secret"}


def test_archives_go_into_a_folder_of_ours_unless_somebody_says_where(tmp_path: Path) -> None:  # G11
    assert settings.archives(tmp_path, {}).root == tmp_path / "archives"
    assert settings.archives(tmp_path, {"SLIPWAY_ARCHIVE": "/mnt/archive"}).root == Path("/mnt/archive")
    found = settings.archives(tmp_path, {"SLIPWAY_ARCHIVE": "s3://platform-archive/apps/", **KEY})
    assert found.at("").place == "s3://platform-archive/apps/"
    assert found.at("surveys").place == "surveys"
    assert "kept-secret" not in repr(found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLIPWAY_ARCHIVE": "archives"}, "write a folder's path from the root"),
        ({"SLIPWAY_ARCHIVE": "s3://../x", **KEY}, "write s3://bucket/path/"),
        ({"SLIPWAY_ARCHIVE": "s3://platform-archive/"}, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ({"SLIPWAY_ARCHIVE_BUCKETS": "s3://x"}, "write names of buckets, separated by commas"),
        ({**KEY, "AWS_ENDPOINT_URL_S3": "minio:9000"}, "is no address: write https://host"),
    ],
)
def test_a_place_for_archives_that_cannot_be_used_is_named_at_the_start(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:  # G11
    with pytest.raises(settings.BadSetting, match=said) as caught:
        settings.archives(tmp_path, given)
    assert "kept-secret" not in str(caught.value)
