"""An address of PostgreSQL may hold a password: nothing that is shown to anybody repeats it."""

import pytest

from bot import named, postgres, settings
from bot.settings import BadSetting, CannotStart

SECRET = "s3cr3t-pa55"
GOOD = f"postgresql://slipway:{SECRET}@db.example.com:5432/slipway?sslmode=verify-full"
BASE = {"SLIPWAY_CLIENT_ID": "client.1"}


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://slipway:{SECRET}@db/slipway",
        f"postgresql://slipway:{SECRET}@db:port/slipway",
        f"postgresql://slipway:{SECRET}@db/",
        f"postgresql://slipway:{SECRET}@[::1/slipway",
        f"host=db password={SECRET}",
    ],
)
def test_an_address_that_is_none_is_not_repeated(url: str) -> None:
    for name in ("SLIPWAY_DATABASE", "SLIPWAY_APP_DATA"):
        with pytest.raises(
            BadSetting, match=f"^{name} is no address of a PostgreSQL database: .* see docs/postgres.md"
        ) as no:
            settings.gateway({**BASE, name: url})
        assert SECRET not in f"{no.value!r} {no.value.__cause__!r} {no.value.__context__!r}"


def test_what_is_shown_of_an_address_is_the_database_and_its_server() -> None:
    assert postgres.shown(GOOD) == "PostgreSQL database slipway (db.example.com)"
    assert (
        postgres.shown("postgresql:///slipway?host=/run/postgresql") == "PostgreSQL database slipway (/run/postgresql)"
    )
    assert postgres.shown("postgresql:///slipway") == "PostgreSQL database slipway (local socket)"


def test_settings_do_not_show_it() -> None:
    found = settings.gateway({**BASE, "SLIPWAY_DATABASE": GOOD, "SLIPWAY_APP_DATA": GOOD})
    assert (found.control, found.data_url) == (GOOD, GOOD)
    assert SECRET not in repr(found)


def test_a_server_that_is_not_there_is_said_without_it() -> None:
    from bot import database

    engine = database.connect(f"postgresql://slipway:{SECRET}@127.0.0.1:1/slipway")
    with pytest.raises(CannotStart, match="The control database slipway cannot be used: ") as no:
        database.migrate(engine)
    assert SECRET not in f"{no.value} {no.value.__cause__} {engine!r}"
    engine.dispose()


def test_without_one_everything_stays_in_files() -> None:
    found = settings.gateway(BASE)
    assert found.control == f"sqlite:///{found.home}/control.db"
    assert named.app_data({}) == ""
