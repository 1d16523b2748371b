"""Versions of apps that can be live again, snapshots of their stores, what can be undone, and what was repaired."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("app_grant", sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "version",
        sa.Column("app", sa.String(), sa.ForeignKey("app.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("published_at", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("rehearsed", sa.Boolean(), nullable=False),
        sa.Column("reverted_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("app", "number"),
        sa.UniqueConstraint("app", "proposal"),
    )
    op.create_index("ix_version_bundle", "version", ["bundle"])
    op.create_table(
        "store_snapshot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("taken_at", sa.Integer(), nullable=False),
        sa.Column("writers", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_store_snapshot_app", "store_snapshot", ["app"])
    op.create_table(
        "store_restore",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("writers", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("deployment", sa.String(), nullable=False),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_store_restore_app", "store_restore", ["app"])
    op.create_index("ix_store_restore_ended_at", "store_restore", ["ended_at"])
    _undoing()
    _repairing()


def _undoing() -> None:
    op.create_table(
        "undo",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_undo_request", "undo", ["request"])


def _repairing() -> None:
    op.create_table(
        "defect",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("app", "bundle", "kind"),
    )
    op.create_index("ix_defect_app", "defect", ["app"])
    op.create_table(
        "error_window",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("defect", sa.String(), sa.ForeignKey("defect.id"), nullable=False),
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_error_window_app", "error_window", ["app"])
    op.create_index("ix_error_window_ended_at", "error_window", ["ended_at"])
    op.create_table(
        "repair",
        sa.Column("defect", sa.String(), sa.ForeignKey("defect.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("began_at", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("defect", "number"),
    )


def downgrade() -> None:
    for table in ("repair", "error_window", "defect", "undo", "store_restore", "store_snapshot", "version"):
        op.drop_table(table)
    with op.batch_alter_table("app_grant") as grants:
        grants.drop_column("replaced")
