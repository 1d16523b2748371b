"""Unmet demand that people can join, and what the Home tab is to show."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.rename_table("demand", "demand_before")
    op.drop_index(op.f("ix_demand_kind"), "demand_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX demand_pkey RENAME TO demand_before_pkey")
    _demand()
    _carry_over()
    op.drop_table("demand_before")
    op.create_table(
        "home",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("workspace", "user")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("asked", "shown", "attempts", "due_at")),
        sa.PrimaryKeyConstraint("workspace", "user"),
    )


def _demand() -> None:
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("workspace", "kind", "key", "words", "lacks")),
        sa.Column("created_at", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("filed_at", "closed_at")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("met_with", "why")),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_demand_workspace"), "demand", ["workspace"], unique=False)
    op.create_table(
        "demand_voice",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("key", "workspace", "person")),
        sa.Column("demand", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_demand_voice_demand"), "demand_voice", ["demand"], unique=False)


def _carry_over() -> None:
    """What was noted of each Request becomes one demand for each kind, with a voice for each Request."""
    op.execute(
        "INSERT INTO demand (workspace, kind, key, words, lacks, created_at, met_with, why) "
        "SELECT workspace, kind, kind, kind, '', min(created_at), '', '' FROM demand_before GROUP BY workspace, kind"
    )
    op.execute(
        "INSERT INTO demand_voice (key, workspace, person, demand, request, asked, created_at) "
        "SELECT b.request, b.workspace, coalesce(r.person, ''), d.id, b.request, FALSE, b.created_at "
        "FROM demand_before b JOIN demand d ON d.workspace = b.workspace AND d.kind = b.kind "
        "LEFT JOIN request r ON r.id = b.request"
    )


def downgrade() -> None:
    raise NotImplementedError("who wants what cannot be kept by going back")
