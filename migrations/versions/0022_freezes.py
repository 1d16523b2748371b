"""What operators froze, who thawed it, and what they were offered to freeze."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

STANDING = sa.text("thawed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "freeze_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.Integer(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("thawed_by", sa.String(), nullable=False),
        sa.Column("thawed_at", sa.Integer(), nullable=True),
        sa.Column("thaw_told_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_freeze_a_name",
        "freeze_line",
        ["workspace", "kind", "name"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index("ix_freeze_line_thawed_at", "freeze_line", ["thawed_at"])
    op.create_table(
        "freeze_offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_freeze_offer_until", "freeze_offer", ["until"])


def downgrade() -> None:
    raise NotImplementedError("what stands frozen must not run because of going back")
