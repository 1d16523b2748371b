"""Personal data that an installation wants taken out: valid by its own rules, and nothing that only looks like it."""

import pytest

from bot import settings
from bot.main import scrubbed
from bot.settings import BadSetting
from bot.wording.words import secret_warning
from guardrails.personal import KINDS
from guardrails.scrub import scrub

SLACK = dict.fromkeys(("SLACK_BOT_TOKEN", "SLIPWAY_CLIENT_ID", "SLIPWAY_CLIENT_SECRET"), "xoxb-1")


@pytest.mark.parametrize(
    ("kind", "text", "clean"),
    [
        ("email", "write to ana.silva+ops@mail.example.com.", "write to <email#1>."),
        ("email", "<mailto:ana@example.com|ana@example.com>", "<mailto:<email#1>|<email#1>>"),
        ("phone", "call +49 30 901820 or (+44) 20 7946 0018", "call <phone#1> or <phone#2>"),
        ("card", "card 4111 1111 1111 1111 please", "card <card#1> please"),
        ("iban", "pay to DE89 3704 0044 0532 0130 00 today", "pay to <iban#1> today"),
        ("iban", "GB33BUKB20201555555555", "<iban#1>"),
    ],
)
def test_what_is_valid_goes(kind: str, text: str, clean: str) -> None:  # R7
    assert scrub(text, {kind}).text == clean
    assert scrub(clean, {kind}).text == clean, "once more changes nothing"
    assert scrub(text).text == (clean if kind == "iban" else text), "but for IBANs it stays unless it is asked for"


@pytest.mark.parametrize(
    "text",
    [
        "@ana and @ben decide",
        "order 4111 1111 1111 1112",
        "DE89 3704 0044 0532 0130 02",
        "call 030 901820, room 12, at 17:30 on 2026-11-30",
        "version 1.2.3.4-5678, 1,250,000 EUR, ISBN 978-3-16-148410-0",
        "someone@localhost",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert scrub(text, KINDS).text == text


def test_secrets_and_personal_data_go_together() -> None:
    clean = scrub("mail ana@example.com, password is Kd7!vRq29#mTz", {"email"})
    assert clean.text == "mail <email#1>, password is <password#1>" and clean.kinds == ("email", "password")


def test_the_asker_is_not_told_to_replace_their_own_address() -> None:
    assert secret_warning(["email"]) == (
        ":lock: I took something out of your message before anything was stored or sent: *email*. "
        "It may still stand in the chat: delete or edit it."
    )
    assert "*replace that secret*" in secret_warning(["email", "password"])
    assert secret_warning(["iban"], form=True).endswith("*iban*.")


def test_an_installation_says_which_kinds() -> None:
    assert settings.read({**SLACK, "SLACK_APP_TOKEN": "xapp-1"}).personal == frozenset()
    chosen = settings.read({**SLACK, "SLACK_APP_TOKEN": "xapp-1", "SLIPWAY_SCRUB_PERSONAL": "email, iban"}).personal
    assert scrubbed("ana@example.com", chosen) == ("<email#1>", ("email",))
    with pytest.raises(BadSetting, match=r"SLIPWAY_SCRUB_PERSONAL has mail: it can have card, email, iban, phone\."):
        settings.read({**SLACK, "SLACK_APP_TOKEN": "xapp-1", "SLIPWAY_SCRUB_PERSONAL": "mail"})
