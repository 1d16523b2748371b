"""A post may be answered by the address that came with a command, where the bot is no member."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("respond", sa.String(), nullable=False, server_default=""))
