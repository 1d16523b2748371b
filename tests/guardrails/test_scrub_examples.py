"""Fillers, near misses and published examples stay; what could be a key goes. Keys are made from parts."""

import string

import pytest

from guardrails.scrub import Scrubbed, scrub

ALPHABET = string.ascii_lowercase
FILLERS = {
    "a mask": "gh" + "u_" + "x" * 36,
    "a mask in groups": "gl" + "pat-" + "x" * 8 + "-" + "x" * 18 + "." + "x" * 9,
    "one letter": "s" + "gp_" + "5555555dAAAAA7777777CcccCF" + "a" * 14,
    "the alphabet": "AI" + "zaSy" + ALPHABET + "1234567",
    "the alphabet in two cases": "vt" + "wn_" + "".join(c.upper() if i % 2 == 0 else c for i, c in enumerate(ALPHABET)),
    "it says so": "AK" + "IA" + "IOSFODNN7" + "EXAMPLE",
    "it only counts": "xo" + "xp-1234-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d",
    "it is cut off by a mask": "xo" + "xp-572370529330-573807301142-572331691188-" + "#" * 20,
    "published": "AI" + "zaSy" + "AnLA7NfeLquW1tJFpx_eQCxoX-oo6YyIs",
}
NAMES = [
    "PERSONA_API_KEY=persona_production_short",
    "FULLSTORY_API_KEY=na1.short",
    'elastic_token = "essu_abc123"',
    'token = "clm06593:AgencyIdentificationCodeContentType"',
]
REFERENCES = [
    'curl --user "{{ $.Values.username }}:{{ $.Values.password }}" https://x.example.com',
    "curl --user neo4j:[PASSWORD] http://[IP]:7474/db/data/",
    'curl -X GET --insecure --user "username:password" \\',
    "https://team-notes-f42.notion.site/API-BD80F56CDC1441E6BF6011AB6D852875",
    "<@UPW98WSV2X2> please approve",
]
NEAR = {
    "too short": ("GROQ_API_KEY", "gs" + "k_" + "OpUMIkmFs2bOf1YRGh0lWGdy"),
    "a letter that cannot be": ("DATABRICKS_TOKEN", "da" + "pi" + "12f4567e9012d45678a9bc01234defg5"),
    "too long": ("telegram_api_token", "3226088" + ":Ah" + "7llonm5kooubijhl3iubvkfylniq531udbd2zz"),
    "wrong case": ("MAPS_KEY", "AI" + "ZASY" + "CO2CXRMC9ELSKLHLHRMBSWDEVEDZTLO2O"),
}


@pytest.mark.parametrize("filler", FILLERS)
def test_a_filler_is_left_alone(filler: str) -> None:
    for text in (FILLERS[filler], f'"api_token": "{FILLERS[filler]}"', f"the token looks like {FILLERS[filler]} then"):
        assert scrub(text) == Scrubbed(text)


@pytest.mark.parametrize("text", [*NAMES, *REFERENCES])
def test_names_and_references_are_left_alone(text: str) -> None:
    assert scrub(text) == Scrubbed(text)


@pytest.mark.parametrize("how", NEAR)
def test_a_near_miss_is_left_alone_where_code_assigns_it(how: str) -> None:
    name, value = NEAR[how]
    for text in (f"{name}={value}", f'{name} = "{value}"', f"export {name}={value}", value):
        assert scrub(text) == Scrubbed(text)


@pytest.mark.parametrize("how", NEAR)
def test_a_near_miss_in_a_sentence_goes_all_the_same(how: str) -> None:
    value = NEAR[how][1]
    for text in (f"our token is {value}, thanks", f"here is the api key {value} for the bot", f"token: {value}"):
        assert value not in scrub(text).text


def test_a_password_may_be_what_would_be_a_filler_as_a_key() -> None:
    for password in ("abcdefghij1", "Example2024!", "qwertz12345"):
        assert password not in scrub(f"the password is {password}").text


@pytest.mark.parametrize("password", ["$vZ9#1WLs", "%4NShn4IHz", "!4zk9QjAF", "#veZpi3hY", "Sommer87?", "letmein"])
def test_signs_at_the_ends_belong_to_a_password(password: str) -> None:
    clean = scrub(f'the password is "{password}"').text
    assert password not in clean
    assert password.strip("$%!#?") not in clean


def test_a_tilde_inside_a_token_is_no_markdown() -> None:
    key = "sha" + "256~" + "-76i-ElYantcIh4xKOXVC93LIP2PLKLGKgv7QwWMiEa"
    assert scrub(f"oc login with {key}").text == "oc login with <openshift-token#1>"
    assert scrub("~the pw is hunter2!~ and more").text == "~the pw is <password#1>~ and more"


def test_the_label_of_a_link_stays_when_its_address_loses_a_key() -> None:
    key = "np" + "m_" + "hfqk91Mgf1eg9dcjAhO312XBpOajxEKF9I4f"
    assert scrub(f"<https://x.example.com/?token={key}|the page>").text.endswith("|the page>")


DOCUMENTS = [
    "https://docs.google.com/document/d/t-EE7l0vvjrH16gz9ZW8rf293kzjfJch5vCCcza04E5t/edit",
    "see docs.google.com/spreadsheets/d/u-EE7l0vvjrH16gz9ZW8rf293kzjfJch5vCCcza04E5t",
    "https://www.notion.so/acme/Login-34aa722f9dfb90f1e39e68fc6130d6a0",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_the_id_of_a_document_is_no_token_though_it_has_the_shape_of_one(text: str) -> None:
    assert scrub(text) == Scrubbed(text)


def test_a_token_in_a_path_goes_when_only_its_vendor_would_write_it() -> None:
    key = "np" + "m_" + "hfqk91Mgf1eg9dcjAhO312XBpOajxEKF9I4f"
    assert scrub(f"https://x.example.com/hook/{key}").text == "https://x.example.com/hook/<npm-access-token#1>"
