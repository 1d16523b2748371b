"""Stand-ins of approvers, and for whom they spoke."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("workspace", "approver", "stand_in")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("given_at", "until")),
        sa.Column("ended_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delegation_workspace"), "delegation", ["workspace"], unique=False)
    op.add_column("approval", sa.Column("stands_for", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("what was recorded cannot be forgotten by going back")
