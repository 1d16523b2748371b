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
    op.add_column("app_grant", sa.Column("gate", sa.String(), nullable=False, server_default=""))
    _gates()


def _gates() -> None:
    """Gates that are open until a time, and what was taken back and is not known to be gone."""
    text = ("digest", "workspace", "app", "content", "needs", "owner", "authors", "agreed")
    op.create_table(
        "gate",
        *(sa.Column(name, sa.String(), nullable=False) for name in text),
        sa.Column("asked_at", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_gate_app"), "gate", ["app"], unique=False)
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("workspace", "app", "name", "trouble")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("since", "due_at", "tries")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("alerted_at", "confirmed_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("app", "due_at", "confirmed_at"):
        op.create_index(op.f(f"ix_revocation_{name}"), "revocation", [name], unique=False)


def downgrade() -> None:
    raise NotImplementedError("who is one human cannot be forgotten by going back")
