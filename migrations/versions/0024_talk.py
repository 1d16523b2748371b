"""The conversation around an app: pictures of previews, one-use views, suggested prompts, streamed progress."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


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
    op.create_table(
        "prompt",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("shown_on", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "user"),
    )
    op.create_index("ix_prompt_due_at", "prompt", ["due_at"])
    op.create_table(
        "stream",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_index("ix_stream_ts", "stream", ["ts"])


def downgrade() -> None:
    for table in ("stream", "prompt", "picture", "viewing"):
        op.drop_table(table)
