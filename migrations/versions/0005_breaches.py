"""Which limits an app hit, and whether it is suspended for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("deployment", sa.Column("paused", sa.String(), nullable=False, server_default=""))
    op.add_column("deployment", sa.Column("paused_at", sa.Integer(), nullable=True))
    op.create_table(
        "breach",
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("visits", sa.String(), nullable=False),
        sa.Column("logs", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("app", "stage", "kind", "day"),
    )
    op.create_index(op.f("ix_breach_day"), "breach", ["day"], unique=False)
    for name in ("until", "revoked_at"):
        op.create_index(op.f(f"ix_app_grant_{name}"), "app_grant", [name], unique=False)


def downgrade() -> None:
    raise NotImplementedError("what went wrong cannot be forgotten by going back")
