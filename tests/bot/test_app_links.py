"""Links to our apps, told from everybody else's, however they were made to look alike (N1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hearing.app_links import Link, ours

HOME = "https://shelf.apps.example.com/"
DEMO = "http://shelf.localhost:8300/"


@pytest.mark.parametrize(
    ("url", "home", "found"),
    [
        ("https://lunch.apps.example.com/", HOME, Link("lunch", "live")),
        ("https://lunch.apps.example.com", HOME, Link("lunch", "live")),
        ("https://lunch.apps.example.com:443/results?a=1&amp;b=2#top", HOME, Link("lunch", "live")),
        ("https://LUNCH.apps.example.com/", HOME, Link("lunch", "live")),
        ("https://lunch-7.preview.apps.example.com/x", HOME, Link("lunch-7", "preview")),
        ("http://lunch.localhost:8300/", DEMO, Link("lunch", "live")),
        ("http://lunch.preview.localhost:8300/", DEMO, Link("lunch", "preview")),
    ],
)
def test_every_form_of_an_address_of_ours_is_known(url: str, home: str, found: Link) -> None:  # N1
    assert ours(url, home) == found


@pytest.mark.parametrize(
    "url",
    [
        "http://lunch.apps.example.com/",
        "https://lunch.apps.example.com.evil.com/",
        "https://lunch.apps.example.com@evil.com/",
        "https://evil.com@lunch.apps.example.com/",
        "https://ana:secret@lunch.apps.example.com/",
        "https://@lunch.apps.example.com/",
        "https://lunch.apps.example.com:8443/",
        "https://lunch.apps.example.com:/",
        "https://lunch.apps.example.com:port/",
        "https://lunch.apps.example.com:99999/",
        "https://lunch.apps.example.com./",
        "https://lunch.apps.examp1e.com/",
        "https://lunch.apps.example.com\\@evil.com/",
        "https://evil.com\\.apps.example.com/",
        "https://evil.com/lunch.apps.example.com/",
        "https://evil.com#lunch.apps.example.com/",
        "https://evil.com?.apps.example.com",
        "https://lunchapps.example.com/",
        "https://apps.example.com/",
        "https://preview.apps.example.com/",
        "https://a.lunch.apps.example.com/",
        "https://a.b.preview.apps.example.com/",
        "https://lunch.live.apps.example.com/",
        "https://signin.apps.example.com/",
        "https://shelf.apps.example.com/",
        "https://xn--lnch-0ra.apps.example.com/",
        "https://lünch.apps.example.com/",
        "https://lunch.apps.examplе.com/",
        "https://lunch。apps.example.com/",
        "https://-lunch.apps.example.com/",
        "https://lun_ch.apps.example.com/",
        "https://lunch%2eapps.example.com/",
        "https://lunch.apps.example.com/\u202e",
        "https://lunch.apps.example.com/ https://evil.com",
        "https:lunch.apps.example.com/",
        "https:///lunch.apps.example.com/",
        "//lunch.apps.example.com/",
        "javascript://lunch.apps.example.com/%0aalert(1)",
        "https://[::1]/",
        "https://[lunch.apps.example.com/",
        "https://lunch.apps.example.com/" + "x" * 2000,
        "",
    ],
)
def test_what_only_looks_like_one_is_not_ours(url: str) -> None:  # N1
    assert ours(url, HOME) is None


@given(st.text(max_size=60))
def test_nothing_that_anybody_writes_breaks_the_reading(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}.apps.example.com/", f"https://lunch.apps.example.com{text}"):
        found = ours(url, HOME)
        assert found is None or found.label.isascii()
