"""The conversation around an app: pictures of previews, and the one-use views that they are taken by."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "viewing",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "picture",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("drawn", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("stale", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_index("ix_picture_due_at", "picture", ["due_at"])


def downgrade() -> None:
    for table in ("picture", "viewing"):
        op.drop_table(table)
