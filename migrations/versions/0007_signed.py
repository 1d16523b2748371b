"""Keys whose signatures count, what signed statements rest on, and when advisories were last looked through."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "evidence",
        sa.Column("attestation", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("workspace", "request", "bundle", "key", "words", "receipt", "answers")
        ),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attestation"),
    )
    for name in ("request", "bundle", "key"):
        op.create_index(op.f(f"ix_evidence_{name}"), "evidence", [name], unique=False)
    op.create_table(
        "advisory_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("request", sa.Column("receipt", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("what was signed cannot be unsigned by going back")
