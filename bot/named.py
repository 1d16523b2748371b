"""Files and folders of an installation that the environment may name; read wherever they are needed."""

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


def channels(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file that says what holds in which channel (`bot.channels`)."""
    return _named("SLIPWAY_CHANNELS", environ)


def price_table(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file of the installation's own prices."""
    return _named("SLIPWAY_PRICES", environ)


def _named(variable: str, environ: Mapping[str, str] | None) -> Path | None:
    named = (os.environ if environ is None else environ).get(variable, "")
    return Path(named).absolute() if named else None
