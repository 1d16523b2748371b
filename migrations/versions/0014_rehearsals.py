"""How each preview was rehearsed, and what its asker said that it should do."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("request", sa.Column("rehearsal", sa.String(), nullable=False, server_default=""))
    op.add_column("request", sa.Column("wishes", sa.String(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("request", "wishes")
    op.drop_column("request", "rehearsal")
