"""A follow-up may be somebody's comment that whoever may change the app sent: whose, by Person id."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("author", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("follow_up", "author")
