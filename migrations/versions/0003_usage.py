"""Usage and who is charged for it, what stands behind a live app, and when rows were last forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BACKED = "stage <> 'live' OR (proposal IS NOT NULL AND audit <> '' AND limits <> '' AND budget_tag <> '')"


def upgrade() -> None:
    for name in ("team", "budget_tag"):
        op.add_column("app", sa.Column(name, sa.String(), nullable=False, server_default=""))
    _back_deployments()
    op.create_table(
        "usage",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("cpu_us", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("storage_byte_days", sa.BigInteger(), nullable=False),
        sa.Column("egress_requests", sa.Integer(), nullable=False),
        sa.Column("egress_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("model_tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "app", "stage", "day", "tag"),
    )
    op.create_index(op.f("ix_usage_app"), "usage", ["app"], unique=False)
    op.create_index(op.f("ix_usage_day"), "usage", ["day"], unique=False)
    op.create_table(
        "usage_file",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_usage_template", "usage", ["workspace", "template"], unique=False)
    _of_each_store("store_gauge", "percent", "measured_at", "surveyed_at")
    _of_each_store("purge", "removed", "purged_at")
    op.add_column("purge", sa.Column("over", sa.Boolean(), nullable=False, server_default=sa.false()))


def _back_deployments() -> None:
    """What is live already keeps running; it was approved before anybody was charged."""
    op.drop_index("one_deployment_a_stage", table_name="deployment")
    for name in ("audit", "limits", "budget_tag"):
        op.add_column("deployment", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.execute(
        "UPDATE deployment SET audit = 'before 0003', limits = '{}', budget_tag = 'unassigned' WHERE stage = 'live'"
    )
    op.execute("UPDATE app SET budget_tag = 'unassigned'")
    with op.batch_alter_table("deployment") as batch:
        batch.create_check_constraint("live_is_backed", sa.text(BACKED))
    op.create_index(
        "one_deployment_a_stage",
        "deployment",
        ["app", "stage"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _of_each_store(table: str, *numbers: str) -> None:
    op.create_table(
        table,
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.PrimaryKeyConstraint("app", "stage"),
    )


def downgrade() -> None:
    raise NotImplementedError("what was used cannot be forgotten by going back")
