"""Accounts of one human; whose own work a Proposal is; partners and claims; gates until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "same_person",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("person", "workspace", "same_as")),
        sa.Column("joined_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    for name in ("workspace", "same_as"):
        op.create_index(op.f(f"ix_same_person_{name}"), "same_person", [name], unique=False)
    op.add_column("proposal", sa.Column("authors", sa.String(), nullable=False, server_default="[]"))
    op.add_column("request", sa.Column("hands", sa.String(), nullable=False, server_default="[]"))
    op.add_column("identity", sa.Column("partner", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("identity", sa.Column("claims", sa.String(), nullable=False, server_default="[]"))
    op.add_column("identity", sa.Column("claimed_at", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    raise NotImplementedError("who is one human cannot be forgotten by going back")
