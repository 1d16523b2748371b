"""Who has a role given by an owner, how terms are prolonged and kept, hand-overs, and owners who are looked after."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("secret", sa.Column("given_by", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "app_member",
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("app", "person"),
    )
    op.create_table(
        "term",
        sa.Column("app", sa.String(), primary_key=True),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("extended_to", sa.Integer(), nullable=False),
        sa.Column("extended_at", sa.Integer(), nullable=False),
    )
    op.create_table(
        "keep",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False, index=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False, index=True),
        sa.Column("decided_by", sa.String(), nullable=False, server_default=""),
        sa.Column("decided_at", sa.Integer(), nullable=True),
    )
    _one_open("one_keep_asked", "keep", "state = 'asked'")
    op.create_table(
        "hand_over",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False, index=True),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.Column("budget_before", sa.String(), nullable=False, server_default=""),
        sa.Column("budget_after", sa.String(), nullable=False, server_default=""),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_at", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False, index=True),
        sa.Column("decided_at", sa.Integer(), nullable=True),
    )
    _one_open("one_hand_over_offered", "hand_over", "state = 'offered'")
    op.create_table(
        "owner_watch",
        sa.Column("app", sa.String(), primary_key=True),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("manager", sa.String(), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.Integer(), nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("owner_watch", "hand_over", "keep", "term", "app_member"):
        op.drop_table(table)
    op.drop_column("secret", "given_by")


def _one_open(name: str, table: str, where: str) -> None:
    """Of an app at most one at a time."""
    op.create_index(name, table, ["app"], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
