"""What was sent to a model, beside its Request; stand-ins of approvers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    # Another migration of the same time adds this column as well.
    if "receipt" not in {one["name"] for one in sa.inspect(op.get_bind()).get_columns("request")}:
        op.add_column("request", sa.Column("receipt", sa.String(), nullable=False, server_default=""))
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
