"""Files, folders and databases of an installation that the environment may name; read wherever they are needed."""

import os
from collections.abc import Mapping
from pathlib import Path


def osv(home: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The folder of advisories: named, or beside the installation's data."""
    return _named("SLIPWAY_OSV", environ) or home / "osv"


def anchors(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file of the audit chain's anchors."""
    return _named("SLIPWAY_AUDIT_ANCHORS", environ)


def operators(environ: Mapping[str, str] | None = None) -> str:
    """The id of the channel in which the operators are told what concerns them; empty for none."""
    return (os.environ if environ is None else environ).get("SLIPWAY_OPERATORS_CHANNEL", "")


def template_channel(environ: Mapping[str, str] | None = None) -> str:
    """The id of the channel in which the template team is told what people want; empty for the operators'."""
    return (os.environ if environ is None else environ).get("SLIPWAY_TEMPLATE_CHANNEL", "")


def control(home: Path, environ: Mapping[str, str] | None = None) -> str:
    """The address of the control database: named, or a file beside the installation's data. It may hold a password."""
    said = (os.environ if environ is None else environ).get("SLIPWAY_DATABASE", "")
    return said or f"sqlite:///{home.absolute() / 'control.db'}"


def app_data(environ: Mapping[str, str] | None = None) -> str:
    """The address of the apps' stores; empty for files. It may hold a password."""
    return (os.environ if environ is None else environ).get("SLIPWAY_APP_DATA", "")


def postgres(url: str) -> str:
    """The same address, or empty; ValueError, which does not repeat it, when it can be none."""
    if not url:
        return ""
    from bot.postgres import checked

    try:
        return checked(url)
    except ValueError as error:
        raise ValueError(f"is no address of a PostgreSQL database: {error}; see docs/postgres.md.") from None


def chromium(environ: Mapping[str, str] | None = None) -> str:
    """Chromium's file, `off` where previews are not to be seen in their threads; empty to look for it."""
    return (os.environ if environ is None else environ).get("SLIPWAY_CHROMIUM", "")


def public(environ: Mapping[str, str] | None = None) -> bool:
    """Whether apps may be opened to the public. ValueError when it is neither on nor off."""
    said = (os.environ if environ is None else environ).get("SLIPWAY_PUBLIC", "") or "off"
    if said not in ("on", "off"):
        raise ValueError(f"SLIPWAY_PUBLIC is {said!r}: set it to on, or leave it out.")
    return said == "on"


def channels(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file that says what holds in which channel (`bot.channels`)."""
    return _named("SLIPWAY_CHANNELS", environ)


def price_table(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file of the installation's own prices."""
    return _named("SLIPWAY_PRICES", environ)


def _named(variable: str, environ: Mapping[str, str] | None) -> Path | None:
    named = (os.environ if environ is None else environ).get(variable, "")
    return Path(named).absolute() if named else None
