"""What became of a post that the chat did not take, whose app it is about, and links that wait to be unfurled."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    for name in ("app", "held", "trouble"):
        op.add_column("outbox", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("parked_at", sa.Integer(), nullable=True))
    op.create_index("ix_outbox_channel", "outbox", ["channel"])
    op.create_index("ix_outbox_app", "outbox", ["app"])
    op.create_table(
        "unfurl",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("unfurl", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("links", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_unfurl_due_at", "unfurl", ["due_at"])


def downgrade() -> None:
    op.drop_table("unfurl")
    op.drop_index("ix_outbox_app", "outbox")
    op.drop_index("ix_outbox_channel", "outbox")
    for name in ("parked_at", "trouble", "held", "app"):
        op.drop_column("outbox", name)
