"""Whose names stand beside the audit chain; and an index that tells an app's story at a million events."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
        sa.UniqueConstraint("workspace", "name"),
    )
    op.drop_index(op.f("ix_audit_event_subject"), "audit_event")
    op.create_index("story", "audit_event", ["subject", "action", "actor", "at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("whose references the chain has cannot be forgotten by going back")
