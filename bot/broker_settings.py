"""The broker's settings, from the environment: credentials that nobody else reads."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import BadSetting


@dataclass(frozen=True)
class BrokerSettings:
    """What leaves the machine and by which key secrets are sealed. Only the broker reads these."""

    home: Path
    vault_key: str = field(default="", repr=False)
    """Key lines themselves, parted by commas; safer are a file or a command."""
    vault_key_file: Path | None = None
    vault_key_command: str = ""
    """Prints the key lines: a key management service's own client."""
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "slipway@localhost"
    capture_mail: bool = False
    """Whether mails without a relay are kept as files instead. Never set it outside the demo."""
    team_requests_per_hour: int = 2000
    team_mb_per_day: int = 200
    team_mails_per_day: int = 200

    @property
    def socket(self) -> Path:
        """Where gateway workers and `platformctl secret` ask the broker."""
        return self.home / "run" / "broker.sock"


def read(environ: Mapping[str, str] | None = None) -> BrokerSettings:
    """Only what the broker needs."""
    environ = os.environ if environ is None else environ
    key_file = environ.get("SLIPWAY_VAULT_KEY_FILE", "")
    return BrokerSettings(
        home=Path(environ.get("SLIPWAY_HOME", "var")).absolute(),
        vault_key=environ.get("SLIPWAY_VAULT_KEY", ""),
        vault_key_file=Path(key_file).absolute() if key_file else None,
        vault_key_command=environ.get("SLIPWAY_VAULT_KEY_COMMAND", ""),
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("SLIPWAY_MAIL_FROM", "slipway@localhost"),
        capture_mail=environ.get("SLIPWAY_CAPTURE_MAIL") == "1",
        team_requests_per_hour=_most(environ, "SLIPWAY_TEAM_REQUESTS_PER_HOUR", 2000),
        team_mb_per_day=_most(environ, "SLIPWAY_TEAM_MB_PER_DAY", 200),
        team_mails_per_day=_most(environ, "SLIPWAY_TEAM_MAILS_PER_DAY", 200),
    )


def _most(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit():
        raise BadSetting(f"{name} is {text!r}: set it to a whole number.")
    return int(text)
