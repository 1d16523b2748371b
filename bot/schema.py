"""The door to alembic, which writes the control database's schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.database import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Run every migration that this database has not seen; the caller commits."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
