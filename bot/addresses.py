"""Addresses that people follow: an app's own origin, and a template's picture where the chat can fetch it."""

from urllib.parse import urlsplit

from bot.settings import GatewaySettings, Settings
from bot.wiring import Stage
from runtime import gallery
from runtime.routes import SHELF


def address(settings: GatewaySettings, slug: str, stage: Stage) -> str:
    """An app's own origin."""
    host = f"{slug}.{settings.domain}" if stage == "live" else f"{slug}.preview.{settings.domain}"
    port = settings.public_port or settings.port
    default = {"http": 80, "https": 443}[settings.scheme]
    return f"{settings.scheme}://{host}{'' if port == default else f':{port}'}/"


def pictured(settings: Settings, known: frozenset[str], ref: str) -> str:
    """Where the chat can fetch a template's picture; empty where it cannot reach us, or there is none.

    Slack itself fetches pictures, from addresses that all the world can reach; the local workspace's page does so too.
    """
    local = urlsplit(settings.slack.api_url).hostname in ("localhost", "127.0.0.1")
    public = settings.gateway.scheme == "https" and settings.gateway.domain.rpartition(".")[2] != "localhost"
    return gallery.picture(address(settings.gateway, SHELF, "live"), ref) if ref in known and (local or public) else ""
