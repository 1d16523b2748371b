"""What askers say under their apps, the change that it would make until it is applied, and who else spoke there."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("request", sa.Column("standing", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "follow_up",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("request", sa.String(), nullable=False, index=True),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("removed", sa.String(), nullable=False, server_default="[]"),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("person", sa.String(), nullable=False, server_default=""),
        sa.Column("base", sa.String(), nullable=False, server_default=""),
        sa.Column("brief", sa.String(), nullable=False, server_default=""),
        sa.Column("objections", sa.String(), nullable=False, server_default="[]"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
    )
    op.create_table(
        "overheard",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("request", sa.String(), nullable=False, index=True),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("overheard")
    op.drop_table("follow_up")
    op.drop_column("request", "standing")
