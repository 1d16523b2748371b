"""Who was in a channel or a group when the chat said so last; sign-ins that are linked to accounts of the chat."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("users", sa.String(), nullable=False),
        sa.Column("seen_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "kind", "name"),
    )
    op.create_index("ix_membership_seen_at", "membership", ["seen_at"])
    op.create_table(
        "signin_link",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("invalid", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_signin_link_person", "signin_link", ["person"])
    op.create_table(
        "signin_ticket",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_signin_ticket_expires_at", "signin_ticket", ["expires_at"])


def downgrade() -> None:
    for table in ("signin_ticket", "signin_link", "membership"):
        op.drop_table(table)
